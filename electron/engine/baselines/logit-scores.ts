/**
 * Baselines that read the logits alone. Higher = more in-distribution.
 * MSP: Hendrycks & Gimpel 2017. Energy: Liu et al. 2020, T · logsumexp(logits / T). NUMERICS section 9.
 */
import { logSumExp, maxSoftmax } from '../linalg/log-sum-exp.ts';
import type { Matrix } from '../linalg/matrix.ts';

/** max_c softmax(logits)_c of each row [n, L]. */
export function mspScores(logits: Matrix): Float64Array {
  return perRow(logits, maxSoftmax);
}

export function energyScores(logits: Matrix, temperature = 1): Float64Array {
  const scaled = temperature === 1 ? logits : { ...logits, data: logits.data.map((value) => value / temperature) };
  return perRow(scaled, (data, from, to) => temperature * logSumExp(data, from, to));
}

export function maxLogitScores(logits: Matrix): Float64Array {
  return perRow(logits, maxOf);
}

/** Index of the largest logit of each row: the predicted class; the first on ties. */
export function predictions({ rows, cols, data }: Matrix): Int32Array {
  return Int32Array.from({ length: rows }, (_, r) => {
    let best = 0;
    for (let c = 1; c < cols; c++) if (data[r * cols + c] > data[r * cols + best]) best = c;
    return best;
  });
}

function perRow({ rows, cols, data }: Matrix, score: (data: Float64Array, from: number, to: number) => number): Float64Array {
  return Float64Array.from({ length: rows }, (_, r) => score(data, r * cols, (r + 1) * cols));
}

function maxOf(data: Float64Array, from: number, to: number): number {
  let max = -Infinity;
  for (let i = from; i < to; i++) max = Math.max(max, data[i]);
  return max;
}
