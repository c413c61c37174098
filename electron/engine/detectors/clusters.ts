/** K clusters of rows: seeded k-means++ (Arthur & Vassilvitskii 2007) and Lloyd's steps. Where a mixture starts from. */
import { zeros, type Matrix } from '../linalg/matrix.ts';
import { philoxUniform } from '../sampling/philox.ts';

/** Stream number of these draws: no data set uses it. */
const STREAM = 0x80000002;
const STEPS = 20;

/** Starts that are tried: the clusters with the smallest sum of squares win. */
const STARTS = 5;

/** Which cluster each row is in, as shares [n, K] of 0 and 1. Equal rows and seed give equal clusters. */
export function seededClusters(rows: Matrix, count: number, seed: number): Matrix {
  let best = clustersFrom(rows, firstCentres(rows, count, { seed, start: 0 }));
  for (let start = 1; start < (count === 1 ? 1 : STARTS); start++) {
    const found = clustersFrom(rows, firstCentres(rows, count, { seed, start }));
    if (found.squares < best.squares) best = found;
  }
  const shares = zeros(rows.rows, count);
  best.own.forEach((k, r) => (shares.data[r * count + k] = 1));
  return shares;
}

/** Lloyd's steps. `centres` is overwritten. */
function clustersFrom(rows: Matrix, centres: Matrix): { own: Int32Array; squares: number } {
  const { rows: count } = centres;
  const { rows: n, cols: d } = rows;
  const own = new Int32Array(n).fill(-1);
  for (let step = 0; step < STEPS && assign(rows, centres, own); step++) {
    const sums = zeros(count, d);
    const counts = new Int32Array(count);
    for (let r = 0; r < n; r++) {
      counts[own[r]]++;
      for (let j = 0; j < d; j++) sums.data[own[r] * d + j] += rows.data[r * d + j];
    }
    // A cluster that lost every row keeps its centre.
    for (let k = 0; k < count; k++) {
      if (counts[k] > 0) for (let j = 0; j < d; j++) centres.data[k * d + j] = sums.data[k * d + j] / counts[k];
    }
  }
  const squares = own.reduce((sum, k, r) => sum + squaredDistance(rows, r, centres, k), 0);
  return { own, squares };
}

/** The first row by lot, each further one with a chance in proportion to its squared distance to the nearest so far. */
function firstCentres(rows: Matrix, count: number, { seed, start }: { seed: number; start: number }): Matrix {
  const { rows: n, cols: d } = rows;
  const centres = zeros(count, d);
  const nearest = new Float64Array(n).fill(Infinity);
  const lot = (at: number): number => philoxUniform(seed, STREAM, start * (count + 1) + at);
  let chosen = Math.floor(lot(0) * n);
  for (let k = 0; k < count; k++) {
    centres.data.set(rows.data.subarray(chosen * d, (chosen + 1) * d), k * d);
    let total = 0;
    for (let r = 0; r < n; r++) {
      nearest[r] = Math.min(nearest[r], squaredDistance(rows, r, centres, k));
      total += nearest[r];
    }
    let left = lot(k + 1) * total;
    chosen = 0;
    while (chosen < n - 1 && left >= nearest[chosen]) left -= nearest[chosen++];
  }
  return centres;
}

/** @returns whether any row changed its cluster. */
function assign(rows: Matrix, centres: Matrix, own: Int32Array): boolean {
  let changed = false;
  for (let r = 0; r < rows.rows; r++) {
    let best = 0;
    let least = Infinity;
    for (let k = 0; k < centres.rows; k++) {
      const distance = squaredDistance(rows, r, centres, k);
      if (distance < least) [least, best] = [distance, k];
    }
    changed ||= own[r] !== best;
    own[r] = best;
  }
  return changed;
}

function squaredDistance({ cols, data }: Matrix, r: number, centres: Matrix, k: number): number {
  let sum = 0;
  for (let j = 0; j < cols; j++) sum += (data[r * cols + j] - centres.data[k * cols + j]) ** 2;
  return sum;
}
