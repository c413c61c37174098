/**
 * What a finished run keeps in the project: enough to score new images the same way, and to rebuild the run (load-run.ts)
 * without its data or its model.
 */
import type { Threshold } from '../metrics/threshold.ts';
import type { SamplerInfo, WantedExtras } from '../sampling/job.ts';
import type { SampledSet } from './sampled-set.ts';
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

export interface StoredBaseline {
  id: string;
  /** Content key of the artifact "baseline"; projects of older versions have none, and need none. */
  key?: string;
  space?: Space;
  threshold: StoredThreshold;
}

export interface StoredRun {
  detectors: StoredDetector[];
  baselines: StoredBaseline[];
  info: SamplerInfo;
  /** Further vectors that detectors or baselines read. */
  extras?: WantedExtras;
  /** In the order of the plan's sets. Absent in projects made before runs could be loaded. */
  sets?: StoredSet[];
  scored?: StoredScores[];
}

/** What is known of a data set beside its chunks, which the content key finds. */
export type StoredSet = Pick<SampledSet, 'layout' | 'entries' | 'sha256' | 'classNames' | 'key'>;

/** Scores of one configuration: `key` and the part find them (fit-stage.ts, `storedScores`). */
export interface StoredScores {
  id: string;
  pca: number | null;
  key: string;
  threshold: StoredThreshold;
}

export function storedThreshold(threshold: Threshold): StoredThreshold {
  return { ...threshold, value: Number.isFinite(threshold.value) ? threshold.value : null };
}

export function readThreshold(stored: StoredThreshold): Threshold {
  return { ...stored, value: stored.value ?? -Infinity };
}
