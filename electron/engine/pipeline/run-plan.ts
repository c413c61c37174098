/**
 * A whole evaluation: hash -> sample -> fit -> score -> figures. Each stage takes what the one before left in the
 * project, so a run may be stopped anywhere and goes on from its last commit.
 */
import type { ModelWarning, OnProgress } from '../../shared/domain.ts';
import { toAppError } from '../../shared/errors.ts';
import type { Plan } from '../../shared/plan.ts';
import type { DetectorSummary, MetricsRow, Protocol, Results, StageTiming } from '../../shared/results.ts';
import { BASELINES } from '../baselines/registry.ts';
import type { Work } from '../detectors/detector.ts';
import { checkHygiene } from '../hygiene/check-hygiene.ts';
import { createMatMul } from '../linalg/matmul.ts';
import { rowMatrix } from '../linalg/matrix.ts';
import { thresholdOf } from '../metrics/threshold.ts';
import type { OpenSamplers } from '../sampling/job.ts';
import { sqliteError, storageErrors, type Project } from '../storage/open-project.ts';
import { buildResults } from './build-results.ts';
import { calibrationScores, planRoles, type Roles } from './roles.ts';
import { detectorConfigs } from './detector-configs.ts';
import type { ScoredConfig } from './evaluate-stage.ts';
import { figuresOf } from './figures-stage.ts';
import { Fitter, type FittedConfig, scorePart, type Scorer, scoreRows } from './fit-stage.ts';
import { contentKey } from './keys.ts';
import { StageProgress } from './progress.ts';
import { protocolOf, recordLook } from './protocol.ts';
import { type PlanFile, withAbsolutePaths } from './resolve-plan.ts';
import { type Sampled, sampleSets, type SamplingState } from './sample-sets.ts';
import { withStability } from './seed-stability.ts';
import { type StoredDetector, type StoredRun, type StoredSet, storedThreshold } from './stored-run.ts';

export interface RunPlanOptions {
  file: PlanFile;
  project: Project;
  openSamplers: OpenSamplers;
  /** Inference processes, and threads of each. */
  processes: number;
  threads: number | null;
  signal?: AbortSignal | undefined;
  onProgress: OnProgress;
  /** Told once the run has its row in the project. */
  onStarted?: (runId: number) => void;
  onSampling?: (state: SamplingState) => void;
  /** Of the same plan, the plan's own first: more than one adds the block `stability` to the results. */
  seeds?: number | undefined;
  /** Leave the test sets alone: figures on the select sets only. Else the run opens them, and that is counted. */
  sealed?: boolean | undefined;
}

/** What a run leaves: the results, and the scores that files are written from. */
export interface FinishedRun {
  /** In the project. */
  id: number;
  /** Folder that the plan's paths are relative to. */
  baseDir: string;
  results: Results;
  project: Project;
  roles: Roles;
  scored: ScoredConfig[];
}

/** Runs a plan. The run's row in the project says how it ended, whatever happens. */
export async function runPlan(options: RunPlanOptions): Promise<FinishedRun> {
  const { file, project } = options;
  const text = JSON.stringify(file.plan);
  const planHash = contentKey(file.plan);
  const now = (): string => new Date().toISOString();
  const id = storageErrors(project.file, () => project.runs.start({ plan: text, planHash, baseDir: file.baseDir, at: now() }));
  options.onStarted?.(id);
  try {
    const { stored, ...evaluated } = await evaluatePlan(options);
    const results = stamped(await stable(evaluated.results, options), options);
    storageErrors(project.file, () => {
      project.artifacts.putJson('fitted', `run-${id}`, stored);
      recordLook({ project, results, runId: id, at: now() });
      project.runs.finish(id, { state: 'done', at: now(), results: JSON.stringify(results), stamp: results.protocol });
    });
    return { id, ...evaluated, results };
  } catch (thrown) {
    const error =
      options.signal?.aborted === true ? toAppError(options.signal.reason) : toAppError(sqliteError(thrown, project.file));
    finishQuietly(() =>
      project.runs.finish(id, { state: error.code === 'E_CANCELLED' ? 'cancelled' : 'failed', at: now(), error: error.toJSON() }),
    );
    throw error;
  }
}

