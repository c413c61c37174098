/** PCA and the detectors as ONNX nodes, float64: the formulas of linalg/pca.ts, detectors/larem.ts and detectors/lared.ts. */
import { AppError } from '../../shared/errors.ts';
import type { DetectorState } from '../detectors/detector.ts';
import { rowSquares } from '../linalg/squared-distances.ts';
import type { Matrix } from '../linalg/matrix.ts';
import type { Projection } from '../linalg/pca.ts';
import type { NodeWriter } from '../onnx/node-writer.ts';
import { floatAttribute, intAttribute } from '../onnx/proto.ts';

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
};

/** -|(x - mean) W|². */
function laremNodes(w: NodeWriter, x: string, { matrices }: DetectorState): string {
  if (matrices.whitening.cols === 0) {
    throw new AppError('E_MODEL_UNSUPPORTED', 'Nothing varies in the fit images at this hook, so there is nothing to monitor.', {
      next: 'Choose another hook.',
    });
  }
  const z = w.op('MatMul', [centred(w, x, matrices.mean.data), matrix(w, matrices.whitening)]);
  return w.op('Neg', [squares(w, z)]);
}

/** ln Σ exp(-|x - x_i|² / 2h²) - ln n - (D/2) ln 2π - D ln h; training rows are kept centred, so the product loses no digits. */
function laredNodes(w: NodeWriter, x: string, { numbers: { bandwidth: h }, matrices: { train, centre } }: DetectorState): string {
  const { rows: n, cols: d } = train;
  const t = centred(w, x, centre.data);
  const square = squares(w, t);
  // Gemm reads the training rows as they lie, and adds their squares on the way.
  const factors = [intAttribute('transB', 1), floatAttribute('alpha', -2)];
  const raw = w.op('Add', [w.op('Gemm', [t, matrix(w, train), w.doubles(rowSquares(train), [1, n])], factors), square]);
  // Rounding may leave a tiny negative distance between equal rows.
  const exponents = w.op('Mul', [w.op('Max', [raw, w.doubles([0])]), w.doubles([-1 / (2 * h * h)])]);
  const largest = w.reduce('Max', exponents, [1], 1);
  const sum = w.reduce('Sum', w.op('Exp', [w.op('Sub', [exponents, largest])]), [1], 1);
  const logSum = w.op('Add', [w.op('Log', [sum]), largest]);
  const constant = -Math.log(n) - (d / 2) * Math.log(2 * Math.PI) - d * Math.log(h);
  // Maxima pass over NaN in some runtimes; 0 times the squared length does not.
  const unsound = w.op('Mul', [square, w.doubles([0])]);
  return w.op('Add', [w.op('Add', [logSum, w.doubles([constant])]), unsound]);
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
