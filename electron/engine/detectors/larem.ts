/**
 * LaREM: negated squared Mahalanobis distance to the in-distribution rows (Arnez et al. 2024; Lee et al. 2018),
 * s(t) = -(t-μ) P (t-μ)ᵀ with P the pseudo-inverse of the covariance (ddof 0), NUMERICS section 6. Scored as the
 * squared length of (t-μ) W with P = W Wᵀ, row by row: no n x n matrix.
 */
import { EPS, keptEigenvalues, largestMagnitude, symmetricEigen } from '../linalg/eigen.ts';
import { centredRows, requireColumns, requireFinite, rowMatrix, zeros, type Matrix } from '../linalg/matrix.ts';
import { addBlock, covariance, emptyMoments } from '../linalg/moments.ts';
import type { Detector, DetectorState, Estimator, Work } from './detector.ts';

class Larem implements Detector {
  readonly mean: Float64Array;
  /** [D, rank] */
  readonly whitening: Matrix;
  readonly facts: Record<string, number>;

  constructor(mean: Float64Array, whitening: Matrix, facts: Record<string, number>) {
    this.mean = mean;
    this.whitening = whitening;
    this.facts = facts;
  }

  async score(rows: Matrix, { multiply, signal }: Work): Promise<Float64Array> {
    requireColumns(rows, this.mean.length, 'LaREM');
    const { cols: rank } = this.whitening;
    const scores = new Float64Array(rows.rows);
    // Nothing varied in training, so nothing can be measured: every row scores 0, as the reference has it.
    if (rank === 0) return scores;
    const z = await multiply(centredRows(rows, this.mean), this.whitening, { signal });
    for (let r = 0; r < rows.rows; r++) {
      let sum = 0;
      for (let at = r * rank; at < (r + 1) * rank; at++) sum += z.data[at] * z.data[at];
      scores[r] = -sum;
    }
    return scores;
  }

  state(): DetectorState {
    return { type: 'larem', numbers: this.facts, matrices: { mean: rowMatrix(this.mean), whitening: this.whitening } };
  }
}

export const larem: Estimator = {
  /** @param train [n, D]. Throws E_INPUT when a value is not finite. */
  async fit(train: Matrix, { multiply }: Work): Promise<Larem> {
    requireFinite(train, 'LaREM cannot be fitted');
    const moments = emptyMoments(train.cols);
    await addBlock(moments, train, multiply);
    const eigen = symmetricEigen(covariance(moments, 0));
    const largest = largestMagnitude(eigen.values);
    // The reference's cutoff D·eps lies at rounding level for D below 16 (defect D8b).
    const kept = keptEigenvalues(eigen, Math.max(train.cols, 16) * EPS * largest);
    const whitening = zeros(train.cols, kept.length);
    kept.forEach((j, k) => {
      const factor = 1 / Math.sqrt(Math.abs(eigen.values[j]));
      for (let i = 0; i < train.cols; i++) whitening.data[i * kept.length + k] = eigen.vectors.data[i * train.cols + j] * factor;
    });
    const smallest = kept.length === 0 ? 0 : Math.min(...kept.map((j) => Math.abs(eigen.values[j])));
    const facts = { rank: kept.length, conditionNumber: kept.length === 0 ? 1 : largest / smallest };
    return new Larem(moments.mean, whitening, facts);
  },
  load({ numbers, matrices }: DetectorState): Larem {
    return new Larem(matrices.mean.data, matrices.whitening, numbers);
  },
};
