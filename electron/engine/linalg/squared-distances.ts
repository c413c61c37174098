/**
 * Squared Euclidean distances between the rows of two matrices, block by block: |a|² + |b|² - 2 a·b from matrix products
 * on rows that are centred first, so that distances do not change and products lose fewer digits. No n x n matrix.
 */
import { centredRows, type Matrix } from './matrix.ts';
import type { MatMul } from './matmul.ts';
import { columnMeans } from './moments.ts';

/** Elements of a block: 32 MB. */
const BLOCK = 2 ** 22;

export interface Bank {
  /** [n, D], minus `centre`. */
  rows: Matrix;
  centre: Float64Array;
  squares: Float64Array;
}

/** What distances to these rows are measured from. @param bank [n, D], finite. */
export function distanceBank(bank: Matrix): Bank {
  const centre = columnMeans(bank);
  const rows = centredRows(bank, centre);
  return { rows, centre, squares: rowSquares(rows) };
}

export interface DistanceBlock {
  from: number;
  /** [rows of the block, n]; never below 0. NaN rows where a value is not finite. */
  distances: Matrix;
}

/** Distances of rows [m, D] to a bank. */
export async function* squaredDistances(
  rows: Matrix,
  bank: Bank,
  { multiply, signal }: { multiply: MatMul; signal?: AbortSignal | undefined },
): AsyncGenerator<DistanceBlock> {
  const n = bank.rows.rows;
  const step = Math.max(1, Math.floor(BLOCK / Math.max(1, n)));
  for (let from = 0; from < rows.rows; from += step) {
    signal?.throwIfAborted();
    const block = centredRows(rows, bank.centre, { from, to: Math.min(rows.rows, from + step) });
    const own = rowSquares(block);
    const distances = await multiply(block, bank.rows, { transposeB: true, signal });
    for (let r = 0, at = 0; r < block.rows; r++) {
      for (let i = 0; i < n; i++, at++) {
        const distance = own[r] + bank.squares[i] - 2 * distances.data[at];
        // Rounding may leave a tiny negative distance between equal rows.
        distances.data[at] = distance < 0 ? 0 : distance;
      }
    }
    yield { from, distances };
  }
}

/** |x|² of each row. */
export function rowSquares({ rows, cols, data }: Matrix): Float64Array {
  const squares = new Float64Array(rows);
  for (let r = 0; r < rows; r++) {
    let sum = 0;
    for (let at = r * cols; at < (r + 1) * cols; at++) sum += data[at] * data[at];
    squares[r] = sum;
  }
  return squares;
}
