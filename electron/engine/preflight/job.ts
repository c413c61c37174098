/** What a pre-flight is asked and what it finds: plain data between core and an inference process. */
import type { HookPoint } from '../../shared/domain.ts';
import type { Plan } from '../../shared/plan.ts';
import type { JobSet } from '../sampling/job.ts';

export interface PreflightJob {
  model: Plan['model'];
  sampling: Plan['sampling'];
  threads: number | null;
  hooks: HookPoint[];
  /** In-distribution images: entries [0, images) of the set. */
  ind: JobSet;
  /** Images to be told apart from them; null: separability is not rated. Never a test or ood set: choosing is not measuring. */
  ood: JobSet | null;
  images: number;
}

/** The same pass for every drop probability and block size; `sampling` gives the rest. */
export interface SearchJob extends Omit<PreflightJob, 'ood'> {
  /** OoD select sets, at least one. */
  ood: JobSet[];
  drops: number[];
  blocks: number[];
}

/** One image at the hook, for a picture of its masks. */
export interface HookMapRequest {
  model: Plan['model'];
  threads: number | null;
  tensor: string;
  set: JobSet;
  index: number;
}

export interface HookMap {
  at: string;
  /** The channel with the largest mean activation, and how many there are. */
  channel: number;
  channels: number;
  height: number;
  width: number;
  /** [height, width] of that channel. */
  map: Float32Array;
}

export const MAX_PREFLIGHT_IMAGES = 256;
