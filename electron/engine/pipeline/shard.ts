/**
 * One part of N of the sampling, for another machine. All chunks of all sets, in the order of the plan, are cut into N runs
 * of neighbours: a shard's chunks are those of a single run, so its vectors are too, bit for bit.
 */
import { AppError } from '../../shared/errors.ts';

export interface Shard {
  /** From 1 to `of`. */
  index: number;
  of: number;
}

const LARGEST = 10_000;

/** Reads "2/4". Throws E_INPUT. */
export function parseShard(text: string): Shard {
  const [index, of] = (/^(\d{1,5})\/(\d{1,5})$/.exec(text)?.slice(1) ?? []).map(Number);
  if (index >= 1 && index <= of && of <= LARGEST) return { index, of };
  throw new AppError('E_INPUT', `"${text}" is not a shard.`, {
    next: `Write I/N, with I from 1 to N and N up to ${LARGEST}, for instance --shard 2/4.`,
  });
}

/**
 * Starts of the chunks that a shard samples, for each set.
 * @param entries of each set. @param step entries in a chunk.
 */
export function shardStarts(entries: readonly number[], step: number, { index, of }: Shard): Set<number>[] {
  const chunks = entries.map((count) => Math.ceil(count / step));
  const total = chunks.reduce((sum, count) => sum + count, 0);
  const first = Math.floor(((index - 1) * total) / of);
  const end = Math.floor((index * total) / of);
  let before = 0;
  return chunks.map((count) => {
    const starts = new Set<number>();
    for (let chunk = Math.max(first - before, 0); chunk < Math.min(end - before, count); chunk++) starts.add(chunk * step);
    before += count;
    return starts;
  });
}
