/**
 * What a conformal threshold promises: the law of its realised false-alarm rate (Vovk 2012), and p-values that hold for
 * the calibration set at hand (Bates et al. 2023). NUMERICS2 section 3. Scores are assumed continuous and exchangeable.
 */
import { cephes } from './special-functions.ts';

/** Law of the realised false-alarm rate when the threshold is the k-th smallest of n scores: Beta(k, n + 1 - k). */
export interface RealisedRate {
  mean: number;
  /** 5 %, 50 % and 95 % quantiles over calibration sets. */
  q05: number;
  q50: number;
  q95: number;
  /** Share of calibration sets whose realised rate is above the rate that was asked for. */
  probabilityAbove: number;
}

/** @param k 0: no threshold, and no alarm ever. */
export function realisedRate(k: number, n: number, alpha: number): RealisedRate {
  if (k === 0) return { mean: 0, q05: 0, q50: 0, q95: 0, probabilityAbove: 0 };
  const at = (share: number): number => cephes.incbi(k, n + 1 - k, share);
  return {
    mean: k / (n + 1),
    q05: at(0.05),
    q50: at(0.5),
    q95: at(0.95),
    probabilityAbove: cephes.incbet(n + 1 - k, k, 1 - alpha),
  };
}

/** The largest k whose realised rate is at most alpha with this confidence over calibration sets; 0: impossible. */
export function guaranteedRank(n: number, alpha: number, confidence = 0.9): number {
  const holds = (k: number): boolean => cephes.incbet(k, n + 1 - k, alpha) >= confidence;
  let [low, high] = [0, n];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (holds(middle)) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** (1 + #{calibration <= score}) / (n + 1) of each score. */
export function conformalPValues(calibration: Float64Array, scores: Float64Array): Float64Array {
  const sorted = calibration.slice().sort();
  return scores.map((score) => {
    let [low, high] = [0, sorted.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (sorted[middle] <= score) low = middle + 1;
      else high = middle;
    }
    return (1 + low) / (sorted.length + 1);
  });
}

/** a_1 ≤ … ≤ a_n of the Simes adjustment with K = ⌊n/2⌋: a_i = (δ · Π_{j<K} (i-j)/(n-j))^{1/K}, 0 for i < K. */
export function simesSequence(n: number, delta: number): Float64Array {
  const k = Math.floor(n / 2);
  return Float64Array.from({ length: n }, (_, at) => {
    const i = at + 1;
    if (i < k) return 0;
    let log = Math.log(delta);
    for (let j = 0; j < k; j++) log += Math.log(i - j) - Math.log(n - j);
    return Math.exp(log / k);
  });
}

/** 1 - b_{n+1-i} with b_i = min(1, i/n + c √(i(n-i)) / (n√n)); n of 16 and more. */
export function asymptoticSequence(n: number, delta: number): Float64Array {
  const l = Math.log(Math.log(n));
  const c = (-Math.log(-Math.log(1 - delta)) + 2 * l + 0.5 * Math.log(l) - 0.5 * Math.log(Math.PI)) / Math.sqrt(2 * l);
  const b = (i: number): number => Math.min(1, i / n + (c * Math.sqrt(i * (n - i))) / (n * Math.sqrt(n)));
  return Float64Array.from({ length: n }, (_, at) => 1 - b(n - at));
}

/** 1 - a_{max(1, ⌊(n+1)(1-p)⌋)}: a p-value that holds with confidence 1 - δ for this calibration set. */
export function conditionalPValues(pValues: Float64Array, sequence: Float64Array): Float64Array {
  return pValues.map((p) => 1 - sequence[Math.max(1, Math.floor((sequence.length + 1) * (1 - p))) - 1]);
}

/** By the inequality of Dvoretzky, Kiefer & Wolfowitz: min(1, p + √(ln(2/δ) / 2n)). */
export function dkwPValues(pValues: Float64Array, n: number, delta: number): Float64Array {
  return pValues.map((p) => Math.min(1, p + Math.sqrt(Math.log(2 / delta) / (2 * n))));
}
