/** Topics pca, lared, larem. */
import { larem } from '../detectors/larem.ts';
import { laredEstimator } from '../detectors/lared.ts';
import { loadDetector } from '../detectors/registry.ts';
import type { Detector, Estimator, Work } from '../detectors/detector.ts';
import { EPS, largestMagnitude, pinvh, symmetricEigen } from '../linalg/eigen.ts';
import type { MatMul } from '../linalg/matmul.ts';
import type { Matrix } from '../linalg/matrix.ts';
import { addBlock, covariance, emptyMoments, type Moments } from '../linalg/moments.ts';
import { fixSigns, pcaModel, project, spectrumOf, type Spectrum } from '../linalg/pca.ts';
import { AppError } from '../../shared/errors.ts';
import { matrixOf, numberOf, numbersOf, type Check, type GoldenCase, type Tolerance, type TopicCheck } from './types.ts';

async function momentsOf(rows: Matrix, multiply: MatMul): Promise<Moments> {
  const moments = emptyMoments(rows.cols);
  await addBlock(moments, rows, multiply);
  return moments;
}

/** The directions of training rows, as the pipeline finds them. */
export async function trainSpectrum(train: Matrix, multiply: MatMul): Promise<Spectrum> {
  const spectrum = spectrumOf(await momentsOf(train, multiply));
  await fixSigns(spectrum, [train], multiply);
  return spectrum;
}

export const pcaTopic: TopicCheck = async (golden, check, context) => {
  const train = matrixOf(golden.train);
  const spectrum = await trainSpectrum(train, context.matmul);
  const k = numberOf(golden.k);
  if (golden.error !== undefined) {
    let refused = false;
    try {
      pcaModel(spectrum, k, true);
    } catch (error) {
      refused = error instanceof AppError && error.code === 'E_INPUT';
    }
    check.same('refused', refused, true);
    return;
  }
  check.same('rank', spectrum.rank, golden.rank);
  const shown = Math.min(k, spectrum.rank);
  const model = pcaModel(spectrum, shown, golden.whiten === true);
  const close = { rtol: context.tolerance('rtol'), atol: context.tolerance('atol') };
  check.close('mean', model.mean, golden.mean, close);
  const first = (value: unknown): Float64Array => numbersOf(value).slice(0, shown);
  check.close('explained variance', model.explainedVariance, first(golden.explained_variance), close);
  check.close('explained variance ratio', model.explainedVarianceRatio, first(golden.explained_variance_ratio), close);
  const singular = model.explainedVariance.map((value) => Math.sqrt(value * (train.rows - 1)));
  check.close('singular values', singular, first(golden.singular_values), close);
  if (shown === k) check.close('noise variance', model.noiseVariance, golden.noise_variance, close);
  const components = matrixOf(golden.components);
  const directions = columns(spectrum.vectors, shown);
  const test = await project(model, matrixOf(golden.test), context.matmul);
  const own = await project(model, train, context.matmul);
  for (let j = 0; j < shown; j++) {
    const wanted = components.data.subarray(j * components.cols, (j + 1) * components.cols);
    const sign = golden.sign_ambiguous === true ? signOf(directions[j], wanted) : 1;
    check.close(
      `component ${j}`,
      directions[j].map((value) => value * sign),
      wanted,
      close,
    );
    check.close(
      `training rows, component ${j}`,
      columnOf(own, j).map((value) => value * sign),
      columnOf(matrixOf(golden.train_out), j),
      close,
    );
    check.close(
      `test rows, component ${j}`,
      columnOf(test, j).map((value) => value * sign),
      columnOf(matrixOf(golden.test_out), j),
      close,
    );
  }
};

function columns(matrix: Matrix, count: number): Float64Array[] {
  return Array.from({ length: count }, (_, j) => columnOf(matrix, j));
}

function columnOf({ rows, cols, data }: Matrix, j: number): Float64Array {
  return Float64Array.from({ length: rows }, (_, i) => data[i * cols + j]);
}

function signOf(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, value, i) => sum + value * b[i], 0) < 0 ? -1 : 1;
}

export const laredTopic: TopicCheck = async (golden, check, context) => {
  const tolerance = { rtol: context.tolerance('rtol'), atol: context.tolerance('atol') };
  const work = { multiply: context.matmul, signal: context.signal };
  await scoresAgree(laredEstimator(numberOf(golden.bandwidth)), { golden, check, tolerance, work });
};

export const laremTopic: TopicCheck = async (golden, check, context) => {
  if (golden.kind === 'whitened') {
    const z = matrixOf(golden.z);
    const n = numberOf(golden.n);
    const got = Float64Array.from({ length: z.rows }, (_, r) => {
      const row = z.data.subarray(r * z.cols, (r + 1) * z.cols);
      return -(n / (n - 1)) * row.reduce((sum, value) => sum + value * value, 0);
    });
    check.close('identity', got, golden.scores, { rtol: context.tolerance('rtol'), atol: context.tolerance('atol') });
    return;
  }
  const tolerance = { rtol: numberOf(golden.rtol), atol: context.tolerance('atol') };
  const work = { multiply: context.matmul, signal: context.signal };
  const detector = await scoresAgree(larem, { golden, check, tolerance, work });
  check.same('rank', detector.facts.rank, golden.rank);
  const moments = await momentsOf(matrixOf(golden.train), context.matmul);
  check.close('mean', moments.mean, golden.mean, tolerance);
  if (golden.precision === undefined) return;
  const eigen = symmetricEigen(covariance(moments, 0));
  const cutoff = Math.max(moments.mean.length, 16) * EPS * largestMagnitude(eigen.values);
  const wanted = numbersOf(golden.precision);
  check.close('precision', pinvh(eigen, cutoff).data, wanted, {
    rtol: tolerance.rtol,
    atol: tolerance.rtol * largestMagnitude(wanted),
  });
};

interface ScoreCase {
  golden: GoldenCase;
  check: Check;
  tolerance: Tolerance;
  work: Work;
}

/** Fits and scores, and does so once more after loading its own state: the same bits. */
async function scoresAgree(estimator: Estimator, { golden, check, tolerance, work }: ScoreCase): Promise<Detector> {
  const detector = await estimator.fit(matrixOf(golden.train), work);
  const test = matrixOf(golden.test);
  const scores = await detector.score(test, work);
  check.close('scores', scores, golden.scores, tolerance);
  const loaded = loadDetector(detector.state());
  check.close('scores after loading', await loaded.score(test, work), scores, { rtol: 0, atol: 0 });
  return detector;
}
