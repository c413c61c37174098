/** The figures of one detector on one pair of sets, each with its 95 % interval. */
import type { Estimate, MetricsRow } from '../../shared/results.ts';
import { aurocInterval } from './auroc-interval.ts';
import { bca, bootstrapIntervals, logitBootstrap, type Statistic } from './bootstrap.ts';
import { aupr, auroc, fprAtTpr } from './curves.ts';
import { fprWithoutOne } from './jackknife.ts';
import { clopperPearson } from './proportion.ts';
import { rank, reversed, type Ranking } from './ranking.ts';

export type PairMetrics = Pick<MetricsRow, 'auroc' | 'auprInd' | 'auprOod' | 'fpr95IndPositive' | 'fpr95OodPositive'>;

/**
 * @param ind scores of in-distribution images, higher = more in-distribution.
 * @param ood scores of out-of-distribution images.
 * @param options.seed of the bootstrap.
 */
export function evaluatePair(ind: Float64Array, ood: Float64Array, { seed }: { seed: number }): PairMetrics {
  const ranking = rank(ind, ood);
  const area = auroc(ranking);
  const [low, high] = aurocInterval(area, ind, ood);
  const indPositive = estimates(ranking, seed);
  const oodPositive = estimates(reversed(ranking), seed);
  return {
    auroc: { value: area, low, high },
    auprInd: indPositive.aupr,
    auprOod: oodPositive.aupr,
    fpr95IndPositive: indPositive.fpr,
    fpr95OodPositive: oodPositive.fpr,
  };
}

const AUPR: Statistic = { value: aupr, interval: logitBootstrap };
const FPR: Statistic = { value: (counts) => fprAtTpr(counts), interval: bca((counts) => fprWithoutOne(counts)) };

function estimates(ranking: Ranking, seed: number): { aupr: Estimate; fpr: Estimate } {
  const [area, rate] = bootstrapIntervals(ranking, [AUPR, FPR], seed);
  const fpr = fprAtTpr(ranking);
  // No resample can show what none of the images did: a rate of 0 or 1 takes the exact interval at its threshold.
  const [low, high] = rate[0] === rate[1] ? clopperPearson(Math.round(fpr * ranking.nNegative), ranking.nNegative) : rate;
  return { aupr: { value: aupr(ranking), low: area[0], high: area[1] }, fpr: { value: fpr, low, high } };
}
