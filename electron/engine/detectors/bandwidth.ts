/**
 * Bandwidths of a kernel density: the factors of Scott (1992) and Silverman (1986), and held-out likelihood. A factor has
 * no scale of its own: it is right for whitened coordinates only, which is where LaRED uses it (NUMERICS2 section 1, E9).
 */
import { rowRange, zeros, type Matrix } from '../linalg/matrix.ts';
import type { Work } from './detector.ts';
import { laredEstimator } from './lared.ts';

export type BandwidthRule = 'scott' | 'silverman';

/** Scott: n^(-1/(d+4)). Silverman: (n(d+2)/4)^(-1/(d+4)). */
export function bandwidthFactor(rule: BandwidthRule, n: number, d: number): number {
  return (rule === 'scott' ? n : (n * (d + 2)) / 4) ** (-1 / (d + 4));
}

export interface CrossValidation {
  /** Sum of held-out log densities, [grid, folds]. */
  folds: Matrix;
  /** Unweighted means over the folds, [grid]. */
  means: Float64Array;
  /** First maximum. */
  best: number;
}

/** K contiguous folds without shuffling, the first n mod K one row longer. @param train [n, D], n >= folds. */
export async function crossValidate(
  train: Matrix,
  grid: readonly number[],
  { folds, work }: { folds: number; work: Work },
): Promise<CrossValidation> {
  const sums = zeros(grid.length, folds);
  let from = 0;
  for (let fold = 0; fold < folds; fold++) {
    const to = from + Math.floor(train.rows / folds) + Number(fold < train.rows % folds);
    const held = rowRange(train, from, to);
    const rest = without(train, from, to);
    for (const [g, bandwidth] of grid.entries()) {
      const scores = await (await laredEstimator(bandwidth).fit(rest, work)).score(held, work);
      sums.data[g * folds + fold] = scores.reduce((a, b) => a + b, 0);
    }
    from = to;
  }
  const means = Float64Array.from(
    grid.keys(),
    (g) => sums.data.subarray(g * folds, (g + 1) * folds).reduce((a, b) => a + b, 0) / folds,
  );
  return { folds: sums, means, best: means.indexOf(Math.max(...means)) };
}

function without(matrix: Matrix, from: number, to: number): Matrix {
  const out = zeros(matrix.rows - (to - from), matrix.cols);
  out.data.set(matrix.data.subarray(0, from * matrix.cols));
  out.data.set(matrix.data.subarray(to * matrix.cols), from * matrix.cols);
  return out;
}
