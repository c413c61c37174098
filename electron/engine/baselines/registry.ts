/**
 * Baselines by the name a plan gives them: what each reads, what it fits on the fit rows, and its scores. Hyper-parameters
 * are OpenOOD's defaults, and stand in the facts of each (NUMERICS2 section 2).
 */
import type { BaselineId } from '../../shared/method-ids.ts';
import type { DetectorState, Work } from '../detectors/detector.ts';
import { thinned } from '../detectors/gaussian-mixture.ts';
import { CLASS_ESTIMATORS, ESTIMATORS, loadDetector } from '../detectors/registry.ts';
import { columnMeans } from '../linalg/moments.ts';
import { rowMatrix, type Matrix } from '../linalg/matrix.ts';
import { AppError } from '../../shared/errors.ts';
import { ashShaped, clipped, diceHead, reactThreshold, type AshVariant } from './feature-shaping.ts';
import { DENSE_BASELINES } from './dense-scores.ts';
import { headEnergy, type Head } from './head.ts';
import { fdbdScores, guideBank, nnGuideScores } from './head-geometry.ts';
import { energyScores, maxLogitScores, mspScores } from './logit-scores.ts';
import { genScores } from './logit-shape.ts';
import { principalSpace, residualNorms, vimAlpha, vimScores } from './subspace.ts';

/** What a baseline may be fitted on. */
export interface BaselineFit {
  /** Penultimate features of the fit rows. */
  train: Matrix;
  head: Head;
  /** Class of each fit row; throws E_INPUT where there is none. */
  labels: () => Int32Array;
  work: Work;
}

export type BaselineScores = (rows: Matrix, work: Work) => Promise<Float64Array> | Float64Array;

export interface Baseline {
  space: 'logits' | 'penultimate' | 'uncertainty' | 'dense';
  /** Absent: fitted on nothing. Throws E_INPUT when it cannot be fitted. */
  fit?: (fit: BaselineFit) => Promise<DetectorState> | DetectorState;
  needsClasses?: true;
  open: (state: DetectorState) => BaselineScores;
}

/** Nothing fitted: a function of one row. */
const plain = (space: 'logits' | 'uncertainty', score: (rows: Matrix) => Float64Array): Baseline => ({
  space,
  open: () => score,
});

const column = ({ rows, cols, data }: Matrix, at: number): Float64Array =>
  Float64Array.from({ length: rows }, (_, r) => -data[r * cols + at]);

const stored = (numbers: Record<string, number>, matrices: Record<string, Matrix>): DetectorState => ({
  type: 'baseline',
  numbers,
  matrices,
});
const withHead = ({ weight, bias }: Head): Record<string, Matrix> => ({ weight, bias: rowMatrix(bias) });
const headOf = ({ matrices }: DetectorState): Head => ({ weight: matrices.weight, bias: matrices.bias.data });

const PERCENT = { react: 90, dice: 90, ash: 90, scale: 85 };
const GUIDE = { neighbours: 100, mostRows: 10_000 };

function shaped(variant: AshVariant, percentile: number): Baseline {
  return {
    space: 'penultimate',
    fit: ({ head }) => stored({ percentile }, withHead(head)),
    open: (state) => (rows, work) => headEnergy(ashShaped(rows, state.numbers.percentile, variant), headOf(state), work.multiply),
  };
}

/** ReAct clips the features, DICE thins the weights, either or both. */
function clippedHead({ react, dice }: { react: boolean; dice: boolean }): Baseline {
  return {
    space: 'penultimate',
    fit({ train, head }) {
      const numbers: Record<string, number> = {};
      if (react) Object.assign(numbers, { reactPercentile: PERCENT.react, clip: reactThreshold(train, PERCENT.react) });
      const thin = dice ? diceHead(train, head, PERCENT.dice) : null;
      if (thin !== null) Object.assign(numbers, { dicePercentile: PERCENT.dice, contribution: thin.threshold });
      return stored(numbers, withHead(thin?.head ?? head));
    },
    open: (state) => (rows, work) => headEnergy(react ? clipped(rows, state.numbers.clip) : rows, headOf(state), work.multiply),
  };
}

/** Size of the principal space by the number of features, as OpenOOD and the paper have it. */
export function principalSize(features: number): number {
  return features >= 2048 ? 1000 : features >= 768 ? 512 : Math.floor(features / 2);
}

