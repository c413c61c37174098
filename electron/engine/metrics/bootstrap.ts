/**
 * Stratified bootstrap intervals (Efron & Tibshirani 1993), bias-corrected and accelerated. Resamples are drawn as counts
 * over the ranking, so a replicate costs one pass and no sorting. Seeded: the same scores give the same interval.
 */
import { fillUniforms } from '../sampling/philox.ts';
import { bcaInterval } from './bca.ts';
import type { Counts, Jackknife } from './jackknife.ts';
import { percentileInterval } from './quantile.ts';
import type { Ranking } from './ranking.ts';

export const REPLICATES = 400;

/** Streams of the draws; data set streams have the top bit clear. */
const POSITIVE_STREAM = 0x80000002;
const NEGATIVE_STREAM = 0x80000003;

export interface Statistic {
  /** A function of the counts at every distinct score. */
  value: (counts: Counts) => number;
  withoutOne: (counts: Counts) => Jackknife;
}

/**
 * 95 % BCa intervals of several statistics over the same resamples; percentile ones where BCa has none (no image changes
 * the figure, or every resample lies on one side of it). BCa ends may pass the estimate by a replicate: it is kept inside.
 */
export function bootstrapIntervals(ranking: Ranking, statistics: readonly Statistic[], seed: number): [number, number][] {
  const replicates = statistics.map(() => new Float64Array(REPLICATES));
  resamples(ranking, seed, (counts, b) => statistics.forEach(({ value }, i) => (replicates[i][b] = value(counts))));
  return statistics.map(({ value, withoutOne }, i) => {
    const estimate = value(ranking);
    const [low, high] = bcaInterval({ estimate, replicates: replicates[i], jackknife: withoutOne(ranking) });
    if (Number.isNaN(low) || Number.isNaN(high)) return percentileInterval(replicates[i]);
    return [Math.min(low, estimate), Math.max(high, estimate)];
  });
}

/** Draws every resample in turn; `visit` must not keep the counts, they are used again. */
export function resamples(ranking: Ranking, seed: number, visit: (counts: Counts, replicate: number) => void): void {
  const owners = { positive: ownersOf(ranking.positives), negative: ownersOf(ranking.negatives) };
  const positives = new Int32Array(ranking.values.length);
  const negatives = new Int32Array(ranking.values.length);
  const counts: Counts = { positives, negatives, nPositive: ranking.nPositive, nNegative: ranking.nNegative };
  const uniforms = new Float32Array(Math.max(ranking.nPositive, ranking.nNegative));
  for (let b = 0; b < REPLICATES; b++) {
    resample(owners.positive, positives, { uniforms, seed, stream: POSITIVE_STREAM, replicate: b });
    resample(owners.negative, negatives, { uniforms, seed, stream: NEGATIVE_STREAM, replicate: b });
    visit(counts, b);
  }
}

/** For each member of a group, the index of its score among the distinct ones. */
function ownersOf(counts: Int32Array): Int32Array {
  const owners = new Int32Array(counts.reduce((a, b) => a + b, 0));
  let at = 0;
  counts.forEach((count, j) => {
    owners.fill(j, at, at + count);
    at += count;
  });
  return owners;
}

interface Draw {
  uniforms: Float32Array;
  seed: number;
  stream: number;
  replicate: number;
}

function resample(owners: Int32Array, counts: Int32Array, { uniforms, seed, stream, replicate }: Draw): void {
  const n = owners.length;
  const draws = uniforms.subarray(0, n);
  fillUniforms(draws, { seed }, { stream, image: replicate, sample: 0 });
  counts.fill(0);
  // A float32 uniform is below 1, and n stays below 2^24, so the product stays below n.
  for (let i = 0; i < n; i++) counts[owners[Math.floor(draws[i] * n)]]++;
}