function stamped(results: Results, { project, sealed }: RunPlanOptions): Results & { protocol: Protocol } {
  const { metrics, ...rest } = results;
  return { ...rest, protocol: protocolOf(results, project, sealed === true), metrics };
}

async function stable(results: Results, options: RunPlanOptions): Promise<Results> {
  const { seeds = 1, file, onProgress } = options;
  if (seeds < 2 || results.metrics.length === 0) return results;
  const evaluate = async (plan: Plan, which: string): Promise<MetricsRow[]> => {
    const onStage: OnProgress = (progress) => onProgress({ ...progress, stage: `${which} ${progress.stage}` });
    return (await evaluatePlan({ ...options, file: { ...file, plan }, onProgress: onStage })).results.metrics;
  };
  return withStability(results, file.plan, { seeds, evaluate });
}

/** A disk that is full refuses this note too; the error that matters is the first one. */
function finishQuietly(note: () => void): void {
  try {
    note();
  } catch {
    // The run stays "running" and is marked interrupted when the project is opened for the next one.
  }
}

/** An evaluation without a row in the list of runs, and what a run keeps of it. */
export type Evaluated = Omit<FinishedRun, 'id'> & { stored: StoredRun };

/** All that a run is but its row: the export of a monitor evaluates a plan with a mask bank this way. */
export async function evaluatePlan(options: RunPlanOptions): Promise<Evaluated> {
  return evaluateSampled(options, await sampleSets({ ...options, plan: withAbsolutePaths(options.file) }));
}

/** The stages behind the sampling, wherever the vectors come from. */
export async function evaluateSampled(options: Omit<RunPlanOptions, 'openSamplers'>, sampled: Sampled): Promise<Evaluated> {
  const { project, signal, file } = options;
  const plan = withAbsolutePaths(file);
  const sealed = options.sealed === true;
  const roles = planRoles(plan, sampled.sets, { sealed });
  const warnings: ModelWarning[] = [...sampled.info.warnings, ...roles.warnings];
  const matmul = createMatMul(options.threads === null ? null : options.threads * options.processes);
  const stage: Stage = { options, plan, sampled, roles, warnings, work: { multiply: matmul.multiply, signal }, timing: [] };
  try {
    const fitted = await timed(stage, 'fit', () => fitAll(stage));
    const scored = await timed(stage, 'score', () => scoreAll(stage, fitted));
    const figures = await timed(stage, 'figures', () =>
      Promise.resolve(figuresOf({ plan, roles, scored, detectors: fitted.length, sealed, warnings })),
    );
    const detectors = fitted.map((entry, i) => summary(entry, scored[i]));
    const checked = await timed(stage, 'hygiene', () => checkHygiene({ project, plan, sets: sampled.sets, detectors, signal }));
    const stored = storageErrors(project.file, () => keepFitted(stage, { fitted, scored }));
    const results = buildResults({
      file,
      planHash: contentKey(file.plan),
      sampled,
      roles,
      samples: project.samples,
      ...figures,
      detectors,
      hygiene: checked.hygiene,
      warnings: [...warnings, ...checked.warnings],
      processes: options.processes,
      stages: stage.timing,
    });
    return { baseDir: file.baseDir, results, project, roles, scored, stored };
  } finally {
    await matmul.release();
  }
}

/** What the stages behind the sampling share. */
interface Stage {
  options: Omit<RunPlanOptions, 'openSamplers'>;
  /** With absolute paths. */
  plan: Plan;
  sampled: Sampled;
  roles: Roles;
  warnings: ModelWarning[];
  work: Work;
  timing: StageTiming[];
}

async function timed<T>({ timing, sampled }: Stage, stage: string, action: () => Promise<T>): Promise<T> {
  const started = performance.now();
  const result = await action();
  timing.push({
    stage,
    images: sampled.sets.reduce((sum, set) => sum + set.count, 0),
    seconds: (performance.now() - started) / 1000,
  });
  return result;
}

function progressOf({ options }: Stage, name: string, total: number): StageProgress {
  return new StageProgress(name, total, options.onProgress, () => performance.now());
}

