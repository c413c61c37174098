/**
 * Gaussian mixture with full covariances, fitted by expectation maximisation (Dempster, Laird & Rubin 1977), its number of
 * components chosen by the BIC (Schwarz 1978): -2 ln L + p ln n, smallest wins. score(t) = ln Σ_k w_k N(t; μ_k, Σ_k).
 * Starts from seeded k-means++ (Arthur & Vassilvitskii 2007), so equal rows give equal fits. A number of components
 * where one of them holds fewer than D + 1 rows is not a candidate: its covariance would be singular.
 */
import { cholesky, halfLogDeterminant } from '../linalg/cholesky.ts';
import { logSumExp } from '../linalg/log-sum-exp.ts';
import type { MatMul } from '../linalg/matmul.ts';
import { centredRows, requireColumns, requireFinite, rowMatrix, rowRange, zeros, type Matrix } from '../linalg/matrix.ts';
import { rowSquares } from '../linalg/squared-distances.ts';
import { AppError } from '../../shared/errors.ts';
import { seededClusters } from './clusters.ts';
import type { Detector, DetectorState, Estimator, Work } from './detector.ts';

/** Most components that are tried; two numbers in a row without a smaller BIC end the search. */
const MOST_COMPONENTS = 10;
const PATIENCE = 2;
/** EM ends when the mean log likelihood grows by less than this, in nats. */
const TOLERANCE = 1e-3;
const MOST_STEPS = 100;
/** On the diagonal of every covariance, as a share of the mean variance. */
const RIDGE = 1e-6;
/** More rows are thinned out evenly: the facts say how many were used. */
const MOST_ROWS = 20_000;

/** One component: [D] and the factor P with Σ⁻¹ = P Pᵀ. */
interface Component {
  weight: number;
  mean: Float64Array;
  precision: Matrix;
  /** ln |P|. */
  logDeterminant: number;
}

export interface MixtureFit {
  components: Component[];
  /** Mean log likelihood after each step: never falls but for the ridge. */
  likelihoods: number[];
}

class GaussianMixture implements Detector {
  private readonly components: readonly Component[];
  readonly facts: Record<string, number>;

  constructor(components: readonly Component[], facts: Record<string, number>) {
    this.components = components;
    this.facts = facts;
  }

  async score(rows: Matrix, { multiply, signal }: Work): Promise<Float64Array> {
    requireColumns(rows, this.components[0].mean.length, 'The Gaussian mixture');
    signal?.throwIfAborted();
    return rowDensities(await jointDensities(rows, this.components, multiply));
  }

  state(): DetectorState {
    const matrices: Record<string, Matrix> = { weights: rowMatrix(Float64Array.from(this.components, ({ weight }) => weight)) };
    this.components.forEach(({ mean, precision }, k) => {
      matrices[`mean${k}`] = rowMatrix(mean);
      matrices[`precision${k}`] = precision;
    });
    return { type: 'gaussian-mixture', numbers: this.facts, matrices };
  }
}

/** ln w_k + ln N(x; μ_k, Σ_k): [n, K]. */
async function jointDensities(rows: Matrix, components: readonly Component[], multiply: MatMul): Promise<Matrix> {
  const out = zeros(rows.rows, components.length);
  for (const [k, { weight, mean, precision, logDeterminant }] of components.entries()) {
    const constant = Math.log(weight) + logDeterminant - (rows.cols / 2) * Math.log(2 * Math.PI);
    const squares = rowSquares(await multiply(centredRows(rows, mean), precision));
    squares.forEach((square, r) => (out.data[r * components.length + k] = constant - square / 2));
  }
  return out;
}

function rowDensities({ rows, cols, data }: Matrix): Float64Array {
  return Float64Array.from({ length: rows }, (_, r) => logSumExp(data, r * cols, (r + 1) * cols));
}

/** EM from a first sharing out of the rows. @param shares [n, K], each row adds up to 1; overwritten. */
export async function fitMixture(train: Matrix, shares: Matrix, { multiply, signal }: Work): Promise<MixtureFit> {
  const ridge = RIDGE * meanVariance(train);
  const likelihoods: number[] = [];
  let components = await maximise(train, shares, { ridge, multiply });
  for (let step = 0; step < MOST_STEPS; step++) {
    signal?.throwIfAborted();
    const joint = await jointDensities(train, components, multiply);
    const densities = rowDensities(joint);
    likelihoods.push(densities.reduce((a, b) => a + b, 0) / train.rows);
    const [last, before] = [likelihoods.at(-1)!, likelihoods.at(-2) ?? -Infinity];
    if (last - before < TOLERANCE) break;
    joint.data.forEach((value, at) => (shares.data[at] = Math.exp(value - densities[Math.floor(at / joint.cols)])));
    components = await maximise(train, shares, { ridge, multiply });
  }
  return { components, likelihoods };
}

