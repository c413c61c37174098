/**
 * A whole evaluation: hash -> sample -> fit -> score -> figures. Each stage takes what the one before left in the
 * project, so a run may be stopped anywhere and goes on from its last commit.
 */
import type { OnProgress } from '../../shared/domain.ts';
import { toAppError } from '../../shared/errors.ts';
import type { Plan } from '../../shared/plan.ts';
import type { MetricsRow, Protocol, Results } from '../../shared/results.ts';
import { checkHygiene } from '../hygiene/check-hygiene.ts';
import { rowMatrix } from '../linalg/matrix.ts';
import type { OpenSamplers } from '../sampling/job.ts';
import { sqliteError, storageErrors, type Project } from '../storage/open-project.ts';
import { buildResults } from './build-results.ts';
import { withoutLadder } from './ladder-sets.ts';
import { planRoles, type Roles } from './roles.ts';
import type { ScoredConfig } from './evaluate-stage.ts';
import { figuresOf } from './figures-stage.ts';
import { contentKey } from './keys.ts';
import { baselineSummary, fitMethods, notRunWarnings, scoreMethods, summary, type Scored } from './method-stage.ts';
import { protocolOf, recordLook } from './protocol.ts';
import { type PlanFile, withAbsolutePaths } from './resolve-plan.ts';
import { type Sampled, sampleSets, type SamplingState } from './sample-sets.ts';
import { withNoise } from './noise-stage.ts';
import { withStability } from './seed-stability.ts';
import { logResults, runLog } from './run-log.ts';
import { severityLadder } from './severity-stage.ts';
import { type Stage, timed, withStage } from './stage.ts';
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
  /** Under the same seeds of the masks, for several numbers of samples: adds the block `noise`. Needs more than one seed. */
  noise?: boolean | undefined;
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
  const log = runLog(project, id);
  log('info', `Started on ${options.processes} inference process${options.processes === 1 ? '' : 'es'}.`);
  options.onStarted?.(id);
  try {
    const { stored, ...evaluated } = await evaluatePlan(options);
    const results = stamped(await noisy(await stable(evaluated.results, options), options), options);
    storageErrors(project.file, () => {
      project.artifacts.putJson('fitted', `run-${id}`, stored);
      recordLook({ project, results, runId: id, at: now() });
      project.runs.finish(id, { state: 'done', at: now(), results: JSON.stringify(results), stamp: results.protocol });
      logResults(log, results);
    });
    return { id, ...evaluated, results };
  } catch (thrown) {
    const error =
      options.signal?.aborted === true ? toAppError(options.signal.reason) : toAppError(sqliteError(thrown, project.file));
    finishQuietly(() => {
      project.runs.finish(id, { state: error.code === 'E_CANCELLED' ? 'cancelled' : 'failed', at: now(), error: error.toJSON() });
      log('error', error.message);
    });
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
    return (await evaluatePlan({ ...options, file: { ...file, plan: withoutLadder(plan) }, onProgress: onStage })).results
      .metrics;
  };
  return withStability(results, file.plan, { seeds, evaluate });
}

async function noisy(results: Results, options: RunPlanOptions): Promise<Results> {
  const { noise = false, seeds = 1 } = options;
  return noise && seeds > 1 && results.metrics.length > 0 ? withNoise(results, options, seeds) : results;
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
  const plan = withAbsolutePaths(options.file);
  const roles = planRoles(plan, sampled.sets, { sealed: options.sealed === true });
  return withStage(options, { plan, sampled, roles }, evaluateStage);
}

async function evaluateStage(stage: Stage): Promise<Evaluated> {
  const { options, plan, sampled, roles, warnings } = stage;
  const { project, signal, file } = options;
  const sealed = options.sealed === true;
  const candidates = await timed(stage, 'fit', () => fitMethods(stage));
  const methods = await timed(stage, 'score', () => scoreMethods(stage, candidates));
  const { detectors: fitted, baselines, scored } = methods;
  warnings.push(...notRunWarnings(stage.notRun));
  const figures = await timed(stage, 'figures', () =>
    Promise.resolve(figuresOf({ plan, roles, scored, detectors: fitted.length, sealed, warnings })),
  );
  const severity = await severityLadder(stage, methods, figures.statistics.main);
  const detectors = fitted.map((entry, i) => summary(entry, scored[i]));
  const checked = await timed(stage, 'hygiene', () => checkHygiene({ project, plan, sets: sampled.sets, detectors, signal }));
  const stored = storageErrors(project.file, () => keepFitted(stage, methods));
  const results = buildResults({
    file,
    planHash: contentKey(file.plan),
    sampled,
    roles,
    samples: project.samples,
    ...figures,
    severity,
    detectors,
    baselines: baselines.map((entry, i) => baselineSummary(entry, scored[fitted.length + i])),
    notRun: stage.notRun,
    hygiene: checked.hygiene,
    warnings: [...warnings, ...checked.warnings],
    processes: options.processes,
    stages: stage.timing,
  });
  return { baseDir: file.baseDir, results, project, roles, scored, stored };
}

/** What `oodlab score` needs to score new images the same way, and loadRun to rebuild the run. */
function keepFitted({ options, sampled }: Stage, { detectors: fitted, baselines: others, scored }: Scored): StoredRun {
  const { artifacts } = options.project;
  const detectors = fitted.map(({ config, name, key, pca }, i): StoredDetector => {
    if (pca !== null)
      artifacts.putMatrices('pca', key, { json: null, matrices: { mean: rowMatrix(pca.mean), projection: pca.projection } });
    return { name, key, space: config.space, pca: config.pca, threshold: storedThreshold(scored[i].threshold) };
  });
  const baselines = others.map(({ id, scorer: { key, space } }, i) => {
    const { threshold } = scored[fitted.length + i];
    return { id, key, space, threshold: storedThreshold(threshold) };
  });
  return {
    detectors,
    baselines,
    info: sampled.info,
    ...(sampled.extras && { extras: sampled.extras }),
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
