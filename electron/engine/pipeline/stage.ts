/** What the stages behind the sampling share: the plan, the sampled sets, warnings, clocks. */
import type { ModelWarning } from '../../shared/domain.ts';
import type { Plan } from '../../shared/plan.ts';
import type { NotRun, StageTiming } from '../../shared/results.ts';
import type { Work } from '../detectors/detector.ts';
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
