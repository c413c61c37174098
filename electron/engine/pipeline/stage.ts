/** What the stages behind the sampling share: the plan, the sampled sets, warnings, clocks. */
import type { ModelWarning } from '../../shared/domain.ts';
import type { Plan } from '../../shared/plan.ts';
import type { NotRun, StageTiming } from '../../shared/results.ts';
import type { Work } from '../detectors/detector.ts';
import { createMatMul } from '../linalg/matmul.ts';
import { StageProgress } from './progress.ts';
import type { Roles } from './roles.ts';
import type { RunPlanOptions } from './run-plan.ts';
import type { Sampled } from './sample-sets.ts';

export interface Stage {
  options: Omit<RunPlanOptions, 'openSamplers'>;
  /** With absolute paths. */
  plan: Plan;
  sampled: Sampled;
  roles: Roles;
  warnings: ModelWarning[];
  /** Detectors and baselines of the plan that have no figures, each with its reason. */
  notRun: NotRun[];
  work: Work;
  timing: StageTiming[];
}

/** Opens what the stages compute with, and closes it however they end. */
export async function withStage<T>(
  options: Stage['options'],
  { plan, sampled, roles }: Pick<Stage, 'plan' | 'sampled' | 'roles'>,
  use: (stage: Stage) => Promise<T>,
): Promise<T> {
  const matmul = createMatMul(options.threads === null ? null : options.threads * options.processes);
  const warnings = [...sampled.info.warnings, ...roles.warnings];
  const work = { multiply: matmul.multiply, signal: options.signal };
  try {
    return await use({ options, plan, sampled, roles, warnings, notRun: [], work, timing: [] });
  } finally {
    await matmul.release();
  }
}

export async function timed<T>({ timing, sampled }: Stage, stage: string, action: () => Promise<T>): Promise<T> {
  const started = performance.now();
  const result = await action();
  timing.push({
    stage,
    images: sampled.sets.reduce((sum, set) => sum + set.count, 0),
    seconds: (performance.now() - started) / 1000,
  });
  return result;
}

export function progressOf({ options }: Stage, name: string, total: number): StageProgress {
  return new StageProgress(name, total, options.onProgress, () => performance.now());
}
