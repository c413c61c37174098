/** PCA and the detectors as ONNX nodes, float64: the formulas of linalg/pca.ts and of the files in detectors/. */
import { AppError } from '../../shared/errors.ts';
import type { DetectorState } from '../detectors/detector.ts';
import { rowSquares } from '../linalg/squared-distances.ts';
import type { Matrix } from '../linalg/matrix.ts';
import type { Projection } from '../linalg/pca.ts';
import type { NodeWriter } from '../onnx/node-writer.ts';
import { floatAttribute, intAttribute, intsAttribute } from '../onnx/proto.ts';

/** [B, D] -> [B, k]. */
export function pcaNodes(w: NodeWriter, x: string, { mean, projection }: Projection): string {
  return w.op('MatMul', [centred(w, x, mean), matrix(w, projection)]);
}

/** Scores [B, 1] of features [B, D]. Throws E_MODEL_UNSUPPORTED for an estimator that has no standard form. */
export function detectorNodes(w: NodeWriter, x: string, state: DetectorState): string {
  const nodes = Object.hasOwn(DETECTORS, state.type) ? DETECTORS[state.type] : undefined;
  if (nodes !== undefined) return nodes(w, x, state);
  throw new AppError('E_MODEL_UNSUPPORTED', `The detector ${state.type} cannot be exported as a monitor.`, {
    next: `Choose one of ${Object.keys(DETECTORS).join(', ')}.`,
  });
}

const DETECTORS: Record<string, (w: NodeWriter, x: string, state: DetectorState) => string> = {
  larem: laremNodes,
  lared: laredNodes,
  'lared-scott': whitenedLaredNodes,
  'lared-silverman': whitenedLaredNodes,
  mahalanobis: mahalanobisNodes,
  'relative-mahalanobis': mahalanobisNodes,
  knn: knnNodes,
  'gaussian-mixture': mixtureNodes,
};

/** -|(x - mean) W|². */
function laremNodes(w: NodeWriter, x: string, { matrices }: DetectorState): string {
  if (matrices.whitening.cols === 0) throw nothingVaries();
  const z = w.op('MatMul', [centred(w, x, matrices.mean.data), matrix(w, matrices.whitening)]);
  return w.op('Neg', [squares(w, z)]);
}

/** ln Σ exp(-|x - x_i|² / 2h²) - ln n - (D/2) ln 2π - D ln h; training rows are kept centred, so the product loses no digits. */
function laredNodes(w: NodeWriter, x: string, { numbers: { bandwidth: h }, matrices: { train, centre } }: DetectorState): string {
  const { rows: n, cols: d } = train;
  const t = centred(w, x, centre.data);
  const square = squares(w, t);
  const raw = w.op('Add', [productsWithRows(w, t, train, { alpha: -2, beta: 1 }), square]);
  // Rounding may leave a tiny negative distance between equal rows.
  const exponents = w.op('Mul', [w.op('Max', [raw, w.doubles([0])]), w.doubles([-1 / (2 * h * h)])]);
  const logSum = logSumExpNodes(w, exponents);
  const constant = -Math.log(n) - (d / 2) * Math.log(2 * Math.PI) - d * Math.log(h);
  // Maxima pass over NaN in some runtimes; 0 times the squared length does not.
  const unsound = w.op('Mul', [square, w.doubles([0])]);
  return w.op('Add', [w.op('Add', [logSum, w.doubles([constant])]), unsound]);
}

/** ln p_white((x - mean) F) + ln |F|. */
function whitenedLaredNodes(w: NodeWriter, x: string, { type, numbers, matrices }: DetectorState): string {
  const { mean, factor, centre, train } = matrices;
  const z = w.op('MatMul', [centred(w, x, mean.data), matrix(w, factor)]);
  const density = laredNodes(w, z, { type, numbers, matrices: { centre, train } });
  return w.op('Add', [density, w.doubles([numbers.logDeterminant])]);
}

