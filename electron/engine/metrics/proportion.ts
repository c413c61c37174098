/** Exact interval of a proportion, and the normal quantile; special functions are those of cephes. */
import cephes from 'cephes';

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
