/**
 * Bootstrap intervals beyond the percentile one: basic, and bias-corrected accelerated (Efron 1987), for a statistic of
 * two samples that are drawn apart. NUMERICS2 section 3.
 */
import { cephes } from './special-functions.ts';
import { normalQuantile } from './proportion.ts';
import { percentileInterval, quantile } from './quantile.ts';

export interface BcaParts {
  estimate: number;
  replicates: Float64Array;
  /** The statistic with one member left out, for each sample. */
  jackknife: readonly Float64Array[];
}

/** Replicates this near to the estimate are ties that rounding moved. */
const TIE = 1e-12;
/** Below it, the jackknife values are equal but for rounding. */
const NO_SPREAD = 1e-25;

/** 2θ - q: the percentile interval mirrored at the estimate. */
export function basicInterval(estimate: number, replicates: Float64Array, level = 0.95): [number, number] {
  const [low, high] = percentileInterval(replicates, level);
  return [2 * estimate - high, 2 * estimate - low];
}

/** z₀ = Φ⁻¹(share of replicates below the estimate, ties counting half). */
export function biasCorrection({ estimate, replicates }: Pick<BcaParts, 'estimate' | 'replicates'>): number {
  let below = 0;
  for (const value of replicates) below += Math.abs(value - estimate) <= TIE ? 0.5 : Number(value < estimate);
  const share = below / replicates.length;
  if (share <= 0) return -Infinity;
  return share >= 1 ? Infinity : normalQuantile(share);
}

/** a = (1/6) Σ_j ΣU³/n_j³ / (Σ_j ΣU²/n_j²)^1.5 with U = (n_j - 1)(mean - θ_(i)); NaN where nothing varies. */
export function acceleration(jackknife: readonly Float64Array[]): number {
  let cubes = 0;
  let squares = 0;
  for (const values of jackknife) {
    const n = values.length;
    const mean = values.reduce((a, b) => a + b, 0) / n;
    let [square, cube] = [0, 0];
    for (const value of values) {
      const u = (n - 1) * (mean - value);
      square += u * u;
      cube += u * u * u;
    }
    squares += square / n ** 2;
    cubes += cube / n ** 3;
  }
  return squares > NO_SPREAD ? cubes / squares ** 1.5 / 6 : NaN;
}

/** NaN where the replicates or the jackknife values are all equal: the percentile interval serves then. */
export function bcaInterval(parts: BcaParts, level = 0.95): [number, number] {
  const sorted = parts.replicates.slice().sort();
  const a = acceleration(parts.jackknife);
  const z0 = biasCorrection(parts);
  const end = (z: number): number => {
    const share = cephes.ndtr(z0 + (z0 + z) / (1 - a * (z0 + z)));
    return Number.isNaN(share) || sorted[0] === sorted[sorted.length - 1] ? NaN : quantile(sorted, share);
  };
  return [end(normalQuantile((1 - level) / 2)), end(normalQuantile((1 + level) / 2))];
}
