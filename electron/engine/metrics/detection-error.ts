/**
 * Threshold-free and threshold-bound figures beside AUROC: least detection error (ODIN, Liang et al. 2018), the true-positive
 * rate at a false-positive rate, the area under the threshold curve (Humblot-Renaux et al. 2023), and the correct
 * classification rate at a false-positive rate (OpenOOD). NUMERICS2 section 8.
 */
import { rocCurve } from './curves.ts';
import type { Ranking } from './ranking.ts';

/** min over thresholds of ½ (share of InD below + share of OoD at or above), and the smallest threshold that reaches it. */
export function detectionError({ values, positives, negatives, nPositive, nNegative }: Ranking): {
  error: number;
  threshold: number;
} {
  let best = { error: 0.5, threshold: Infinity };
  let [indAbove, oodAbove] = [0, 0];
  for (let j = 0; j < values.length; j++) {
    indAbove += positives[j];
    oodAbove += negatives[j];
    const error = ((nPositive - indAbove) / nPositive + oodAbove / nNegative) / 2;
    // Values fall, so a later tie is the smaller threshold; equal fractions may differ by rounding.
    if (error <= best.error + 1e-12) best = { error, threshold: values[j] };
  }
  return best;
}

/** Largest TPR whose FPR is at most `rate`; `interpolated` reads the ROC between its points. */
export function tprAtFpr(ranking: Ranking, rate: number): { best: number; interpolated: number } {
  const { fpr, tpr } = rocCurve(ranking);
  let at = 0;
  while (at + 1 < fpr.length && fpr[at + 1] <= rate) at++;
  const exact = fpr[at] === rate || at === fpr.length - 1;
  const slope = exact ? 0 : (tpr[at + 1] - tpr[at]) / (fpr[at + 1] - fpr[at]);
  return { best: tpr[at], interpolated: tpr[at] + slope * (rate - fpr[at]) };
}

/** With the OoD score scaled to [0, 1] over all images: mean over InD, mean of its complement over OoD, and their mean. */
export function autc(ind: Float64Array, ood: Float64Array): { autc: number; aufpr: number; aufnr: number } {
  let [low, high] = [Infinity, -Infinity];
  for (const scores of [ind, ood]) {
    for (const score of scores) {
      low = Math.min(low, -score);
      high = Math.max(high, -score);
    }
  }
  const mean = (scores: Float64Array): number =>
    scores.reduce((sum, score) => sum + (-score - low) / (high - low), 0) / scores.length;
  const [aufpr, aufnr] = [mean(ind), 1 - mean(ood)];
  return { autc: (aufpr + aufnr) / 2, aufpr, aufnr };
}

/** Share of InD images that are right and score above the ⌈f · n_ood⌉-th largest OoD score. @param f in (0, 1]. */
export function correctAtFpr(ind: Float64Array, right: ArrayLike<number>, ood: Float64Array, f: number): number {
  const threshold = ood.slice().sort()[ood.length - Math.ceil(f * ood.length)];
  let count = 0;
  ind.forEach((score, i) => (count += score > threshold && right[i] !== 0 ? 1 : 0));
  return count / ind.length;
}
