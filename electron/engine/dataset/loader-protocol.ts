/** What the loader and its threads say to each other. */
import type { ErrorData } from '../../shared/errors.ts';
import type { Preprocess } from '../../shared/plan.ts';
import type { InputTarget } from './preprocess.ts';
import type { SetSource } from './set-source.ts';

export interface LoaderSet extends SetSource {
  key: string;
  name?: string;
}

/** The workerData of a thread. */
export interface ThreadSetup {
  sets: LoaderSet[];
  preprocess: Preprocess;
  target: InputTarget;
}

export type ThreadRequest = { id: number; set: string; from: number; to: number } | { cancel: number } | { close: true };

/** Entries [from, to) as one thread read them. */
export interface Part {
  indices: Int32Array<ArrayBuffer>;
  labels: Int32Array<ArrayBuffer>;
  /** May be longer than the accepted rows need. */
  data: Float32Array<ArrayBuffer> | Uint8Array<ArrayBuffer>;
  /** float32 [rows, TRACE] and [rows, PRINT_BYTES]: for the hygiene checks. May be longer, as `data` may. */
  cues: Float32Array<ArrayBuffer>;
  prints: Uint8Array<ArrayBuffer>;
  sha256: string[];
  ats: string[];
  rejected: { index: number; at: string; reason: string }[];
}

export type ThreadReply = { id: number; part: Part } | { id: number; error: ErrorData };
