/**
 * Residual and ViM (Wang et al. 2022): the part of a feature that lies outside the principal space of the training
 * features, seen from the origin u = -W⁺ b where every logit is zero. NUMERICS section 12, NUMERICS2 section 2.
 */
import { symmetricEigen } from '../linalg/eigen.ts';
import { centredRows, zeros, type Matrix } from '../linalg/matrix.ts';
import type { MatMul } from '../linalg/matmul.ts';
import { rowSquares } from '../linalg/squared-distances.ts';
import { Matrix as MlMatrix, SVD } from 'ml-matrix';
import { toMlMatrix } from '../linalg/eigen.ts';
import { energyScores, maxLogitScores } from './logit-scores.ts';
import { logitsOf, type Head } from './head.ts';

/** Singular values below this share of the largest count as zero (numpy's pinv default). */
const CUTOFF = 1e-15;

/** -W⁺ b: [F]. */
export function logitOrigin({ weight, bias }: Head): Float64Array {
  const svd = new SVD(toMlMatrix(weight), { autoTranspose: true });
  const largest = Math.max(...svd.diagonal);
  const inUsed = svd.leftSingularVectors.transpose().mmul(MlMatrix.columnVector(Array.from(bias)));
  svd.diagonal.forEach((value, i) => inUsed.set(i, 0, value > CUTOFF * largest ? inUsed.get(i, 0) / value : 0));
  return Float64Array.from(svd.rightSingularVectors.mmul(inUsed).to1DArray(), (value) => -value);
}

export interface Subspace {
  origin: Float64Array;
  /** Eigenvalues of (X-u)ᵀ(X-u)/n about zero, descending. */
  eigenvalues: Float64Array;
  /** Directions of the F - dim smallest of them: [F, F - dim]. */
  outside: Matrix;
}

/** @param dim size of the principal space; at least F leaves nothing outside. */
export async function principalSpace(train: Matrix, head: Head, dim: number, multiply: MatMul): Promise<Subspace> {
  const origin = logitOrigin(head);
  const centred = centredRows(train, origin);
  const scatter = await multiply(centred, centred, { transposeA: true });
  const { values, vectors } = symmetricEigen({ ...scatter, data: scatter.data.map((value) => value / train.rows) });
  const { cols } = train;
  const outside = zeros(cols, Math.max(0, cols - dim));
  for (let i = 0; i < cols; i++)
    for (let j = 0; j < outside.cols; j++) outside.data[i * outside.cols + j] = vectors.data[i * cols + j];
  return { origin, eigenvalues: values.slice().reverse(), outside };
}

/** |(x-u) R| of each row; 0 where nothing lies outside. */
export async function residualNorms(features: Matrix, { origin, outside }: Subspace, multiply: MatMul): Promise<Float64Array> {
  if (outside.cols === 0) return new Float64Array(features.rows);
  return rowSquares(await multiply(centredRows(features, origin), outside)).map(Math.sqrt);
}

/** α = mean of the training rows' largest logits over the mean of their residuals. */
export async function vimAlpha(train: Matrix, head: Head, space: Subspace, multiply: MatMul): Promise<number> {
  const largest = maxLogitScores(await logitsOf(train, head, multiply));
  const norms = await residualNorms(train, space, multiply);
  const sum = (values: Float64Array): number => values.reduce((a, b) => a + b, 0);
  return sum(largest) / train.rows / (sum(norms) / train.rows);
}

/** -α r(x) + ln Σ exp(logits). NaN where nothing lies outside, as published. */
export async function vimScores(
  features: Matrix,
  { head, space, alpha }: { head: Head; space: Subspace; alpha: number },
  multiply: MatMul,
): Promise<Float64Array> {
  const norms = await residualNorms(features, space, multiply);
  return energyScores(await logitsOf(features, head, multiply)).map((energy, r) => -alpha * norms[r] + energy);
}
