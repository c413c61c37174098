/**
 * Every detector and baseline of a plan: fitted, then scored on every part. What cannot run is listed with its reason and
 * never skipped in silence.
 */
import type { ModelWarning } from '../../shared/domain.ts';
import { AppError } from '../../shared/errors.ts';
import type { DetectorSummary, NotRun } from '../../shared/results.ts';
import { thresholdOf } from '../metrics/threshold.ts';
import { BaselineFitter, NO_LOGITS, type FittedBaseline } from './baseline-stage.ts';
import { detectorConfigs, type DetectorConfig } from './detector-configs.ts';
import type { ScoredConfig } from './evaluate-stage.ts';
import { Fitter, type FittedConfig, scorePart, type Scorer, scoreRows } from './fit-stage.ts';
import { calibrationScores } from './roles.ts';
import { progressOf, type Stage } from './stage.ts';
import type { Space } from './vectors.ts';

export interface Methods {
  detectors: FittedConfig[];
  baselines: FittedBaseline[];
}

/** Fits the detectors and baselines of the plan, each in its order. @param configs instead of all its detectors. */
export async function fitMethods(stage: Stage, configs = detectorConfigs(stage.plan)): Promise<Methods> {
  const progress = progressOf(stage, 'fit', configs.length + stage.plan.baselines.length);
  const fitter = new Fitter(stage.options.project, stage.roles.fit, stage.work);
  const detectors: FittedConfig[] = [];
  for (const config of configs) {
    stage.work.signal?.throwIfAborted();
    const entry = await fitOrSayWhy(stage, fitter, config);
    if (entry !== null) detectors.push(entry);
    progress.advance(1);
  }
  const others = new BaselineFitter(stage, fitter);
  const baselines: FittedBaseline[] = [];
  for (const id of stage.plan.baselines) {
    stage.work.signal?.throwIfAborted();
    const entry = await others.fit(id);
    if (typeof entry !== 'string') baselines.push(entry);
    else stage.notRun.push({ kind: 'baseline', id, pca: null, reason: entry });
    progress.advance(1);
  }
  return { detectors, baselines };
}

async function fitOrSayWhy(stage: Stage, fitter: Fitter, config: DetectorConfig): Promise<FittedConfig | null> {
  const missing = missingVectors(stage, config.space);
  if (missing !== null) return left(stage, config, missing);
  const { rank } = await fitter.spectrum(config.space);
  if (config.pca !== null && config.pca > rank) {
    stage.warnings.push(aboveRank(config.pca, rank, config.id));
    return null;
  }
  try {
    return await fitter.fit(config);
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'E_INPUT') throw error;
    return left(stage, config, error.message);
  }
}

function left(stage: Stage, { id, pca }: Pick<DetectorConfig, 'id' | 'pca'>, reason: string): null {
  stage.notRun.push({ kind: 'detector', id, pca, reason });
  return null;
}

/** Why vectors of a space are not there; null when they are. */
function missingVectors({ sampled: { info } }: Stage, space: Space): string | null {
  if (space === 'latent' && info.latentDim === 0) return 'There are only entropies here, not the latent itself.';
  if (space === 'joint' && info.extras?.joint === undefined) return 'There are no Monte-Carlo samples to take the entropy of.';
  return null;
}

/** Those that have scores, and the scores: of the detectors, then of the baselines. */
export interface Scored extends Methods {
  scored: ScoredConfig[];
}

export async function scoreMethods(stage: Stage, candidates: Methods): Promise<Scored> {
  const { roles, plan, work } = stage;
  const { project } = stage.options;
  const count = candidates.detectors.length + candidates.baselines.length;
  const progress = progressOf(stage, 'score', count * roles.parts.length);
  const scored: ScoredConfig[] = [];
  const add = async (method: Pick<NotRun, 'kind' | 'id' | 'pca'>, scorer: Scorer): Promise<boolean> => {
    const scores = new Map<string, Float64Array>();
    for (const part of roles.parts) {
      work.signal?.throwIfAborted();
      scores.set(part.set.set.name, await scorePart(scorer, part, project));
      progress.advance(1, part.set.set.name);
    }
    const lost = [...scores.values()].reduce((sum, values) => sum + values.filter(Number.isNaN).length, 0);
    if (lost > 0) {
      const reason = `It gives no score for ${lost} of the images: its formula divides by zero there.`;
      stage.notRun.push({ ...method, reason });
      return false;
    }
    const threshold = thresholdOf(calibrationScores(roles, scores), plan.threshold);
    scored.push({ id: method.id, pca: method.pca, key: scorer.key, threshold, scores });
    return true;
  };
  const [detectors, baselines]: [FittedConfig[], FittedBaseline[]] = [[], []];
  const scorers = scorersOf(candidates, work);
  for (const [i, entry] of candidates.detectors.entries()) {
    const { id, pca } = entry.config;
    if (await add({ kind: 'detector', id, pca }, scorers[i])) detectors.push(entry);
  }
  for (const entry of candidates.baselines) {
    if (await add({ kind: 'baseline', id: entry.id, pca: null }, entry.scorer)) baselines.push(entry);
  }
  return { detectors, baselines, scored };
}

/** What scores, in the order of `scored`. */
export function scorersOf({ detectors, baselines }: Methods, work: Stage['work']): Scorer[] {
  return [
    ...detectors.map((entry): Scorer => ({
      key: entry.key,
      space: entry.config.space,
      score: (rows) => scoreRows(entry, rows, work),
    })),
    ...baselines.map(({ scorer }) => scorer),
  ];
}

/** One warning for each reason, with all that it holds back. */
export function notRunWarnings(notRun: readonly NotRun[]): ModelWarning[] {
  const reasons = [...new Set(notRun.map(({ reason }) => reason))];
  return reasons.map((reason) => {
    const ids = [...new Set(notRun.filter((one) => one.reason === reason).map(({ id }) => id))];
    return { code: reason === NO_LOGITS ? 'NO_LOGITS' : 'NOT_RUN', message: `Not run: ${ids.join(', ')}. ${reason}` };
  });
}

export function baselineSummary(
  { id, nFit, features, facts, classes }: FittedBaseline,
  { threshold: { value, rule } }: ScoredConfig,
): DetectorSummary {
  const fit = { detector: id, pca: null, nFit, features, threshold: value, rule, facts };
  return classes === null ? fit : { ...fit, classes };
}

export function summary(
  { config, nFit, features, detector, classes }: FittedConfig,
  { threshold }: ScoredConfig,
): DetectorSummary {
  const { value, rule } = threshold;
  const { id, pca } = config;
  const fit = { detector: id, pca, nFit, features, threshold: value, rule, facts: detector.facts };
  return classes === null ? fit : { ...fit, classes };
}

function aboveRank(pca: number, rank: number, id: string): ModelWarning {
  return {
    code: 'PCA_ABOVE_RANK',
    message: `${id} with PCA ${pca} was left out: the fit vectors span only ${rank} directions. Choose at most ${rank}.`,
  };
}
