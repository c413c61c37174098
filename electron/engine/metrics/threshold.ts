/** Threshold rules. A threshold is set on in-distribution calibration scores alone; an alarm is a score below it. */
import type { Plan } from '../../shared/plan.ts';
import { normalQuantile } from './proportion.ts';
import { quantile } from './quantile.ts';

export interface Threshold {
  rule: Plan['threshold']['rule'];
  /** -Infinity: never an alarm (too few calibration images for a conformal threshold). */
  value: number;
  /** z-score as the reference has it: "in-distribution iff score > threshold". The others accept the threshold itself. */
  strict: boolean;
}

/** The reference writes 1.645 for 5 %. */
const REFERENCE_Z = 1.645;

/** @param scores calibration scores [n], n >= 1. @param falseAlarm wanted share of in-distribution alarms, in (0, 1). */
export function thresholdOf(scores: Float64Array, { rule, falseAlarm }: Plan['threshold']): Threshold {
  if (rule === 'zscore') return { rule, value: zScoreThreshold(scores, falseAlarm), strict: true };
  const sorted = scores.slice().sort();
  if (rule === 'quantile') return { rule, value: quantile(sorted, falseAlarm), strict: false };
  const k = conformalRank(sorted.length, falseAlarm);
  return { rule, value: k === 0 ? -Infinity : sorted[k - 1], strict: false };
}

/** A score that is not a number is never above anything: it raises the alarm. */
export function isAlarm(score: number, { value, strict }: Threshold): boolean {
  return strict ? !(score > value) : !(score >= value);
}

/** mean - z·sd with ddof 0 (NUMERICS section 7). */
export function zScoreThreshold(scores: Float64Array, falseAlarm = 0.05): number {
  const z = falseAlarm === 0.05 ? REFERENCE_Z : -normalQuantile(falseAlarm);
  const mean = scores.reduce((a, b) => a + b, 0) / scores.length;
  const variance = scores.reduce((sum, score) => sum + (score - mean) ** 2, 0) / scores.length;
  return mean - z * Math.sqrt(variance);
}

/**
 * Split conformal prediction (Vovk 2012): the largest k with k/(n+1) <= α, compared as float64 quotients. An alarm below
 * the k-th smallest score has probability at most α for exchangeable images. 0: no such k.
 */
export function conformalRank(n: number, alpha: number): number {
  let k = Math.min(n, Math.floor(alpha * (n + 1)));
  while (k < n && (k + 1) / (n + 1) <= alpha) k++;
  while (k > 0 && k / (n + 1) > alpha) k--;
  return k;
}
