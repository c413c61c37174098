/** Topics detectors_latent, knn, mahalanobis_mds: runia_core's and OpenOOD's detectors on latents. */
import { bandwidthFactor, crossValidate, type BandwidthRule } from '../detectors/bandwidth.ts';
import { classGaussians } from '../detectors/class-gaussians.ts';
import type { Detector, Work } from '../detectors/detector.ts';
import { knnEstimator, unitRows } from '../detectors/knn.ts';
import { laredEstimator } from '../detectors/lared.ts';
import { laremEstimator } from '../detectors/larem.ts';
import { mahalanobis } from '../detectors/mahalanobis.ts';
import { loadDetector } from '../detectors/registry.ts';
import { whitenedLared } from '../detectors/whitened-lared.ts';
import { classMeans } from '../linalg/classes.ts';
import { centredRows } from '../linalg/matrix.ts';
import { addBlock, covariance, emptyMoments } from '../linalg/moments.ts';
import { fourthPowers, shrinkageOf, shrunk, type Shrinkage } from '../linalg/shrinkage.ts';
import { byKind } from './sampling.ts';
import {
  matrixOf,
  numberOf,
  numbersOf,
  type Check,
  type GoldenCase,
  type Tolerance,
  type TopicCheck,
  type TopicContext,
} from './types.ts';

export const labelsOf = (value: unknown): Int32Array => Int32Array.from(numbersOf(value));
export const workOf = ({ matmul, signal }: TopicContext): Work => ({ multiply: matmul, signal });

function toleranceOf(golden: GoldenCase, context: TopicContext): Tolerance {
  return { rtol: golden.rtol === undefined ? context.tolerance('rtol') : numberOf(golden.rtol), atol: context.tolerance('atol') };
}

/** Scores, and the same bits after loading the detector's own state. */
async function scoresAgree(detector: Detector, golden: GoldenCase, check: Check, context: TopicContext): Promise<void> {
  const test = matrixOf(golden.test);
  const work = workOf(context);
  const scores = await detector.score(test, work);
  check.close('scores', scores, expectedScores(golden), toleranceOf(golden, context));
  const again = await loadDetector(detector.state()).score(test, work);
  check.close('scores after loading', again, scores, { rtol: 0, atol: 0 });
}

/** Where a test row holds NaN, the product says NaN; the reference says -Infinity or -FLT_MAX (NUMERICS2, E6). */
function expectedScores(golden: GoldenCase): Float64Array {
  const { cols, data } = matrixOf(golden.test);
  return numbersOf(golden.scores).map((score, r) =>
    data.subarray(r * cols, (r + 1) * cols).every((value) => Number.isFinite(value)) ? score : NaN,
  );
}

