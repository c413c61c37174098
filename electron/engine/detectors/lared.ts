/**
 * LaRED: log density of a Gaussian kernel estimate over the in-distribution rows (Arnez et al. 2024), NUMERICS section 5:
 * log p(t) = ln Σ exp(-|t-x_i|²/2h²) - ln n - (D/2) ln 2π - D ln h. Exact: the reference's tree is wrong in the tails
 * (D5). With |t-x|² = |t|² + |x|² - 2t·x the sum over i is a matrix product with its rows reduced by log-sum-exp, block by
 * block in the runtime, so memory stays bounded and every core works.
 */
import { centredRows, requireColumns, requireFinite, rowMatrix, type Matrix } from '../linalg/matrix.ts';
import { columnMeans } from '../linalg/moments.ts';
import { rowSquares } from '../linalg/squared-distances.ts';
import type { Detector, DetectorState, Estimator, Work } from './detector.ts';

/** Elements of a block of products: 32 MB. */
const BLOCK = 2 ** 22;

class Lared implements Detector {
  /** [n, D], minus `centre`: distances do not change, and products lose fewer digits. */
  private readonly train: Matrix;
  private readonly centre: Float64Array;
  private readonly bandwidth: number;
  /** -|x|²/2h² of each row. */
  private readonly bias: Float64Array;
  /** The bandwidth, and how it was found. */
  readonly facts: Record<string, number>;

  constructor(train: Matrix, centre: Float64Array, facts: Record<string, number>) {
    this.train = train;
    this.centre = centre;
    this.bandwidth = facts.bandwidth;
    this.bias = rowSquares(train).map((square) => -square * this.factor);
    this.facts = facts;
  }

  /** 1/2h² */
  private get factor(): number {
    return 1 / (2 * this.bandwidth * this.bandwidth);
  }

  async score(rows: Matrix, { multiply, signal }: Work): Promise<Float64Array> {
    const { train, bandwidth, bias, factor } = this;
    requireColumns(rows, train.cols, 'LaRED');
    const scores = new Float64Array(rows.rows);
    const constant = -Math.log(train.rows) - (train.cols / 2) * Math.log(2 * Math.PI) - train.cols * Math.log(bandwidth);
    const step = Math.max(1, Math.floor(BLOCK / train.rows));
    for (let from = 0; from < rows.rows; from += step) {
      signal?.throwIfAborted();
      const block = centredRows(rows, this.centre, { from, to: Math.min(rows.rows, from + step) });
      const squares = rowSquares(block);
      block.data.forEach((value, at) => (block.data[at] = 2 * factor * value));
      const sums = await multiply(block, train, { transposeB: true, bias, reduce: 'log-sum-exp', signal });
      // A row with NaN or an infinity has no score, whatever the runtime makes of it.
      squares.forEach((square, r) => {
        scores[from + r] = Number.isFinite(square) ? sums.data[r] - square * factor + constant : NaN;
      });
    }
    return scores;
  }

  state(): DetectorState {
    return {
      type: 'lared',
      numbers: this.facts,
      matrices: { centre: rowMatrix(this.centre), train: this.train },
    };
  }
}

/** @param bandwidth h > 0; the reference has 1. @param facts how it was found. */
export function laredEstimator(bandwidth = 1, facts: Record<string, number> = {}): Estimator {
  return {
    /** @param train [n, D]. Throws E_INPUT when a value is not finite. */
    fit(train: Matrix): Promise<Lared> {
      requireFinite(train, 'LaRED cannot be fitted');
      const centre = columnMeans(train);
      return Promise.resolve(new Lared(centredRows(train, centre), centre, { bandwidth, ...facts }));
    },
    load: ({ numbers, matrices }: DetectorState) => new Lared(matrices.train, matrices.centre.data, numbers),
  };
}
