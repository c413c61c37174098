/**
 * Principal components of a streamed covariance: ml-pca takes the eigenvectors, means and signs are our own
 * (NUMERICS section 4). One spectrum serves every number of components; nothing here is random.
 */
import { PCA } from 'ml-pca';
import { AppError } from '../../shared/errors.ts';
import { EPS, toMlMatrix } from './eigen.ts';
import type { MatMul } from './matmul.ts';
import { centredRows, zeros, type Matrix } from './matrix.ts';
import { covariance, type Moments } from './moments.ts';

/** All directions of the training rows. */
export interface Spectrum {
  n: number;
  mean: Float64Array;
  /** Covariance eigenvalues (ddof 1), descending, clamped at 0. */
  variances: Float64Array;
  /** [D, D]: column j is direction j. */
  vectors: Matrix;
  /** Directions with a singular value above max(n, D) · eps of the largest. */
  rank: number;
}

export interface Projection {
  mean: Float64Array;
  /** [D, k]; each column already divided by its standard deviation when whitened. */
  projection: Matrix;
}

export interface PcaModel extends Projection {
  explainedVariance: Float64Array;
  explainedVarianceRatio: Float64Array;
  noiseVariance: number;
}

/** Eigenvalues below this share of the largest are rounding of the covariance, whatever the number of rows. */
const ROUNDING = 16 * EPS;

export function spectrumOf(moments: Moments): Spectrum {
  const features = moments.mean.length;
  const matrix = covariance(moments, 1);
  const scale = largestDiagonal(matrix);
  const pca = new PCA(toMlMatrix(matrix, scale === 0 ? 1 : 1 / scale), { isCovarianceMatrix: true });
  const variances = Float64Array.from(pca.getEigenvalues(), (value) => Math.max(0, value * scale));
  const directions = pca.getEigenvectors();
  const vectors = zeros(features, features);
  for (let i = 0; i < features; i++) for (let j = 0; j < features; j++) vectors.data[i * features + j] = directions.get(i, j);
  const limit = Math.max(features * ROUNDING, (Math.max(moments.n, features) * EPS) ** 2) * variances[0];
  const rank = Math.min(moments.n - 1, variances.filter((value) => value > limit).length);
  return { n: moments.n, mean: moments.mean, variances, vectors, rank };
}

function largestDiagonal({ rows, data }: Matrix): number {
  let largest = 0;
  for (let i = 0; i < rows; i++) largest = Math.max(largest, data[i * rows + i]);
  return largest;
}

/**
 * Turns every direction so that the training row with the largest |projection| has a positive one (first row on ties):
 * the sign rule of scikit-learn's svd_flip on U.
 * @param blocks the training rows once more, in order.
 */
export async function fixSigns(spectrum: Spectrum, blocks: Iterable<Matrix>, multiply: MatMul): Promise<void> {
  const { vectors, mean } = spectrum;
  const features = vectors.cols;
  const best = new Float64Array(features);
  for (const block of blocks) {
    const projected = await multiply(centredRows(block, mean), vectors);
    for (let at = 0; at < projected.data.length; at += features) {
      for (let j = 0; j < features; j++) {
        if (Math.abs(projected.data[at + j]) > Math.abs(best[j])) best[j] = projected.data[at + j];
      }
    }
  }
  for (let j = 0; j < features; j++) {
    if (best[j] >= 0) continue;
    for (let i = 0; i < features; i++) vectors.data[i * features + j] *= -1;
  }
}

/**
 * The first k components.
 * @throws E_INPUT when k is above the rank: a further component would be rounding divided by rounding.
 */
export function pcaModel(spectrum: Spectrum, k: number, whiten: boolean): PcaModel {
  const { variances, vectors, rank, mean, n } = spectrum;
  const features = vectors.cols;
  if (k < 1 || k > rank) {
    throw new AppError(
      'E_INPUT',
      `PCA with ${k} components is not possible: ${n} rows of ${features} features span ${rank} directions.`,
      {
        next: `Choose at most ${rank}.`,
      },
    );
  }
  const projection = zeros(features, k);
  for (let j = 0; j < k; j++) {
    const factor = whiten ? 1 / Math.sqrt(variances[j]) : 1;
    for (let i = 0; i < features; i++) projection.data[i * k + j] = vectors.data[i * features + j] * factor;
  }
  const total = variances.reduce((a, b) => a + b, 0);
  const explainedVariance = variances.slice(0, k);
  const rest = variances.subarray(k, Math.min(n, features));
  return {
    mean,
    projection,
    explainedVariance,
    explainedVarianceRatio: explainedVariance.map((value) => value / total),
    noiseVariance: rest.length === 0 ? 0 : rest.reduce((a, b) => a + b, 0) / rest.length,
  };
}

/** Rows [b, D] in the components: [b, k]. */
export function project(model: Projection, rows: Matrix, multiply: MatMul): Promise<Matrix> {
  return multiply(centredRows(rows, model.mean), model.projection);
}