async function maximise(
  train: Matrix,
  shares: Matrix,
  { ridge, multiply }: { ridge: number; multiply: MatMul },
): Promise<Component[]> {
  const { rows: n, cols: d } = train;
  const sums = await multiply(shares, train, { transposeA: true });
  const components: Component[] = [];
  for (let k = 0; k < shares.cols; k++) {
    const own = Float64Array.from({ length: n }, (_, r) => shares.data[r * shares.cols + k]);
    // As scikit-learn: a component that nothing belongs to is still one.
    const count = own.reduce((a, b) => a + b, 0) + 10 * Number.EPSILON;
    const mean = sums.data.slice(k * d, (k + 1) * d).map((sum) => sum / count);
    const scaled = centredRows(train, mean);
    for (let r = 0; r < n; r++) for (let at = r * d, root = Math.sqrt(own[r]); at < (r + 1) * d; at++) scaled.data[at] *= root;
    const scatter = await multiply(scaled, scaled, { transposeA: true });
    scatter.data.forEach((value, at) => (scatter.data[at] = value / count));
    components.push({ weight: count / n, mean, ...precisionOf(scatter, ridge) });
  }
  return components;
}

/** P = L⁻ᵀ of Σ + ridge·I = L Lᵀ. */
function precisionOf(matrix: Matrix, ridge: number): Pick<Component, 'precision' | 'logDeterminant'> {
  const lower = cholesky(matrix, ridge);
  if (lower === null) {
    throw new AppError('E_INPUT', 'The Gaussian mixture cannot be fitted: a covariance has no Cholesky factor.', {
      next: 'Choose a PCA size, or another detector.',
    });
  }
  const { rows: d, data: l } = lower;
  const precision = zeros(d, d);
  const p = precision.data;
  // Row j of P holds column j of L⁻¹.
  for (let j = 0; j < d; j++) {
    p[j * d + j] = 1 / l[j * d + j];
    for (let i = j + 1; i < d; i++) {
      let sum = 0;
      for (let k = j; k < i; k++) sum += l[i * d + k] * p[j * d + k];
      p[j * d + i] = -sum / l[i * d + i];
    }
  }
  return { precision, logDeterminant: -halfLogDeterminant(lower) };
}

function meanVariance(rows: Matrix): number {
  const { cols, data } = rows;
  const mean = new Float64Array(cols);
  data.forEach((value, at) => (mean[at % cols] += value / rows.rows));
  return rowSquares(centredRows(rows, mean)).reduce((a, b) => a + b, 0) / rows.rows / cols || 1;
}

/** Free numbers of K components in D dimensions: means, covariances, weights. */
export function mixtureParameters(components: number, d: number): number {
  return components * (d + (d * (d + 1)) / 2) + components - 1;
}

/** @param components as many; left out: by BIC. */
export function gaussianMixtureEstimator({
  seed = 0,
  components: fixed,
}: { seed?: number; components?: number } = {}): Estimator {
  return {
    /** @param train [n, D]. Throws E_INPUT when a value is not finite, there are fewer than two rows, or too few for `components`. */
    async fit(train: Matrix, work: Work): Promise<GaussianMixture> {
      requireFinite(train, 'The Gaussian mixture cannot be fitted');
      const rows = thinned(train, MOST_ROWS);
      let best: { bic: number; components: Component[] } | undefined;
      let worse = 0;
      for (let k = fixed ?? 1; k <= (fixed ?? MOST_COMPONENTS) && worse < PATIENCE; k++) {
        if (k > 1 && rows.rows < k * (rows.cols + 1)) break;
        const { components, likelihoods } = await fitMixture(rows, seededClusters(rows, k, seed), work);
        const holds = components.every(({ weight }) => weight * rows.rows >= rows.cols + 1);
        const bic = Math.log(rows.rows) * mixtureParameters(k, rows.cols) - 2 * likelihoods.at(-1)! * rows.rows;
        worse = k === 1 || (holds && bic < (best?.bic ?? Infinity)) ? 0 : worse + 1;
        if (worse === 0) best = { bic, components };
      }
      if (best === undefined) throw tooManyComponents(fixed!, rows.cols);
      const { bic, components } = best;
      return new GaussianMixture(components, { components: components.length, bic, rows: rows.rows });
    },
    load({ numbers, matrices }: DetectorState): GaussianMixture {
      const components = Array.from(matrices.weights.data, (weight, k): Component => {
        const precision = matrices[`precision${k}`];
        const diagonal = Array.from({ length: precision.rows }, (_, i) => precision.data[i * precision.cols + i]);
        const logDeterminant = diagonal.reduce((sum, value) => sum + Math.log(value), 0);
        return { weight, mean: matrices[`mean${k}`].data, precision, logDeterminant };
      });
      return new GaussianMixture(components, numbers);
    },
  };
}

function tooManyComponents(components: number, features: number): AppError {
  return new AppError(
    'E_INPUT',
    `With ${components} components one of them holds fewer than ${features + 1} fit images, too few for its covariance.`,
    { next: 'State fewer components, or choose a PCA size.' },
  );
}

/** At most `most` rows, evenly spaced over all of them. */
export function thinned(matrix: Matrix, most: number): Matrix {
  if (matrix.rows <= most) return matrix;
  const out = zeros(most, matrix.cols);
  for (let i = 0; i < most; i++) {
    const r = Math.floor((i * matrix.rows) / most);
    out.data.set(rowRange(matrix, r, r + 1).data, i * matrix.cols);
  }
  return out;
}
