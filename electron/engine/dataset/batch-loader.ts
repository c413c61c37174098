/**
 * Batches of preprocessed images, read and decoded in threads while the caller's thread runs the network. A batch is cut
 * into one range for each thread; the entries come back in order, whatever the number of threads.
 */
import { availableParallelism } from 'node:os';
import { AppError } from '../../shared/errors.ts';
import type { Preprocess } from '../../shared/plan.ts';
import { PRINT_BYTES } from '../hygiene/image-print.ts';
import { emptyTraces, TRACE } from '../hygiene/image-trace.ts';
import type { LoaderSet, Part, ThreadSetup } from './loader-protocol.ts';
import { LoaderThread } from './loader-thread-handle.ts';

export interface LoaderInput {
  dtype: 'float32' | 'uint8';
  height: number;
  width: number;
  channels: number;
  /** False: the model takes one image without a batch axis. Batches keep their first axis all the same. */
  batchAxis: boolean;
}

export interface BatchLoaderOptions {
  sets: LoaderSet[];
  preprocess: Preprocess;
  input: LoaderInput;
  threads?: number;
}

export interface LoadedBatch {
  from: number;
  to: number;
  /** Of the accepted entries, ascending. */
  indices: Int32Array;
  /** Accepted rows, without gaps. */
  data: Float32Array | Uint8Array;
  /** [rows, ...]. */
  shape: number[];
  /** float32 [rows, TRACE] and [rows, PRINT_BYTES]. */
  cues: Float32Array;
  prints: Uint8Array;
  /** Of the decoded pixels before preprocessing. */
  sha256: string[];
  ats: string[];
  /** -1: none. */
  labels: Int32Array;
  rejected: { index: number; at: string; reason: string }[];
}

export interface BatchLoader {
  /** Entries [from, to) of a set; `to` may lie beyond its end. */
  load(set: string, from: number, to: number, signal?: AbortSignal): Promise<LoadedBatch>;
  close(): Promise<void>;
}

export function createBatchLoader(options: BatchLoaderOptions): BatchLoader {
  const { sets, preprocess, input } = options;
  const { dtype, height, width, channels } = input;
  const setup: ThreadSetup = { sets, preprocess, target: { dtype, height, width, channels, layout: preprocess.layout } };
  return new ThreadedLoader(setup, options.threads ?? Math.max(1, Math.min(4, availableParallelism() - 1)));
}

class ThreadedLoader implements BatchLoader {
  private readonly setup: ThreadSetup;
  private readonly threads: LoaderThread[];

  constructor(setup: ThreadSetup, threads: number) {
    this.setup = setup;
    this.threads = Array.from({ length: Math.max(1, threads) }, () => new LoaderThread(setup));
  }

  async load(set: string, from: number, to: number, signal?: AbortSignal): Promise<LoadedBatch> {
    if (signal?.aborted === true) throw new AppError('E_CANCELLED', 'Cancelled.');
    const count = Math.max(0, to - from);
    const share = Math.max(1, Math.ceil(count / this.threads.length));
    const ranges = this.threads
      .map((thread, i) => ({ thread, from: from + i * share, to: Math.min(to, from + (i + 1) * share) }))
      .filter((range) => range.from < range.to);
    const stop = new AbortController();
    const either = signal === undefined ? stop.signal : AbortSignal.any([signal, stop.signal]);
    try {
      // Of several failures the one of the first entry is told, whichever thread was faster.
      const parts = ranges.map(({ thread, ...range }) => thread.load({ set, ...range }, either));
      for (const part of parts) part.catch(() => undefined);
      const loaded: Part[] = [];
      for (const part of parts) loaded.push(await part);
      return joinParts(loaded, { from, to }, this.setup);
    } finally {
      stop.abort(); // After a failure the threads behind it need not go on.
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.threads.map((thread) => thread.close()));
  }
}

function joinParts(parts: readonly Part[], { from, to }: { from: number; to: number }, { target }: ThreadSetup): LoadedBatch {
  const { height, width, channels, layout, dtype } = target;
  const rows = parts.reduce((sum, part) => sum + part.indices.length, 0);
  const size = channels * height * width;
  const data = dtype === 'uint8' ? new Uint8Array(rows * size) : new Float32Array(rows * size);
  const indices = new Int32Array(rows);
  const labels = new Int32Array(rows);
  const { cues, prints } = emptyTraces(rows);
  let row = 0;
  for (const part of parts) {
    data.set(part.data.subarray(0, part.indices.length * size), row * size);
    indices.set(part.indices, row);
    labels.set(part.labels, row);
    cues.set(part.cues.subarray(0, part.indices.length * TRACE), row * TRACE);
    prints.set(part.prints.subarray(0, part.indices.length * PRINT_BYTES), row * PRINT_BYTES);
    row += part.indices.length;
  }
  const shape = layout === 'NCHW' ? [rows, channels, height, width] : [rows, height, width, channels];
  return {
    from,
    to,
    indices,
    data,
    shape,
    labels,
    cues,
    prints,
    sha256: parts.flatMap((part) => part.sha256),
    ats: parts.flatMap((part) => part.ats),
    rejected: parts.flatMap((part) => part.rejected),
  };
}
