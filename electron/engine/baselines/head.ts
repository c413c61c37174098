/** The last layer of a classifier, and what every baseline on penultimate features reads from it. */
import type { MatMul } from '../linalg/matmul.ts';
import { zeros, type Matrix } from '../linalg/matrix.ts';
import { energyScores } from './logit-scores.ts';

export interface Head {
  /** [C, F] */
  weight: Matrix;
  /** [C] */
  bias: Float64Array;
}

/** x Wᵀ + b of features [n, F]: [n, C]. */
export async function logitsOf(features: Matrix, { weight, bias }: Head, multiply: MatMul): Promise<Matrix> {
  const logits = await multiply(features, weight, { transposeB: true });
  for (let r = 0, at = 0; r < logits.rows; r++) for (let c = 0; c < logits.cols; c++, at++) logits.data[at] += bias[c];
  return logits;
}

/** ln Σ exp of the logits of features: the score of every method that changes features or weights. */
export async function headEnergy(features: Matrix, head: Head, multiply: MatMul): Promise<Float64Array> {
  return energyScores(await logitsOf(features, head, multiply));
}

/** numpy's 'linear' percentile of all values, p in [0, 100]. */
export function percentile(values: Float64Array, p: number): number {
  const sorted = values.slice().sort();
  const at = (p / 100) * (sorted.length - 1);
  const low = Math.floor(at);
  const part = at - low;
  const [left, right] = [sorted[low], sorted[Math.min(low + 1, sorted.length - 1)]];
  return part < 0.5 ? left + (right - left) * part : right - (right - left) * (1 - part);
}

/** A copy with every value changed. */
export function mapped(matrix: Matrix, change: (value: number, at: number) => number): Matrix {
  const out = zeros(matrix.rows, matrix.cols);
  for (let at = 0; at < out.data.length; at++) out.data[at] = change(matrix.data[at], at);
  return out;
}
