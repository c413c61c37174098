/** Topics detectors_logit_feature, react_dice_ash, gen_vim, predictive_uncertainty. */
import { ashShaped, clipped, diceHead, keptEntries, reactThreshold, type AshVariant } from '../baselines/feature-shaping.ts';
import { headEnergy, logitsOf, percentile, type Head } from '../baselines/head.ts';
import { fdbdScores, guideBank, nnGuideScores, shePatterns, sheScores } from '../baselines/head-geometry.ts';
import { maxLogitScores, predictions } from '../baselines/logit-scores.ts';
import { genScores, klMatchingScores, klTemplates } from '../baselines/logit-shape.ts';
import { predictiveUncertainty } from '../baselines/predictive-uncertainty.ts';
import { logitOrigin, principalSpace, residualNorms, vimAlpha, vimScores } from '../baselines/subspace.ts';
import { classGaussians } from '../detectors/class-gaussians.ts';
import { relativeMahalanobis } from '../detectors/mahalanobis.ts';
import { columnMeans } from '../linalg/moments.ts';
import { rowRange, type Matrix } from '../linalg/matrix.ts';
import { zScoreThreshold } from '../metrics/threshold.ts';
import { labelsOf, workOf } from './latent-detectors.ts';
import { byKind } from './sampling.ts';
import { matrixOf, numberOf, numbersOf, type GoldenCase, type TopicCheck, type TopicContext } from './types.ts';

const headOf = (golden: GoldenCase): Head => ({ weight: matrixOf(golden.weight), bias: numbersOf(golden.bias) });

interface Suite {
  train: Matrix;
  test: Matrix;
  labels: Int32Array;
  head: Head;
  /** Rows of NNGuide's bank in the "part" variant. */
  bankRows: number;
  hyper: Record<string, number>;
  context: TopicContext;
}

const negated = (values: Float64Array): Float64Array => values.map((value) => -value);

/** Every method of a suite by its name in the golden file. */
const SUITE: Record<string, (suite: Suite) => Promise<Float64Array>> = {
  async rmds({ train, test, labels, context }) {
    return (await relativeMahalanobis.fit(train, labels, workOf(context))).score(test, workOf(context));
  },
  async residual({ train, test, head, hyper, context: { matmul } }) {
    return negated(await residualNorms(test, await principalSpace(train, head, hyper.residual_dim, matmul), matmul));
  },
  fdbd: ({ train, test, head, context }) => fdbdScores(test, { head, centre: columnMeans(train) }, context.matmul),
  fdbd_norm: ({ test, head, context }) => fdbdScores(test, { head, centre: null }, context.matmul),
  nnguide_all: (suite) => guide(suite, suite.train.rows),
  nnguide_part: (suite) => guide(suite, suite.bankRows),
  dice: ({ train, test, head, hyper, context }) => headEnergy(test, diceHead(train, head, hyper.dice_p).head, context.matmul),
  maxlogit: async ({ test, head, context }) => maxLogitScores(await logitsOf(test, head, context.matmul)),
  async klm({ train, test, head, context: { matmul } }) {
    return klMatchingScores(await logitsOf(test, head, matmul), klTemplates(await logitsOf(train, head, matmul)));
  },
  she: async ({ train, test, labels, head, context: { matmul } }) =>
    sheScores(test, await shePatterns(train, labels, head, matmul), head, matmul),
  scale: (suite) => shaped(suite, suite.hyper.scale_percentile, 'scale'),
  ash: (suite) => shaped(suite, suite.hyper.ash_percentile, 'b'),
  ash_s_85: (suite) => shaped(suite, 85, 's'),
  ash_s_90: (suite) => shaped(suite, 90, 's'),
};

async function guide({ train, test, head, hyper, context: { matmul } }: Suite, rows: number): Promise<Float64Array> {
  const bank = await guideBank(rowRange(train, 0, rows), head, matmul);
  return nnGuideScores(test, { head, bank, neighbours: hyper.nnguide_K }, matmul);
}

function shaped({ test, head, context }: Suite, percent: number, variant: AshVariant): Promise<Float64Array> {
  return headEnergy(ashShaped(test, percent, variant), head, context.matmul);
}

