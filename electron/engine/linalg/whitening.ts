/** A pseudo-inverse P = W Wᵀ as its factor W: a Mahalanobis distance is then a squared length, row by row. */
import { EPS, keptEigenvalues, largestMagnitude, symmetricEigen } from './eigen.ts';
import { zeros, type Matrix } from './matrix.ts';

export interface Whitening {
  /** [D, rank] */
  factor: Matrix;
  rank: number;
  /** Largest over smallest kept eigenvalue; 1 where nothing varies. */
  conditionNumber: number;
  /** ln |W| over the kept directions. */
  logDeterminant: number;
}

/** Cutoff D · eps · max|λ|, with D at least 16: the reference's lies at rounding level below that (defect D8b). */
export function whiteningOf(covariance: Matrix): Whitening {
  const { rows } = covariance;
  const eigen = symmetricEigen(covariance);
  const largest = largestMagnitude(eigen.values);
  const kept = keptEigenvalues(eigen, Math.max(rows, 16) * EPS * largest);
  const factor = zeros(rows, kept.length);
  kept.forEach((j, k) => {
    const scale = 1 / Math.sqrt(Math.abs(eigen.values[j]));
    for (let i = 0; i < rows; i++) factor.data[i * kept.length + k] = eigen.vectors.data[i * rows + j] * scale;
  });
  const smallest = kept.length === 0 ? 0 : Math.min(...kept.map((j) => Math.abs(eigen.values[j])));
  const logDeterminant = kept.reduce((sum, j) => sum - Math.log(Math.abs(eigen.values[j])) / 2, 0);
  return { factor, rank: kept.length, conditionNumber: kept.length === 0 ? 1 : largest / smallest, logDeterminant };
}
