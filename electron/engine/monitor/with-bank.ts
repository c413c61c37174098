/**
 * A monitor needs the same masks for every image. Where the evaluation drew masks for each image, the chosen detector is
 * fitted again on entropies of a mask bank, through the same stages: vectors sampled before are found again.
 */
import type { OnProgress } from '../../shared/domain.ts';
import type { DetectorConfig } from '../pipeline/detector-configs.ts';
import { withoutLadder } from '../pipeline/ladder-sets.ts';
import { evaluatePlan, type Evaluated, type FinishedRun } from '../pipeline/run-plan.ts';
import type { OpenSamplers } from '../sampling/job.ts';

export interface RefitOptions {
  openSamplers: OpenSamplers;
  processes: number;
  threads: number | null;
  signal?: AbortSignal | undefined;
  onProgress: OnProgress;
}

export function needsBank({ results }: FinishedRun, { space }: DetectorConfig): boolean {
  return space === 'entropy' && results.plan.sampling.masks === 'per-image';
}

/** Evaluates the run's plan with a bank and the chosen detector alone. */
export function evaluateWithBank(run: FinishedRun, { id, pca }: DetectorConfig, options: RefitOptions): Promise<Evaluated> {
  const { plan } = run.results;
  const banked = {
    ...withoutLadder(plan),
    sampling: { ...plan.sampling, masks: 'bank' as const },
    detectors: plan.detectors.filter((detector) => detector === id),
    pca: [pca],
  };
  return evaluatePlan({ ...options, file: { plan: banked, baseDir: run.baseDir }, project: run.project });
}
