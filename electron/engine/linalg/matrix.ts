/**
 * The dense matrix every numeric module speaks: row-major float64, no class, so that it crosses a process border
 * and is a view on stored bytes where that helps. Nothing here copies unless it says so.
 */
import { AppError } from '../../shared/errors.ts';

export interface Matrix {
  rows: number;
  cols: number;
  /** Row-major, length rows * cols. */
  data: Float64Array;
}

export function zeros(rows: number, cols: number): Matrix {
  return { rows, cols, data: new Float64Array(rows * cols) };
}

/** A vector as a matrix of one row, on the same memory. */
export function rowMatrix(data: Float64Array): Matrix {
  return { rows: 1, cols: data.length, data };
}

/** Rows [from, to) as a view on the same memory. */
export function rowRange(matrix: Matrix, from: number, to: number): Matrix {
  return { rows: to - from, cols: matrix.cols, data: matrix.data.subarray(from * matrix.cols, to * matrix.cols) };
}

/** Copy of rows [from, to) with `mean` [cols] taken off every row. */
export function centredRows(matrix: Matrix, mean: Float64Array, range = { from: 0, to: matrix.rows }): Matrix {
  const { cols } = matrix;
  const out = zeros(range.to - range.from, cols);
  const start = range.from * cols;
  for (let r = 0, at = 0; r < out.rows; r++) {
    for (let c = 0; c < cols; c++, at++) out.data[at] = matrix.data[start + at] - mean[c];
  }
  return out;
}

/** Throws E_INPUT that names the first row and column holding NaN or an infinity. `what` begins the sentence. */
export function requireFinite(matrix: Matrix, what: string): void {
  const at = matrix.data.findIndex((value) => !Number.isFinite(value));
  if (at < 0) return;
  const row = Math.floor(at / matrix.cols);
  throw new AppError('E_INPUT', `${what}: row ${row}, column ${at % matrix.cols} is ${matrix.data[at]}, not a finite number.`, {
    next: 'Find the image behind this row and leave it out, or check that the model computes finite values for it.',
  });
}

/** Throws E_INPUT unless `matrix` has `cols` columns. */
export function requireColumns(matrix: Matrix, cols: number, what: string): void {
  if (matrix.cols === cols) return;
  throw new AppError('E_INPUT', `${what}: ${matrix.cols} features where ${cols} were fitted.`, {
    next: 'Use vectors of the same hook, reduction and PCA size as at fitting.',
  });
}