/** -min_c |(x - centre) W - μ_c|², and for the relative form + |(x - centre) W₀|². */
function mahalanobisNodes(w: NodeWriter, x: string, { matrices }: DetectorState): string {
  const { centre, whitening, means, background } = matrices;
  if (whitening.cols === 0) throw nothingVaries();
  const t = centred(w, x, centre.data);
  const z = w.op('MatMul', [t, matrix(w, whitening)]);
  const apart = w.op('Sub', [w.unsqueeze(z, 1), w.doubles(means.data, [1, means.rows, means.cols])]);
  const distances = w.reduce('Sum', w.op('Mul', [apart, apart]), [2]);
  const score = w.op('Neg', [w.reduce('Min', distances, [1], 1)]);
  const own = background === undefined ? null : squares(w, w.op('MatMul', [t, matrix(w, background)]));
  // Minima pass over NaN in some runtimes; 0 times the squared length does not.
  const unsound = w.op('Mul', [squares(w, z), w.doubles([0])]);
  const sound = w.op('Add', [score, unsound]);
  return own === null ? sound : w.op('Add', [sound, own]);
}

/** Minus the K-th smallest squared distance between directions. */
function knnNodes(w: NodeWriter, x: string, { numbers: { neighbours }, matrices: { train } }: DetectorState): string {
  const length = w.op('Add', [w.op('Sqrt', [squares(w, x)]), w.doubles([1e-10])]);
  const unit = w.op('Div', [x, length]);
  const known = productsWithRows(w, unit, train, { alpha: 2, beta: -1 });
  const nearest = w.sortDescending(w.op('Sub', [known, squares(w, unit)]), 1, neighbours);
  return w.slice(nearest, 1, neighbours - 1, neighbours);
}

/** ln Σ_k w_k N(x; μ_k, Σ_k). */
function mixtureNodes(w: NodeWriter, x: string, { matrices }: DetectorState): string {
  const parts = Array.from(matrices.weights.data, (weight, k) => {
    const precision = matrices[`precision${k}`];
    const { rows: d, data } = precision;
    let constant = Math.log(weight) - (d / 2) * Math.log(2 * Math.PI);
    for (let i = 0; i < d; i++) constant += Math.log(data[i * d + i]);
    const square = squares(w, w.op('MatMul', [centred(w, x, matrices[`mean${k}`].data), matrix(w, precision)]));
    return w.op('Add', [w.op('Mul', [square, w.doubles([-0.5])]), w.doubles([constant])]);
  });
  return logSumExpNodes(w, parts.length === 1 ? parts[0] : w.op('Concat', parts, [intAttribute('axis', 1)]));
}

/**
 * alpha x·x_i + beta |x_i|² for every training row x_i: [B, n]. The rows stand on the left of the product and are read as
 * they lie; on the right, the runtime would copy all of them for every image.
 */
function productsWithRows(w: NodeWriter, x: string, train: Matrix, { alpha, beta }: { alpha: number; beta: number }): string {
  const factors = [intAttribute('transB', 1), floatAttribute('alpha', alpha), floatAttribute('beta', beta)];
  const products = w.op('Gemm', [matrix(w, train), x, w.doubles(rowSquares(train), [train.rows, 1])], factors);
  return w.op('Transpose', [products], [intsAttribute('perm', [1, 0])]);
}

function logSumExpNodes(w: NodeWriter, x: string): string {
  const largest = w.reduce('Max', x, [1], 1);
  const sum = w.reduce('Sum', w.op('Exp', [w.op('Sub', [x, largest])]), [1], 1);
  return w.op('Add', [w.op('Log', [sum]), largest]);
}

function centred(w: NodeWriter, x: string, mean: Float64Array): string {
  return w.op('Sub', [x, w.doubles(mean)]);
}

/** Squared length of each row: [B, 1]. */
function squares(w: NodeWriter, x: string): string {
  return w.reduce('Sum', w.op('Mul', [x, x]), [1], 1);
}

function matrix(w: NodeWriter, { rows, cols, data }: Matrix): string {
  return w.doubles(data, [rows, cols]);
}

function nothingVaries(): AppError {
  return new AppError('E_MODEL_UNSUPPORTED', 'Nothing varies in the fit images at this hook, so there is nothing to monitor.', {
    next: 'Choose another hook.',
  });
}
