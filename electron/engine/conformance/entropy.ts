/** Topics entropy_1d and entropy_nd: the Kozachenko-Leonenko estimators, alone and by the rule of get_dl_h_z. */
import { chebyshevNeighbourDistances, jointEntropy } from '../entropy/joint-entropy.ts';
import { entropiesOfBlock, entropy1d, neighbourDistances, neighbourRule } from '../entropy/kozachenko-leonenko.ts';
import { rowRange, type Matrix } from '../linalg/matrix.ts';
import { matrixOf, numberOf, numbersOf, shapeOf, type TopicCheck } from './types.ts';

export const entropy1dTopic: TopicCheck = (golden, check, context) => {
  const tolerance = { rtol: context.tolerance('rtol'), atol: context.tolerance('atol') };
  const k = numberOf(golden.k);
  if ('matrix' in golden) {
    check.close('per feature', perFeature(matrixOf(golden.matrix), k), golden.h, tolerance);
    return;
  }
  const x = numbersOf(golden.x);
  check.close('h', entropy1d(x, { offset: 0, n: x.length, k }, new Float64Array(2 * x.length)), golden.h, tolerance);
  if ('kth_distance' in golden) check.close('k-th distance', distancesInOrder(x, k), golden.kth_distance, { rtol: 0, atol: 0 });
};

export const entropyNdTopic: TopicCheck = (golden, check, context) => {
  const tolerance = { rtol: context.tolerance('rtol'), atol: context.tolerance('atol') };
  if ('stack' in golden) {
    const { joint, features } = stackEntropies(matrixOf(golden.stack), numberOf(golden.mcd_samples));
    check.close('stack, joint', joint, golden.h_mvn, tolerance);
    check.close('stack, per feature', features, golden.h_z, tolerance);
    return;
  }
  const [rows, cols] = shapeOf(golden.x);
  const x: Matrix = { rows, cols: cols ?? 1, data: numbersOf(golden.x) };
  const k = numberOf(golden.k);
  check.close('h', jointEntropy(x, k), golden.h, tolerance);
  if ('kth_distance' in golden) {
    check.close('k-th distance', chebyshevNeighbourDistances(x, k), golden.kth_distance, { rtol: 0, atol: 0 });
  }
};

/** Rows cut into groups of S, image-major; the last group may be shorter and keeps k. */
export function stackEntropies(stack: Matrix, samples: number): { joint: Float64Array; features: Float64Array } {
  const k = neighbourRule(samples);
  const groups = Math.ceil(stack.rows / samples);
  const joint = new Float64Array(groups);
  const features = new Float64Array(groups * stack.cols);
  for (let g = 0; g < groups; g++) {
    const group = rowRange(stack, g * samples, Math.min(stack.rows, (g + 1) * samples));
    joint[g] = jointEntropy(group, k);
    features.set(group.rows === samples ? blockEntropies(group) : perFeature(group, k), g * stack.cols);
  }
  return { joint, features };
}

/** The product's hot path: samples of a feature lie side by side. */
function blockEntropies(group: Matrix): Float64Array {
  const out = new Float64Array(group.cols);
  entropiesOfBlock(transpose(group), { rows: group.cols, rowStride: group.rows, groups: 1, samples: group.rows }, out);
  return out;
}

function perFeature(samples: Matrix, k: number): Float64Array {
  const n = samples.rows;
  const columns = transpose(samples);
  const scratch = new Float64Array(2 * n);
  return Float64Array.from({ length: samples.cols }, (_, c) => entropy1d(columns, { offset: c * n, n, k }, scratch));
}

function transpose({ rows, cols, data }: Matrix): Float64Array {
  const out = new Float64Array(rows * cols);
  for (let r = 0; r < rows; r++) for (let c = 0; c < cols; c++) out[c * rows + r] = data[r * cols + c];
  return out;
}

/** Distances put back from sorted order into the order of the samples. */
function distancesInOrder(x: Float64Array, k: number): Float64Array {
  if (k >= x.length) return new Float64Array(x.length).fill(Infinity);
  const order = Array.from(x.keys()).sort((a, b) => x[a] - x[b]);
  const sorted = neighbourDistances(Float64Array.from(x).sort(), x.length, k, { to: new Float64Array(x.length), at: 0 });
  const out = new Float64Array(x.length);
  order.forEach((index, rank) => (out[index] = sorted[rank]));
  return out;
}
