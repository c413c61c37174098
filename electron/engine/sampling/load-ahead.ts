/**
 * Batches of a loader, with the next one decoded while the caller's thread is blocked by the network. Used by whoever
 * runs batches one after the other: the sampler and the runner of exported monitors.
 */
import type { BatchLoader, LoadedBatch } from '../dataset/batch-loader.ts';
import type { BatchRequest } from './job.ts';

export class LoadAhead {
  private readonly loader: BatchLoader;
  private ahead: { key: string; batch: Promise<LoadedBatch> } | undefined;

  constructor(loader: BatchLoader) {
    this.loader = loader;
  }

  /** The batch that is asked for; the decoding of `next` has begun when it comes. */
  async take(request: BatchRequest): Promise<LoadedBatch> {
    const loaded = await this.load(request);
    if (request.next !== undefined) this.prefetch(request.next);
    return loaded;
  }

  close(): Promise<void> {
    return this.loader.close();
  }

  private load({ set, from, to }: BatchRequest): Promise<LoadedBatch> {
    const ahead = this.ahead;
    this.ahead = undefined;
    return ahead?.key === keyOf({ set, from, to }) ? ahead.batch : this.loader.load(set, from, to);
  }

  private prefetch(next: NonNullable<BatchRequest['next']>): void {
    const batch = this.loader.load(next.set, next.from, next.to);
    batch.catch(() => undefined); // Reported when the batch is asked for.
    this.ahead = { key: keyOf(next), batch };
  }
}

function keyOf({ set, from, to }: { set: string; from: number; to: number }): string {
  return `${from}-${to} ${set}`;
}

/** Images of a batch, the last one repeated until there are `batch` of them. */
export function padImages({ data, indices }: LoadedBatch, batch: number): LoadedBatch['data'] {
  const rows = indices.length;
  if (rows >= batch) return data;
  const size = data.length / rows;
  const padded = data instanceof Uint8Array ? new Uint8Array(batch * size) : new Float32Array(batch * size);
  padded.set(data);
  for (let row = rows; row < batch; row++) padded.copyWithin(row * size, (rows - 1) * size, rows * size);
  return padded;
}
