/**
 * Pointwise 95 % band of a ROC: the caught rate at given false-alarm rates over the same stratified resamples that the
 * other figures use. Where no resample differs (nothing caught, or everything) the exact interval stands instead.
 */
import type { RocBand } from '../../shared/charts/roc.ts';
import { REPLICATES, resamples } from './bootstrap.ts';
import type { Counts } from './jackknife.ts';
import { clopperPearson } from './proportion.ts';
import { percentileInterval } from './quantile.ts';
import { rank, reversed } from './ranking.ts';

/** Every 0.25 % up to 15 %, then every 2.5 %. */
const GRID = [...Array.from({ length: 60 }, (_, k) => k * 0.0025), ...Array.from({ length: 35 }, (_, k) => 0.15 + k * 0.025)];

/** @param ind, ood scores, higher = more in-distribution. */
export function rocBand(ind: Float64Array, ood: Float64Array, { seed }: { seed: number }): RocBand {
  // An alarm is a low score: with the order reversed, OoD images are the positives.
  const ranking = reversed(rank(ind, ood));
  const replicates = GRID.map(() => new Float64Array(REPLICATES));
  resamples(ranking, seed, (counts, b) => caughtAt(counts, GRID).forEach((caught, g) => (replicates[g][b] = caught)));
  const intervals = replicates.map((values) => {
    const [low, high] = percentileInterval(values);
    return low === high ? clopperPearson(Math.round(low * ood.length), ood.length) : [low, high];
  });
  return {
    falseAlarms: GRID,
    low: intervals.map(([low]) => low),
    high: intervals.map(([, high]) => high),
    replicates: REPLICATES,
    seed,
  };
}

/** The ROC at ascending false-alarm rates: on its straight pieces, at a jump its upper end. */
export function caughtAt(counts: Counts, grid: readonly number[]): number[] {
  const { positives, negatives, nPositive, nNegative } = counts;
  const caught: number[] = [];
  let x = 0;
  let y = 0;
  for (let j = 0; j < positives.length && caught.length < grid.length; j++) {
    if (positives[j] === 0 && negatives[j] === 0) continue;
    const nextX = x + negatives[j] / nNegative;
    const nextY = y + positives[j] / nPositive;
    while (caught.length < grid.length && grid[caught.length] < nextX - 1e-12) {
      caught.push(y + ((grid[caught.length] - x) / (nextX - x)) * (nextY - y));
    }
    x = nextX;
    y = nextY;
  }
  while (caught.length < grid.length) caught.push(1);
  return caught;
}
