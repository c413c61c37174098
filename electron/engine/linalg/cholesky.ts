/** Cholesky factor of a symmetric positive definite matrix, and forward substitution with it. */
import { zeros, type Matrix } from './matrix.ts';

/** Lower factor L with L Lᵀ = matrix + ridge·I; null where that is not positive definite. */
export function cholesky({ rows: n, data }: Matrix, ridge = 0): Matrix | null {
  const out = zeros(n, n);
  const l = out.data;
  for (let j = 0; j < n; j++) {
    let pivot = data[j * n + j] + ridge;
    for (let k = 0; k < j; k++) pivot -= l[j * n + k] ** 2;
    if (!(pivot > 0)) return null;
    l[j * n + j] = Math.sqrt(pivot);
    for (let i = j + 1; i < n; i++) {
      let sum = data[i * n + j];
      for (let k = 0; k < j; k++) sum -= l[i * n + k] * l[j * n + k];
      l[i * n + j] = sum / l[j * n + j];
    }
  }
  return out;
}

/** |L⁻¹ x|² of one vector: a Mahalanobis distance to the covariance L Lᵀ. `scratch` [n] is overwritten. */
export function solvedSquare({ rows: n, data }: Matrix, x: Float64Array, scratch: Float64Array): number {
  let square = 0;
  for (let i = 0; i < n; i++) {
    let value = x[i];
    for (let k = 0; k < i; k++) value -= data[i * n + k] * scratch[k];
    value /= data[i * n + i];
    scratch[i] = value;
    square += value * value;
  }
  return square;
}

/** ln |L Lᵀ|^½ = Σ ln L_ii. */
export function halfLogDeterminant({ rows: n, data }: Matrix): number {
  let sum = 0;
  for (let i = 0; i < n; i++) sum += Math.log(data[i * n + i]);
  return sum;
}
