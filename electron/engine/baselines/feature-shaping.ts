/**
 * Baselines that shape penultimate features or the last layer, and then take the energy: ReAct (Sun et al. 2021), DICE
 * (Sun & Li 2022), ASH (Djurisic et al. 2023), SCALE (Xu et al. 2024). NUMERICS section 11.
 */
import { columnMeans } from '../linalg/moments.ts';
import { zeros, type Matrix } from '../linalg/matrix.ts';
import { mapped, percentile, type Head } from './head.ts';

export type AshVariant = 'p' | 'b' | 's' | 'scale';

/** ReAct's clip: the percentile of all entries of the training features. */
export function reactThreshold(train: Matrix, percent = 90): number {
  return percentile(train.data, percent);
}

export function clipped(features: Matrix, threshold: number): Matrix {
  return mapped(features, (value) => Math.min(value, threshold));
}

/** DICE keeps the weights whose contribution mean_f · W_cf lies above (strictly) the percentile of all of them. */
export function diceHead(train: Matrix, { weight, bias }: Head, percent = 90): { head: Head; threshold: number } {
  const mean = columnMeans(train);
  const contribution = mapped(weight, (value, at) => mean[at % weight.cols] * value);
  const threshold = percentile(contribution.data, percent);
  const kept = mapped(weight, (value, at) => (contribution.data[at] > threshold ? value : 0));
  return { head: { weight: kept, bias }, threshold };
}

/** How many of n entries ASH and SCALE keep: n - round_half_even(n · P / 100). */
export function keptEntries(n: number, percent: number): number {
  const dropped = (n * percent) / 100;
  const floor = Math.floor(dropped);
  const up = dropped - floor > 0.5 || (dropped - floor === 0.5 && floor % 2 === 1);
  return n - floor - Number(up);
}

/**
 * The k largest entries of each row: as they are (p), all set to s1/k (b), times exp(s1/s2) (s); or every entry times
 * exp(s1/s2) (scale), with s1 the sum of the row and s2 that of the k. Nothing kept or s2 = 0 gives NaN, as published.
 */
export function ashShaped(features: Matrix, percent: number, variant: AshVariant): Matrix {
  const { rows, cols } = features;
  const out = zeros(rows, cols);
  const k = keptEntries(cols, percent);
  for (let r = 0; r < rows; r++) {
    const row = features.data.subarray(r * cols, (r + 1) * cols);
    const top = Array.from(row.keys())
      .sort((a, b) => row[b] - row[a] || a - b)
      .slice(0, k);
    const total = row.reduce((a, b) => a + b, 0);
    const factor = Math.exp(total / top.reduce((sum, at) => sum + row[at], 0));
    const target = out.data.subarray(r * cols, (r + 1) * cols);
    if (variant === 'scale') target.set(row.map((value) => value * factor));
    else if (variant === 's') target.set(row.map(() => 0 * factor)); // 0 · ∞ is NaN where nothing was kept.
    for (const at of top) {
      if (variant === 'p') target[at] = row[at];
      if (variant === 'b') target[at] = total / k;
      if (variant === 's') target[at] = row[at] * factor;
    }
  }
  return out;
}
