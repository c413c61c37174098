/**
 * Mean and covariance of rows that come in blocks, in one pass and bounded memory: the pairwise update of
 * Chan, Golub & LeVeque (1983). Each block is centred on its own mean first, so large offsets cost no digits.
 */
import type { MatMul } from './matmul.ts';
import { centredRows, rowRange, zeros, type Matrix } from './matrix.ts';

export interface Moments {
  n: number;
  /** [D] */
  mean: Float64Array;
  /** Sum of outer products of the centred rows, [D, D]. */
  scatter: Matrix;
}

export function emptyMoments(features: number): Moments {
  return { n: 0, mean: new Float64Array(features), scatter: zeros(features, features) };
}

/** Numbers that are centred at a time: 4 MB stay in the cache, and no second copy of the rows is made. */
const CENTRED = 2 ** 19;

/** Adds a block of rows [b, D] in place. */
export async function addBlock(moments: Moments, block: Matrix, multiply: MatMul): Promise<void> {
  const step = Math.max(1, Math.floor(CENTRED / block.cols));
  for (let from = 0; from < block.rows; from += step)
    await addRows(moments, rowRange(block, from, Math.min(block.rows, from + step)), multiply);
}

async function addRows(moments: Moments, block: Matrix, multiply: MatMul): Promise<void> {
  const mean = columnMeans(block);
  const centred = centredRows(block, mean);
  const own = await multiply(centred, centred, { transposeA: true });
  const total = moments.n + block.rows;
  const weight = (moments.n * block.rows) / total;
  const { data } = moments.scatter;
  const features = block.cols;
  const delta = mean.map((value, j) => value - moments.mean[j]);
  for (let i = 0; i < features; i++) {
    for (let j = 0; j < features; j++) data[i * features + j] += own.data[i * features + j] + delta[i] * delta[j] * weight;
  }
  for (let j = 0; j < features; j++) moments.mean[j] += (delta[j] * block.rows) / total;
  moments.n = total;
}

/** Covariance [D, D]; NaN when n <= ddof. */
export function covariance({ n, scatter }: Moments, ddof: 0 | 1): Matrix {
  const divisor = n - ddof > 0 ? n - ddof : NaN;
  return { ...scatter, data: scatter.data.map((value) => value / divisor) };
}

/** Column means, exact to rounding: a first mean is corrected by the mean of the residuals. */
export function columnMeans({ rows, cols, data }: Matrix): Float64Array {
  const mean = new Float64Array(cols);
  for (let at = 0; at < data.length; at += cols) for (let j = 0; j < cols; j++) mean[j] += data[at + j];
  for (let j = 0; j < cols; j++) mean[j] /= rows;
  const rest = new Float64Array(cols);
  for (let at = 0; at < data.length; at += cols) for (let j = 0; j < cols; j++) rest[j] += data[at + j] - mean[j];
  for (let j = 0; j < cols; j++) mean[j] += rest[j] / rows;
  return mean;
}
