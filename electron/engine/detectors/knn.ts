/**
 * kNN: minus the squared distance to the K-th nearest in-distribution row, all rows on the unit sphere (Sun et al. 2022).
 * As runia_core has it (NUMERICS section 10): z = x / (|x| + 1e-10), so that a zero row stays zero; no row is left out as
 * "itself"; with fewer than K rows there is no K-th one, and every score is the lowest float32, as faiss pads it.
 */
import { requireColumns, requireFinite, zeros, type Matrix } from '../linalg/matrix.ts';
import { distanceBank, rowSquares, squaredDistances, type Bank } from '../linalg/squared-distances.ts';
import type { Detector, DetectorState, Estimator, Work } from './detector.ts';

export const DEFAULT_NEIGHBOURS = 50;
const LOWEST_FLOAT32 = -3.4028234663852886e38;

class Knn implements Detector {
  private readonly train: Matrix;
  private readonly bank: Bank;
  private readonly neighbours: number;
  readonly facts: Record<string, number>;

  /** @param train [n, D], normalised. */
  constructor(train: Matrix, neighbours: number) {
    this.train = train;
    this.bank = distanceBank(train);
    this.neighbours = neighbours;
    this.facts = { neighbours };
  }

  async score(rows: Matrix, work: Work): Promise<Float64Array> {
    requireColumns(rows, this.train.cols, 'kNN');
    const scores = new Float64Array(rows.rows).fill(LOWEST_FLOAT32);
    if (this.neighbours > this.train.rows) return scores;
    const { rows: n } = this.train;
    for await (const { from, distances } of squaredDistances(unitRows(rows), this.bank, work)) {
      for (let r = 0; r < distances.rows; r++) {
        const row = distances.data.subarray(r * n, (r + 1) * n);
        scores[from + r] = Number.isNaN(row[0]) ? NaN : -kthSmallest(row, this.neighbours);
      }
    }
    return scores;
  }

  state(): DetectorState {
    return { type: 'knn', numbers: { neighbours: this.neighbours }, matrices: { train: this.train } };
  }
}

/** x / (|x| + 1e-10) of each row. */
export function unitRows(matrix: Matrix): Matrix {
  const out = zeros(matrix.rows, matrix.cols);
  const squares = rowSquares(matrix);
  for (let r = 0; r < matrix.rows; r++) {
    const length = Math.sqrt(squares[r]) + 1e-10;
    for (let at = r * matrix.cols; at < (r + 1) * matrix.cols; at++) out.data[at] = matrix.data[at] / length;
  }
  return out;
}

/** Quickselect (Hoare 1961), in place: the k-th smallest, k from 1. */
export function kthSmallest(values: Float64Array, k: number): number {
  let [low, high] = [0, values.length - 1];
  while (low < high) {
    const pivot = values[(low + high) >>> 1];
    let [i, j] = [low, high];
    while (i <= j) {
      while (values[i] < pivot) i++;
      while (values[j] > pivot) j--;
      if (i > j) break;
      [values[i], values[j]] = [values[j], values[i]];
      i++;
      j--;
    }
    if (k - 1 <= j) high = j;
    else if (k - 1 >= i) low = i;
    else break;
  }
  return values[k - 1];
}

export function knnEstimator(neighbours = DEFAULT_NEIGHBOURS): Estimator {
  return {
    /** @param train [n, D]. Throws E_INPUT when a value is not finite. */
    fit(train: Matrix): Promise<Knn> {
      requireFinite(train, 'kNN cannot be fitted');
      return Promise.resolve(new Knn(unitRows(train), neighbours));
    },
    load: ({ numbers, matrices }: DetectorState) => new Knn(matrices.train, numbers.neighbours),
  };
}
