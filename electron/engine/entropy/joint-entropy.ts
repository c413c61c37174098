/**
 * Joint Kozachenko-Leonenko entropy of d-dimensional samples, max norm (NUMERICS section 3). Brute force over pairs:
 * the samples are the Monte-Carlo draws of one image, a few hundred at most. Called by the conformance suite and by
 * whoever wants the joint entropy of an image beside the per-feature ones.
 */
import type { Matrix } from '../linalg/matrix.ts';
import { digammaInteger } from './kozachenko-leonenko.ts';

const MIN_DISTANCE = 1e-5;

/** @param samples [n, d]. @param k at least 1; k >= n gives +Infinity. @returns nats, NaN if a sample is not finite. */
export function jointEntropy(samples: Matrix, k: number): number {
  const { rows: n, cols: d } = samples;
  if (!samples.data.every(Number.isFinite)) return NaN;
  let sum = 0;
  for (const distance of chebyshevNeighbourDistances(samples, k)) sum += Math.log(2 * Math.max(distance, MIN_DISTANCE));
  return digammaInteger(n) - digammaInteger(k) + (d / n) * sum;
}

/** Max-norm distance of every row to its k-th nearest other row; +Infinity where there are not that many. */
export function chebyshevNeighbourDistances({ rows, cols, data }: Matrix, k: number): Float64Array {
  const out = new Float64Array(rows).fill(Infinity);
  if (k >= rows) return out;
  const distances = new Float64Array(rows);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < rows; j++) distances[j] = chebyshev(data, i * cols, j * cols, cols);
    out[i] = distances.sort()[k];
  }
  return out;
}

function chebyshev(data: Float64Array, a: number, b: number, d: number): number {
  let largest = 0;
  for (let c = 0; c < d; c++) {
    const difference = Math.abs(data[a + c] - data[b + c]);
    if (difference > largest) largest = difference;
  }
  return largest;
}
