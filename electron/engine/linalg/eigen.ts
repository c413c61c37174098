/** Symmetric eigen-decomposition through ml-matrix, and what is built on it: pseudo-inverse and whitening factors. */
import { EigenvalueDecomposition, Matrix as MlMatrix } from 'ml-matrix';
import { zeros, type Matrix } from './matrix.ts';

export interface Eigen {
  /** Ascending [n]. */
  values: Float64Array;
  /** [n, n], column j belongs to values[j]; orthonormal. */
  vectors: Matrix;
}

/** Relative size below which an eigenvalue is rounding: eps of float64. */
export const EPS = Number.EPSILON;

/** @param matrix [n, n] symmetric, finite. */
export function symmetricEigen(matrix: Matrix): Eigen {
  const n = matrix.rows;
  // Scaled by a power of two, which is exact: squares of very large or small entries would leave the range of a double.
  const scale = powerOfTwoAbove(matrix.data);
  const evd = new EigenvalueDecomposition(toMlMatrix(matrix, 1 / scale), { assumeSymmetric: true });
  const vectors = zeros(n, n);
  for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) vectors.data[i * n + j] = evd.eigenvectorMatrix.get(i, j);
  return { values: Float64Array.from(evd.realEigenvalues, (value) => value * scale), vectors };
}

export function toMlMatrix({ rows, cols, data }: Matrix, factor = 1): MlMatrix {
  const out = new MlMatrix(rows, cols);
  for (let i = 0; i < rows; i++) for (let j = 0; j < cols; j++) out.set(i, j, data[i * cols + j] * factor);
  return out;
}

function powerOfTwoAbove(values: Float64Array): number {
  let largest = 0;
  for (const value of values) largest = Math.max(largest, Math.abs(value));
  return largest === 0 ? 1 : 2 ** Math.ceil(Math.log2(largest));
}

/** Indices of the eigenvalues with |λ| > cutoff. */
export function keptEigenvalues({ values }: Eigen, cutoff: number): number[] {
  return Array.from(values.keys()).filter((j) => Math.abs(values[j]) > cutoff);
}

export function largestMagnitude(values: Float64Array): number {
  let largest = 0;
  for (const value of values) largest = Math.max(largest, Math.abs(value));
  return largest;
}

/** Moore-Penrose inverse of a symmetric matrix: eigenvalues with |λ| > cutoff are inverted, the others dropped. */
export function pinvh(eigen: Eigen, cutoff: number): Matrix {
  const n = eigen.values.length;
  const out = zeros(n, n);
  for (const j of keptEigenvalues(eigen, cutoff)) {
    const inverse = 1 / eigen.values[j];
    for (let r = 0; r < n; r++) {
      const factor = eigen.vectors.data[r * n + j] * inverse;
      for (let c = 0; c < n; c++) out.data[r * n + c] += factor * eigen.vectors.data[c * n + j];
    }
  }
  return out;
}