function subspace(method: 'vim' | 'residual'): Baseline {
  return {
    space: 'penultimate',
    async fit({ train, head, work }) {
      const dim = principalSize(train.cols);
      const space = await principalSpace(train, head, dim, work.multiply);
      const alpha = method === 'vim' ? { alpha: await vimAlpha(train, head, space, work.multiply) } : {};
      const { origin, eigenvalues, outside } = space;
      const matrices = { origin: rowMatrix(origin), eigenvalues: rowMatrix(eigenvalues), outside, ...withHead(head) };
      return stored({ dim, ...alpha }, matrices);
    },
    open(state) {
      const { origin, eigenvalues, outside } = state.matrices;
      const space = { origin: origin.data, eigenvalues: eigenvalues.data, outside };
      const { alpha } = state.numbers;
      if (method === 'residual')
        return async (rows, work) => (await residualNorms(rows, space, work.multiply)).map((norm) => -norm);
      return (rows, work) => vimScores(rows, { head: headOf(state), space, alpha }, work.multiply);
    },
  };
}

const fdbd: Baseline = {
  space: 'penultimate',
  fit: ({ train, head }) => stored({}, { centre: rowMatrix(columnMeans(train)), ...withHead(head) }),
  open: (state) => (rows, work) => fdbdScores(rows, { head: headOf(state), centre: state.matrices.centre.data }, work.multiply),
};

/** The bank is thinned evenly: OpenOOD's changes with the batch size (NUMERICS2, E12). */
const nnguide: Baseline = {
  space: 'penultimate',
  async fit({ train, head, work }) {
    requireRows(train, GUIDE.neighbours);
    const bank = await guideBank(thinned(train, GUIDE.mostRows), head, work.multiply);
    return stored({ neighbours: GUIDE.neighbours, bankRows: bank.rows }, { bank, ...withHead(head) });
  },
  open: (state) => (rows, work) =>
    nnGuideScores(rows, { head: headOf(state), bank: state.matrices.bank, neighbours: state.numbers.neighbours }, work.multiply),
};

function requireRows({ rows }: Matrix, least: number): void {
  if (rows >= least) return;
  throw new AppError('E_INPUT', `It needs at least ${least} fit images; there are ${rows}.`, { next: 'Add fit images.' });
}

/** A detector on the penultimate features. */
function detectorOn(name: string): Baseline {
  const needsClasses = Object.hasOwn(CLASS_ESTIMATORS, name);
  return {
    space: 'penultimate',
    ...(needsClasses && { needsClasses }),
    async fit({ train, labels, work }) {
      const detector = needsClasses
        ? await CLASS_ESTIMATORS[name].fit(train, labels(), work)
        : await ESTIMATORS[name].fit(train, work);
      return detector.state();
    },
    open(state) {
      const detector = loadDetector(state);
      return (rows, work) => detector.score(rows, work);
    },
  };
}

export const BASELINES: Readonly<Record<BaselineId, Baseline>> = {
  msp: plain('logits', mspScores),
  energy: plain('logits', (logits) => energyScores(logits)),
  maxlogit: plain('logits', maxLogitScores),
  gen: plain('logits', (logits) => genScores(logits)),
  'predictive-entropy': plain('uncertainty', (rows) => column(rows, 0)),
  'mutual-information': plain('uncertainty', (rows) => column(rows, 1)),
  react: clippedHead({ react: true, dice: false }),
  dice: clippedHead({ react: false, dice: true }),
  'dice-react': clippedHead({ react: true, dice: true }),
  'ash-s': shaped('s', PERCENT.ash),
  'ash-p': shaped('p', PERCENT.ash),
  'ash-b': shaped('b', PERCENT.ash),
  scale: shaped('scale', PERCENT.scale),
  vim: subspace('vim'),
  residual: subspace('residual'),
  fdbd,
  nnguide,
  'knn-penultimate': detectorOn('knn'),
  'mds-penultimate': detectorOn('mahalanobis'),
  'rmds-penultimate': detectorOn('relative-mahalanobis'),
};

/** The same on class scores of pixels or boxes: its column of what was aggregated (dense-scores.ts). */
export function denseBaseline(id: BaselineId): Baseline {
  const at = DENSE_BASELINES.findIndex((one) => one === id);
  const score = ({ rows, cols, data }: Matrix): Float64Array =>
    Float64Array.from({ length: rows }, (_, r) => data[r * cols + at]);
  return { space: 'dense', open: () => score };
}

/** By id; for stored files, which may be older or newer. */
export function baselineOf(id: string): Baseline {
  if (Object.hasOwn(BASELINES, id)) return BASELINES[id as BaselineId];
  throw new Error(`unknown baseline ${id}`);
}