async function fitAll(stage: Stage): Promise<FittedConfig[]> {
  const configs = detectorConfigs(stage.plan);
  const progress = progressOf(stage, 'fit', configs.length);
  const fitter = new Fitter(stage.options.project, stage.roles.fit, stage.work);
  const fitted: FittedConfig[] = [];
  for (const config of configs) {
    stage.work.signal?.throwIfAborted();
    const { rank } = await fitter.spectrum(config.space);
    if (config.pca !== null && config.pca > rank) stage.warnings.push(aboveRank(config.pca, rank, config.id));
    else fitted.push(await fitter.fit(config));
    progress.advance(1);
  }
  return fitted;
}

/** Detectors first, in the order they were fitted, then baselines. */
async function scoreAll(stage: Stage, fitted: readonly FittedConfig[]): Promise<ScoredConfig[]> {
  const { roles, plan, work } = stage;
  const { project } = stage.options;
  const baselines = availableBaselines(stage);
  const progress = progressOf(stage, 'score', (fitted.length + baselines.length) * roles.parts.length);
  const scored: ScoredConfig[] = [];
  const add = async (id: string, pca: number | null, scorer: Scorer): Promise<void> => {
    const scores = new Map<string, Float64Array>();
    for (const part of roles.parts) {
      work.signal?.throwIfAborted();
      scores.set(part.set.set.name, await scorePart(scorer, part, project));
      progress.advance(1, part.set.set.name);
    }
    const threshold = thresholdOf(calibrationScores(roles, scores), plan.threshold);
    scored.push({ id, pca, key: scorer.key, threshold, scores });
  };
  for (const entry of fitted) {
    const { id, pca, space } = entry.config;
    await add(id, pca, { key: entry.key, space, score: (rows) => scoreRows(entry, rows, work) });
  }
  for (const id of baselines) await add(id, null, { key: contentKey({ baseline: id }), space: 'logits', score: BASELINES[id] });
  return scored;
}

function availableBaselines({ plan, sampled, warnings }: Stage): Plan['baselines'] {
  if (plan.baselines.length === 0 || sampled.info.logitDim > 0) return plan.baselines;
  warnings.push({
    code: 'NO_LOGITS',
    message: `No classification logits [B, classes] were found in the model, so ${plan.baselines.join(' and ')} cannot run. Name them in model.logits if there are any.`,
  });
  return [];
}

function summary({ config, nFit, features, detector }: FittedConfig, { threshold }: ScoredConfig): DetectorSummary {
  const { value, rule } = threshold;
  return { detector: config.id, pca: config.pca, nFit, features, threshold: value, rule, facts: detector.facts };
}

/** What `oodlab score` needs to score new images the same way, and loadRun to rebuild the run. */
function keepFitted(
  { options, sampled }: Stage,
  { fitted, scored }: { fitted: FittedConfig[]; scored: ScoredConfig[] },
): StoredRun {
  const { artifacts } = options.project;
  const detectors = fitted.map(({ config, name, key, pca }, i): StoredDetector => {
    if (pca !== null)
      artifacts.putMatrices('pca', key, { json: null, matrices: { mean: rowMatrix(pca.mean), projection: pca.projection } });
    return { name, key, space: config.space, pca: config.pca, threshold: storedThreshold(scored[i].threshold) };
  });
  const baselines = scored.slice(fitted.length).map(({ id, threshold }) => ({ id, threshold: storedThreshold(threshold) }));
  return {
    detectors,
    baselines,
    info: sampled.info,
    sets: sampled.sets.map(({ layout, entries, sha256, classNames, key }): StoredSet => ({
      layout,
      entries,
      sha256,
      classNames,
      key,
    })),
    scored: scored.map(({ id, pca, key, threshold }) => ({ id, pca, key, threshold: storedThreshold(threshold) })),
  };
}

function aboveRank(pca: number, rank: number, id: string): ModelWarning {
  return {
    code: 'PCA_ABOVE_RANK',
    message: `${id} with PCA ${pca} was left out: the fit vectors span only ${rank} directions. Choose at most ${rank}.`,
  };
}
