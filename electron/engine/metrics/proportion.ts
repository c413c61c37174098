/** Exact interval of a proportion, and the normal quantile; special functions are those of cephes. */
import { cephes } from './special-functions.ts';

/** To be awaited by what may run in the first milliseconds of a process. */
export const specialFunctions: Promise<void> = cephes.compiled;

/** Φ⁻¹(p). */
export function normalQuantile(p: number): number {
  return cephes.ndtri(p);
}

/**
 * Clopper-Pearson interval of k successes in n trials (1934): [B⁻¹(α/2; k, n-k+1), B⁻¹(1-α/2; k+1, n-k)], 0 at k = 0 and
 * 1 at k = n.
 */
export function clopperPearson(k: number, n: number, level = 0.95): [number, number] {
  return [clopperPearsonLow(k, n, (1 + level) / 2), clopperPearsonHigh(k, n, (1 + level) / 2)];
}

/** One-sided lower bound at this confidence. */
export function clopperPearsonLow(k: number, n: number, confidence: number): number {
  return k === 0 ? 0 : cephes.incbi(k, n - k + 1, 1 - confidence);
}

/** One-sided upper bound at this confidence. */
export function clopperPearsonHigh(k: number, n: number, confidence: number): number {
  // The mirrored lower tail: 1 - α/2 itself would lose the digits of a small α.
  return k === n ? 1 : 1 - cephes.incbi(n - k, k + 1, 1 - confidence);
}

/** Wilson (1927) without continuity correction; exactly 0 at k = 0 and 1 at k = n. @param confidence of each side. */
export function wilsonInterval(k: number, n: number, confidence: number): [number, number] {
  const z = normalQuantile(confidence);
  const share = k / n;
  const middle = share + (z * z) / (2 * n);
  const half = z * Math.sqrt((share * (1 - share)) / n + (z * z) / (4 * n * n));
  const scale = 1 + (z * z) / n;
  return [k === 0 ? 0 : (middle - half) / scale, k === n ? 1 : (middle + half) / scale];
}