const FEATURE: Record<string, TopicCheck> = {
  async suite(golden, check, context) {
    const hyper = golden.hyperparameters as Record<string, number>;
    const bankRows = numberOf(golden.nnguide_bank_rows);
    const [train, test, head] = [matrixOf(golden.train), matrixOf(golden.test), headOf(golden)];
    const suite: Suite = { train, test, head, labels: labelsOf(golden.labels), bankRows, hyper, context };
    const predicted = predictions(await logitsOf(test, head, context.matmul));
    check.close('prediction', predicted, golden.prediction, { rtol: 0, atol: 0 });
    const { threshold } = diceHead(train, head, hyper.dice_p);
    check.close('DICE threshold', threshold, golden.dice_threshold, { rtol: 1e-12, atol: 1e-14 });
    for (const [name, wanted] of Object.entries(golden.scores as Record<string, unknown>)) {
      if (SUITE[name] === undefined) check.notBuilt(name);
      else
        check.close(name, await SUITE[name](suite), wanted, { rtol: context.tolerance('rtol'), atol: context.tolerance('atol') });
    }
  },
  async rmds(golden, check, context) {
    const labels = labelsOf(golden.labels);
    const present = new Set(labels).size;
    const detector = await relativeMahalanobis.fit(matrixOf(golden.train), labels, workOf(context));
    check.same('classes', detector.facts.classes, present);
    // OpenOOD loses every score when one class has no rows; here it is left out.
    if (present < numberOf(golden.num_classes)) {
      check.same('OpenOOD has no score', numbersOf(golden.scores).every(Number.isNaN), true);
    } else await scores(golden, context, check, await detector.score(matrixOf(golden.test), workOf(context)));
  },
  klm: async (golden, check, context) => scores(golden, context, check, await SUITE.klm(suiteOf(golden, context))),
  nnguide: async (golden, check, context) =>
    scores(golden, context, check, await guide(suiteOf(golden, context), numberOf(golden.bank_rows))),
  // faiss pads a bank that is too small: the page asks for nothing.
  nnguide_padding: (_golden, check) => check.same('information only', true, true),
  fdbd: async (golden, check, context) => {
    const name = golden.distance_as_normalizer === true ? 'fdbd' : 'fdbd_norm';
    await scores(golden, context, check, await SUITE[name](suiteOf(golden, context)));
  },
  residual: async (golden, check, context) => scores(golden, context, check, await SUITE.residual(suiteOf(golden, context))),
  async ddu(golden, check, context) {
    const sign = golden.flip_sign === true ? -1 : 1;
    const detector = await classGaussians.fit(matrixOf(golden.train), labelsOf(golden.labels), workOf(context));
    const of = async (value: unknown): Promise<Float64Array> =>
      (await detector.score(matrixOf(value), workOf(context))).map((score) => sign * score);
    await scores(golden, context, check, await of(golden.test));
    const tolerance = { rtol: context.tolerance('rtol'), atol: context.tolerance('atol') };
    check.close('threshold', zScoreThreshold(await of(golden.valid)), golden.threshold, tolerance);
  },
  maxlogit: (golden, check) =>
    check.close('scores', maxLogitScores(matrixOf(golden.logits)), golden.scores, { rtol: 0, atol: 0 }),
  kept(golden, check) {
    for (const [n, percent, kept] of golden.rows as number[][]) check.same(`${percent} % of ${n}`, keptEntries(n, percent), kept);
  },
};

function suiteOf(golden: GoldenCase, context: TopicContext): Suite {
  const hyper = { residual_dim: Number(golden.dim ?? 0), nnguide_K: Number(golden.K ?? 0) };
  const labels = golden.labels === undefined ? new Int32Array(0) : labelsOf(golden.labels);
  return {
    train: matrixOf(golden.train),
    test: matrixOf(golden.test),
    head: headOf(golden),
    labels,
    bankRows: 0,
    hyper,
    context,
  };
}

function scores(golden: GoldenCase, context: TopicContext, check: Parameters<TopicCheck>[1], got: Float64Array): void {
  check.close('scores', got, golden.scores, { rtol: context.tolerance('rtol'), atol: context.tolerance('atol') });
}

export const featureDetectorsTopic: TopicCheck = (golden, check, context) => byKind(FEATURE, golden, check, context);

