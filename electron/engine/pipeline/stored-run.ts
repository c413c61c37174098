/** What a finished run keeps so that new images can be scored the same way, and how it is read back. */
import type { BASELINE_IDS } from '../../shared/plan.ts';
import type { Threshold } from '../metrics/threshold.ts';
import type { SamplerInfo } from '../sampling/job.ts';
import type { Space } from './vectors.ts';

export interface StoredDetector {
  name: string;
  /** Content key of the artifacts "detector" and "pca". */
  key: string;
  space: Space;
  pca: number | null;
  threshold: StoredThreshold;
}

/** JSON has no -Infinity ("never an alarm"): null stands for it. */
export type StoredThreshold = Omit<Threshold, 'value'> & { value: number | null };

export interface StoredRun {
  detectors: StoredDetector[];
  baselines: { id: (typeof BASELINE_IDS)[number] | string; threshold: StoredThreshold }[];
  info: SamplerInfo;
}

export function storedThreshold(threshold: Threshold): StoredThreshold {
  return { ...threshold, value: Number.isFinite(threshold.value) ? threshold.value : null };
}

export function readThreshold(stored: StoredThreshold): Threshold {
  return { ...stored, value: stored.value ?? -Infinity };
}
