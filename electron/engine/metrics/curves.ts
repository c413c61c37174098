/** ROC and precision-recall curves, their areas, and the false-positive rate at a wanted true-positive rate. */
import type { Ranking } from './ranking.ts';

export interface RocCurve {
  fpr: Float64Array;
  tpr: Float64Array;
  /** thresholds[0] is above every score: nothing is called positive there. */
  thresholds: Float64Array;
}

/** Every distinct score as a threshold, "positive when score >= threshold"; starts at (0, 0). */
export function rocCurve({ values, positives, negatives, nPositive, nNegative }: Ranking): RocCurve {
  const fpr = new Float64Array(values.length + 1);
  const tpr = new Float64Array(values.length + 1);
  const thresholds = new Float64Array(values.length + 1);
  thresholds[0] = values[0] + 1;
  let tp = 0;
  let fp = 0;
  for (let j = 0; j < values.length; j++) {
    tp += positives[j];
    fp += negatives[j];
    tpr[j + 1] = tp / nPositive;
    fpr[j + 1] = fp / nNegative;
    thresholds[j + 1] = values[j];
  }
  return { fpr, tpr, thresholds };
}

/** (pairs positive > negative + ½ ties) / all pairs: the Mann-Whitney statistic, exact in integers up to 2^53 pairs. */
export function auroc({ positives, negatives, nPositive, nNegative }: Ranking): number {
  let halves = 0;
  let below = nNegative;
  for (let j = 0; j < positives.length; j++) {
    below -= negatives[j];
    halves += positives[j] * (2 * below + negatives[j]);
  }
  return halves / 2 / (nPositive * nNegative);
}

export interface PrCurve {
  /** Descending from full recall; the last point is (recall 0, precision 1), without a threshold. */
  precision: Float64Array;
  recall: Float64Array;
  /** Ascending, one fewer than the points. */
  thresholds: Float64Array;
}

export function prCurve({ values, positives, negatives, nPositive }: Ranking): PrCurve {
  const precision: number[] = [];
  const recall: number[] = [];
  let tp = 0;
  let fp = 0;
  for (let j = 0; j < values.length && tp < nPositive; j++) {
    tp += positives[j];
    fp += negatives[j];
    precision.push(tp / (tp + fp));
    recall.push(tp / nPositive);
  }
  const thresholds = values.slice(0, precision.length).reverse();
  return {
    precision: Float64Array.from([...precision.reverse(), 1]),
    recall: Float64Array.from([...recall.reverse(), 0]),
    thresholds,
  };
}

/**
 * Area under precision-recall by the trapezoid rule, as torchmetrics and the CEA line report it. It is the optimistic
 * one: average precision is lower (NUMERICS D13).
 */
export function aupr({ positives, negatives, nPositive }: Pick<Ranking, 'positives' | 'negatives' | 'nPositive'>): number {
  let area = 0;
  let tp = 0;
  let fp = 0;
  let precision = 1;
  for (let j = 0; j < positives.length && tp < nPositive; j++) {
    const before = precision;
    tp += positives[j];
    fp += negatives[j];
    if (tp + fp === 0) continue;
    precision = tp / (tp + fp);
    area += ((precision + before) / 2) * (positives[j] / nPositive);
  }
  return area;
}

/** Average precision: the step-wise area, lower than the trapezoid one. */
export function averagePrecision({
  positives,
  negatives,
  nPositive,
}: Pick<Ranking, 'positives' | 'negatives' | 'nPositive'>): number {
  let area = 0;
  let tp = 0;
  let fp = 0;
  for (let j = 0; j < positives.length && tp < nPositive; j++) {
    tp += positives[j];
    fp += negatives[j];
    if (tp > 0) area += (tp / (tp + fp)) * (positives[j] / nPositive);
  }
  return area;
}

/** False-positive rate at the largest threshold whose true-positive rate is at least `target`. */
export function fprAtTpr(ranking: Pick<Ranking, 'positives' | 'negatives' | 'nPositive' | 'nNegative'>, target = 0.95): number {
  const { positives, negatives, nPositive, nNegative } = ranking;
  let tp = 0;
  let fp = 0;
  for (let j = 0; j < positives.length; j++) {
    tp += positives[j];
    fp += negatives[j];
    if (tp / nPositive >= target) break;
  }
  return fp / nNegative;
}