export const shapingTopic: TopicCheck = async (golden, check, context) => {
  const tolerance = { rtol: context.tolerance('rtol'), atol: context.tolerance('atol') };
  if (golden.kind === 'percentile') {
    const got = (golden.p as number[]).map((p) => percentile(numbersOf(golden.x), p));
    return check.close('percentile', got, golden.value, { rtol: 1e-14, atol: 1e-15 });
  }
  if (golden.kind === 'map') {
    for (const variant of ['p', 'b', 's'] as const) {
      const got = ashShaped(matrixOf(golden.x), numberOf(golden.percentile), variant);
      check.close(`ASH-${variant} on a map`, got.data, golden[`ash_${variant}`], tolerance);
    }
    return;
  }
  const [train, test, head] = [matrixOf(golden.train), matrixOf(golden.test), headOf(golden)];
  const { matmul } = context;
  const clip = reactThreshold(train, numberOf(golden.react_percentile));
  const dice = diceHead(train, head, numberOf(golden.dice_percentile));
  check.close('feature mean', columnMeans(train), golden.feature_mean, { rtol: 1e-13, atol: 1e-14 });
  check.close('ReAct threshold', clip, golden.react_threshold, { rtol: 1e-14, atol: 1e-15 });
  check.close('ReAct', await headEnergy(clipped(test, clip), head, matmul), golden.react, tolerance);
  check.close('DICE threshold', dice.threshold, golden.dice_threshold, { rtol: 1e-12, atol: 1e-14 });
  check.close('DICE logits', (await logitsOf(test, dice.head, matmul)).data, golden.dice_logits, tolerance);
  check.close('DICE', await headEnergy(test, dice.head, matmul), golden.dice, tolerance);
  check.close('DICE and ReAct', await headEnergy(clipped(test, clip), dice.head, matmul), golden.dice_react, tolerance);
  for (const variant of ['p', 'b', 's', 'scale'] as const) {
    const name = variant === 'scale' ? 'scale' : `ash_${variant}`;
    if (golden[name] === undefined) continue;
    const got = ashShaped(test, numberOf(golden.ash_percentile), variant);
    check.close(name, got.data, golden[name], tolerance);
    check.close(`${name}, energy`, await headEnergy(got, head, matmul), golden[`${name}_energy`], tolerance);
  }
};

export const genVimTopic: TopicCheck = async (golden, check, context) => {
  if (golden.kind === 'gen') {
    const got = genScores(matrixOf(golden.logits), { gamma: numberOf(golden.gamma), classes: numberOf(golden.M) });
    return check.close('GEN', got, golden.scores, { rtol: context.tolerance('rtol'), atol: numberOf(golden.atol) });
  }
  const [train, test, head] = [matrixOf(golden.train), matrixOf(golden.test), headOf(golden)];
  const tolerance = { rtol: context.tolerance('rtol'), atol: context.tolerance('atol') };
  const space = await principalSpace(train, head, numberOf(golden.dim), context.matmul);
  const alpha = await vimAlpha(train, head, space, context.matmul);
  check.close('origin', logitOrigin(head), golden.origin, { rtol: 1e-10, atol: 1e-10 });
  check.close('eigenvalues', space.eigenvalues, golden.eigenvalues, { rtol: 1e-9, atol: 1e-9 });
  check.close('alpha', alpha, golden.alpha, tolerance);
  check.close('scores', await vimScores(test, { head, space, alpha }, context.matmul), golden.scores, tolerance);
};

export const predictiveTopic: TopicCheck = (golden, check, context) => {
  const logits = matrixOf(golden.logits);
  const { entropy, mutualInformation } = predictiveUncertainty(logits, numberOf(golden.mcd_samples));
  // The reference's NaN (0 · ln 0) is 0 here, so its rows are not compared but required to be finite.
  const wanted = numbersOf(golden.predictive_entropy).map((value, i) => (Number.isNaN(value) ? entropy[i] : value));
  const information = numbersOf(golden.mutual_information).map((value, i) =>
    Number.isNaN(value) ? mutualInformation[i] : value,
  );
  check.same('finite', [...entropy, ...mutualInformation].every(Number.isFinite), true);
  check.close('entropy', entropy, wanted, { rtol: context.tolerance('rtol'), atol: context.tolerance('atol') });
  check.close('mutual information', mutualInformation, information, { rtol: 1e-9, atol: 1e-13 });
};
