/**
 * LaREM: negated squared Mahalanobis distance to the in-distribution rows (Arnez et al. 2024; Lee et al. 2018),
 * s(t) = -(t-μ) P (t-μ)ᵀ with P the pseudo-inverse of the covariance (ddof 0), NUMERICS section 6. Scored as the
 * squared length of (t-μ) W with P = W Wᵀ, row by row: no n x n matrix.
 */
import { centredRows, requireColumns, requireFinite, rowMatrix, type Matrix } from '../linalg/matrix.ts';
import { addBlock, covariance, emptyMoments } from '../linalg/moments.ts';
import { fourthPowers, shrinkageOf, shrunk, type Shrinkage } from '../linalg/shrinkage.ts';
import { rowSquares } from '../linalg/squared-distances.ts';
import { whiteningOf } from '../linalg/whitening.ts';
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
    // Nothing varied in training, so nothing can be measured: every row scores 0, as the reference has it.
    if (this.whitening.cols === 0) return new Float64Array(rows.rows);
    const z = await multiply(centredRows(rows, this.mean), this.whitening, { signal });
    return rowSquares(z).map((square) => -square);
  }

  state(): DetectorState {
    return { type: 'larem', numbers: this.facts, matrices: { mean: rowMatrix(this.mean), whitening: this.whitening } };
  }
}

/** @param shrinkage of the covariance towards a multiple of the identity; the reference has none. */
export function laremEstimator(shrinkage: Shrinkage = 'none'): Estimator {
  return {
    /** @param train [n, D]. Throws E_INPUT when a value is not finite. */
    async fit(train: Matrix, { multiply }: Work): Promise<Larem> {
      requireFinite(train, 'LaREM cannot be fitted');
      const moments = emptyMoments(train.cols);
      await addBlock(moments, train, multiply);
      const empirical = covariance(moments, 0);
      const powers = shrinkage === 'ledoit-wolf' ? fourthPowers(centredRows(train, moments.mean)) : 0;
      const share = shrinkageOf(shrinkage, { covariance: empirical, n: train.rows, fourthPowers: powers });
      const { factor, rank, conditionNumber } = whiteningOf(shrunk(empirical, share));
      const facts = { rank, conditionNumber, ...(shrinkage === 'none' ? {} : { shrinkage: share }) };
      return new Larem(moments.mean, factor, facts);
    },
    load: ({ numbers, matrices }: DetectorState) => new Larem(matrices.mean.data, matrices.whitening, numbers),
  };
}

export const larem = laremEstimator();