const LATENT: Record<string, TopicCheck> = {
  async kde(golden, check, context) {
    const train = matrixOf(golden.train);
    const exact = { rtol: 1e-12, atol: context.tolerance('atol') };
    for (const [field, bandwidth] of [
      ['scores', 1],
      ['scores_h0.35', 0.35],
      ['scores_h2.5', 2.5],
    ] as const) {
      if (golden[field] === undefined) continue;
      const detector = await laredEstimator(bandwidth).fit(train, workOf(context));
      check.close(field, await detector.score(matrixOf(golden.test), workOf(context)), golden[field], exact);
    }
  },
  async md(golden, check, context) {
    const detector = await laremEstimator().fit(matrixOf(golden.train), workOf(context));
    check.same('rank', detector.facts.rank, golden.rank);
    await scoresAgree(detector, golden, check, context);
  },
  async cmd(golden, check, context) {
    const [train, labels] = [matrixOf(golden.train), labelsOf(golden.labels)];
    const means = classMeans(train, labels, numberOf(golden.num_classes));
    check.close('class means', means.data, golden.class_mean, { rtol: 1e-12, atol: 1e-13 });
    await scoresAgree(await mahalanobis.fit(train, labels, workOf(context)), golden, check, context);
  },
  async knn(golden, check, context) {
    const detector = await knnEstimator(numberOf(golden.K)).fit(matrixOf(golden.train), workOf(context));
    await scoresAgree(detector, golden, check, context);
  },
  async gmm(golden, check, context) {
    const detector = await classGaussians.fit(matrixOf(golden.train), labelsOf(golden.labels), workOf(context));
    check.close('jitter', detector.facts.jitter, golden.jitter, { rtol: 1e-12, atol: 0 });
    await scoresAgree(detector, golden, check, context);
  },
  // Which jitter works is a matter of rounding there: the page asks for nothing.
  gmm_jitter: (_golden, check) => check.same('information only', true, true),
  async covariance(golden, check, context) {
    const train = matrixOf(golden.train);
    const moments = emptyMoments(train.cols);
    await addBlock(moments, train, context.matmul);
    const empirical = covariance(moments, 0);
    check.close('location', moments.mean, golden.mean, { rtol: 1e-13, atol: 1e-14 });
    const input = { covariance: empirical, n: train.rows, fourthPowers: fourthPowers(centredRows(train, moments.mean)) };
    const kinds: [string, Shrinkage][] = [
      ['empirical', 'none'],
      ['ledoit_wolf', 'ledoit-wolf'],
      ['oas', 'oas'],
    ];
    for (const [field, kind] of kinds) {
      const wanted = golden[field] as Record<string, unknown>;
      const share = shrinkageOf(kind, input);
      check.close(`${field}, shrinkage`, share, wanted.shrinkage, { rtol: 1e-10, atol: 1e-12 });
      check.close(`${field}, covariance`, shrunk(empirical, share).data, wanted.covariance, { rtol: 1e-10, atol: 1e-12 });
      if (wanted.scores === undefined) continue;
      const detector = await laremEstimator(kind).fit(train, workOf(context));
      const scores = await detector.score(matrixOf(golden.test), workOf(context));
      const largest = Math.max(1, ...numbersOf(wanted.precision).map(Math.abs));
      check.close(`${field}, scores`, scores, wanted.scores, { rtol: 1e-7, atol: 1e-9 * largest });
    }
  },
  async bandwidth(golden, check, context) {
    const [train, test] = [matrixOf(golden.train), matrixOf(golden.test)];
    for (const rule of ['scott', 'silverman'] satisfies BandwidthRule[]) {
      const wanted = golden[rule] as Record<string, unknown>;
      const factor = bandwidthFactor(rule, train.rows, train.cols);
      check.close(`${rule}, factor`, factor, wanted.factor, { rtol: 1e-14, atol: 0 });
      const bare = await (await laredEstimator(factor).fit(train, workOf(context))).score(test, workOf(context));
      check.close(`${rule}, bare factor`, bare, wanted.sklearn_scores, { rtol: 1e-11, atol: 1e-10 });
      const detector = await whitenedLared(rule).fit(train, workOf(context));
      const scores = await detector.score(test, workOf(context));
      check.close(`${rule}, whitened`, scores, wanted.logpdf, { rtol: 1e-9, atol: 1e-9 });
      const again = await loadDetector(detector.state()).score(test, workOf(context));
      check.close(`${rule}, after loading`, again, scores, { rtol: 0, atol: 0 });
    }
  },
  async bandwidth_cv(golden, check, context) {
    const grid = Array.from(numbersOf(golden.grid));
    const options = { folds: numberOf(golden.folds), work: workOf(context) };
    const { folds, means, best } = await crossValidate(matrixOf(golden.train), grid, options);
    check.close('held-out sums', folds.data, golden.split_scores, { rtol: 1e-11, atol: 1e-9 });
    check.close('means', means, golden.mean_scores, { rtol: 1e-11, atol: 1e-9 });
    check.same('best', best, golden.best_index);
  },
};

export const latentDetectorsTopic: TopicCheck = (golden, check, context) => byKind(LATENT, golden, check, context);

export const knnTopic: TopicCheck = async (golden, check, context) => {
  const unit = unitRows(matrixOf(golden.test));
  check.close('normalised', unit.data, golden.test_normalised, { rtol: 1e-14, atol: 1e-15 });
  const detector = await knnEstimator(numberOf(golden.K)).fit(matrixOf(golden.train), workOf(context));
  await scoresAgree(detector, golden, check, context);
};

export const mahalanobisTopic: TopicCheck = async (golden, check, context) => {
  const [train, labels] = [matrixOf(golden.train), labelsOf(golden.labels)];
  const classes = numberOf(golden.num_classes);
  check.close('class means', classMeans(train, labels, classes).data, golden.class_mean, { rtol: 1e-12, atol: 1e-13 });
  const detector = await mahalanobis.fit(train, labels, workOf(context));
  const present = new Set(labels).size;
  check.same('classes', detector.facts.classes, present);
  // OpenOOD loses every score when one class has no rows; here it is left out.
  if (present === classes) await scoresAgree(detector, golden, check, context);
  else check.same('OpenOOD has no score', numbersOf(golden.scores).every(Number.isNaN), true);
};
