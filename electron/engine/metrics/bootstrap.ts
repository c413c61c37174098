/**
 * Stratified bootstrap percentile intervals (Efron & Tibshirani 1993). Resamples are drawn as counts over the ranking,
 * so a replicate costs one pass and no sorting. Seeded: the same scores give the same interval.
 */
import { fillUniforms } from '../sampling/philox.ts';
import { quantile } from './quantile.ts';
import type { Ranking } from './ranking.ts';

export const REPLICATES = 400;

/** Streams of the draws; data set streams have the top bit clear. */
const POSITIVE_STREAM = 0x80000002;
const NEGATIVE_STREAM = 0x80000003;

export type Counts = Pick<Ranking, 'positives' | 'negatives' | 'nPositive' | 'nNegative'>;

/**
 * 95 % percentile intervals of several statistics over the same resamples.
 * @param statistics each a function of the counts at every distinct score.
 */
export function bootstrapIntervals(
  ranking: Ranking,
  statistics: readonly ((counts: Counts) => number)[],
  seed: number,
): [number, number][] {
  const replicates = statistics.map(() => new Float64Array(REPLICATES));
  resamples(ranking, seed, (counts, b) => statistics.forEach((statistic, i) => (replicates[i][b] = statistic(counts))));
  return replicates.map((values) => percentileInterval(values));
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

/** Type-7 quantiles at α/2 and 1 - α/2. */
export function percentileInterval(replicates: Float64Array, level = 0.95): [number, number] {
  const sorted = replicates.slice().sort();
  return [quantile(sorted, (1 - level) / 2), quantile(sorted, (1 + level) / 2)];
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
