/**
 * Times of ways that are compared: run in turns, so that whatever else the machine does falls on all of them, and told
 * as medians. Only ratios inside one run mean anything.
 */
import { setTimeout as sleep } from 'node:timers/promises';

export type Way = () => Promise<unknown> | unknown;

export interface Alternating {
  rounds: number;
  /** Rounds that are run first and not counted. */
  warmUp?: number;
  signal?: AbortSignal | undefined;
}

/**
 * The worker threads of an ONNX Runtime session spin for some 20 ms after a run. Without a pause the next way would
 * share the cores with them, which no run of the product does: it has one session at a time.
 */
const PAUSE_MS = 50;

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** Median seconds of each way. Every second round goes backwards, so that no way always follows the same other one. */
export async function alternate<Name extends string>(
  ways: Record<Name, Way>,
  { rounds, warmUp = 1, signal }: Alternating,
): Promise<Record<Name, number>> {
  const entries = Object.entries(ways) as [Name, Way][];
  const seconds = Object.fromEntries(entries.map(([name]) => [name, [] as number[]])) as Record<Name, number[]>;
  for (let round = -warmUp; round < rounds; round++) {
    for (const [name, way] of round % 2 === 0 ? entries : entries.toReversed()) {
      await sleep(PAUSE_MS);
      signal?.throwIfAborted();
      const taken = await secondsOf(way);
      if (round >= 0) seconds[name].push(taken);
    }
  }
  return Object.fromEntries(entries.map(([name]) => [name, median(seconds[name])])) as Record<Name, number>;
}

export async function secondsOf(way: Way): Promise<number> {
  const started = performance.now();
  await way();
  return (performance.now() - started) / 1000;
}
