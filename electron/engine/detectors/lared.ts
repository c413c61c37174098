/**
 * LaRED: log density of a Gaussian kernel estimate over the in-distribution rows (Arnez et al. 2024), NUMERICS section 5:
 * log p(t) = ln Σ exp(-|t-x_i|²/2h²) - ln n - (D/2) ln 2π - D ln h. Exact: the reference's tree is wrong in the tails
 * (D5). Squared distances come from blocked matrix products, so memory stays bounded and every core works.
 */
import { centredRows, requireColumns, requireFinite, rowMatrix, type Matrix } from '../linalg/matrix.ts';
import { columnMeans } from '../linalg/moments.ts';
import type { Detector, DetectorState, Estimator, Work } from './detector.ts';

/** Elements of a block of squared distances: 32 MB. */
const BLOCK = 2 ** 22;
/** Terms this far below the largest add less than half an ulp to the sum, even a million of them. */
const NEGLIGIBLE = 52;

class Lared implements Detector {
  /** [n, D], minus `centre`: distances do not change, and products lose fewer digits. */
  private readonly train: Matrix;
  private readonly centre: Float64Array;
  private readonly bandwidth: number;
  /** |x|² of each row. */
  private readonly squares: Float64Array;
  readonly facts: Record<string, number>;

  constructor(train: Matrix, centre: Float64Array, bandwidth: number) {
    this.train = train;
    this.centre = centre;
    this.bandwidth = bandwidth;
    this.squares = rowSquares(train);
    this.facts = { bandwidth };
  }

  async score(rows: Matrix, { multiply, signal }: Work): Promise<Float64Array> {
    const { train, bandwidth } = this;
    requireColumns(rows, train.cols, 'LaRED');
    const scores = new Float64Array(rows.rows);
    const constant = -Math.log(train.rows) - (train.cols / 2) * Math.log(2 * Math.PI) - train.cols * Math.log(bandwidth);
    const step = Math.max(1, Math.floor(BLOCK / train.rows));
    for (let from = 0; from < rows.rows; from += step) {
      signal?.throwIfAborted();
      const block = centredRows(rows, this.centre, { from, to: Math.min(rows.rows, from + step) });
      const products = await multiply(block, train, { transposeB: true, signal });
      const squares = rowSquares(block);
      for (let r = 0; r < block.rows; r++) scores[from + r] = this.logSum(products.data, r, squares[r]) + constant;
    }
    return scores;
  }

  /** ln Σ_i exp(-d_i / 2h²) of one row, from its products with the training rows. */
  private logSum(products: Float64Array, row: number, square: number): number {
    const { squares, bandwidth } = this;
    const n = squares.length;
    const at = row * n;
    const factor = 1 / (2 * bandwidth * bandwidth);
    let nearest = Infinity;
    for (let i = 0; i < n; i++) {
      const distance = square + squares[i] - 2 * products[at + i];
      products[at + i] = distance;
      if (distance < nearest) nearest = distance;
    }
    if (Number.isNaN(square)) return NaN;
    // Rounding may leave a tiny negative distance between equal rows.
    const shift = Math.max(nearest, 0);
    const limit = shift + NEGLIGIBLE / factor;
    let sum = 0;
    for (let i = 0; i < n; i++) {
      const distance = products[at + i];
      if (distance <= limit) sum += Math.exp((shift - Math.max(distance, 0)) * factor);
    }
    return Math.log(sum) - shift * factor;
  }

  state(): DetectorState {
    return {
      type: 'lared',
      numbers: { bandwidth: this.bandwidth },
      matrices: { centre: rowMatrix(this.centre), train: this.train },
    };
  }
}

/** Squared length of each row. */
export function rowSquares({ rows, cols, data }: Matrix): Float64Array {
  const squares = new Float64Array(rows);
  for (let r = 0; r < rows; r++) {
    let sum = 0;
    for (let at = r * cols; at < (r + 1) * cols; at++) sum += data[at] * data[at];
    squares[r] = sum;
  }
  return squares;
}

/** @param bandwidth h > 0; the reference has 1. */
export function laredEstimator(bandwidth = 1): Estimator {
  return {
    /** @param train [n, D]. Throws E_INPUT when a value is not finite. */
    fit(train: Matrix): Promise<Lared> {
      requireFinite(train, 'LaRED cannot be fitted');
      const centre = columnMeans(train);
      return Promise.resolve(new Lared(centredRows(train, centre), centre, bandwidth));
    },
    load: ({ numbers, matrices }: DetectorState) => new Lared(matrices.train, matrices.centre.data, numbers.bandwidth),
  };
}
