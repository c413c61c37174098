/**
 * Shrunk covariances (1-s) S + s·m·I with m = tr S / p: Ledoit & Wolf (2004), and the oracle approximation as
 * scikit-learn has it, which drops the 2/p terms of Chen et al. (2010). NUMERICS2 section 1.
 */
import { zeros, type Matrix } from './matrix.ts';

export const SHRINKAGES = ['none', 'ledoit-wolf', 'oas'] as const;
export type Shrinkage = (typeof SHRINKAGES)[number];

export interface ShrinkInput {
  /** ddof 0, [p, p]. */
  covariance: Matrix;
  n: number;
  /** Σ ‖z‖⁴ over the centred rows. */
  fourthPowers: number;
}

/** The share s of the identity, in [0, 1]. */
export function shrinkageOf(kind: Shrinkage, input: ShrinkInput): number {
  const { covariance, n } = input;
  const p = covariance.rows;
  if (kind === 'none' || p === 1) return 0;
  const mean = traceMean(covariance);
  const squares = covariance.data.reduce((sum, value) => sum + value * value, 0);
  if (kind === 'ledoit-wolf') {
    const delta = (squares - p * mean * mean) / p;
    // For two rows it is 0 but for rounding, which may fall below.
    const beta = Math.max(0, Math.min((input.fourthPowers / n - squares) / (p * n), delta));
    return beta === 0 ? 0 : beta / delta;
  }
  const a = squares / (p * p);
  const denominator = (n + 1) * (a - (mean * mean) / p);
  return denominator === 0 ? 1 : Math.min((a + mean * mean) / denominator, 1);
}

/** (1-s) S + s·m·I. */
export function shrunk(covariance: Matrix, s: number): Matrix {
  if (s === 0) return covariance;
  const p = covariance.rows;
  const out = zeros(p, p);
  const ridge = s * traceMean(covariance);
  for (let i = 0; i < p; i++) {
    for (let j = 0; j < p; j++) out.data[i * p + j] = (1 - s) * covariance.data[i * p + j] + (i === j ? ridge : 0);
  }
  return out;
}

/** Σ ‖z‖⁴ over the rows of a centred matrix. */
export function fourthPowers({ rows, cols, data }: Matrix): number {
  let sum = 0;
  for (let r = 0; r < rows; r++) {
    let square = 0;
    for (let at = r * cols; at < (r + 1) * cols; at++) square += data[at] * data[at];
    sum += square * square;
  }
  return sum;
}

function traceMean({ rows, data }: Matrix): number {
  let trace = 0;
  for (let i = 0; i < rows; i++) trace += data[i * rows + i];
  return trace / rows;
}
