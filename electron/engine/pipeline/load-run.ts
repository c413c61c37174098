/**
 * A finished run back from the project file alone: neither the images nor the model are opened and nothing is inferred.
 * The window, the export and the evidence pack start here; files written from it are those of the run, byte for byte.
 */
import { AppError } from '../../shared/errors.ts';
import { parsePlan } from '../../shared/plan.ts';
import type { Results } from '../../shared/results.ts';
import { storageErrors, type Project } from '../storage/open-project.ts';
import type { RunRow } from '../storage/run-repository.ts';
import type { ScoredConfig } from './evaluate-stage.ts';
import { storedScores } from './fit-stage.ts';
import { withAbsolutePaths } from './resolve-plan.ts';
import { planRoles, type Roles } from './roles.ts';
import type { FinishedRun } from './run-plan.ts';
import { tally, type SampledSet } from './sampled-set.ts';
import { readThreshold, type StoredRun, type StoredScores, type StoredSet } from './stored-run.ts';

/** Throws E_INPUT when there is no such run, when it did not finish, or when what it computed is no longer there. */
export function loadRun(project: Project, runId?: number): FinishedRun {
  return storageErrors(project.file, () => rebuild(project, finishedRow(project, runId)));
}

function finishedRow({ runs, file }: Project, runId: number | undefined): RunRow & { results: string } {
  const row = runId === undefined ? runs.latest('done') : runs.find(runId);
  const { results } = row ?? {};
  if (row !== undefined && row.state === 'done' && results != null) return { ...row, results };
  if (runId === undefined) throw refuse(`${file} holds no finished run.`);
  if (row === undefined) throw refuse(`${file} holds no run ${runId}.`);
  throw refuse(`Run ${runId} of ${file} did not finish: it is ${row.state}.`);
}

function rebuild(project: Project, row: RunRow & { results: string }): FinishedRun {
  const { sets, scored } = (project.artifacts.json('fitted', `run-${row.id}`) ?? {}) as Partial<StoredRun>;
  if (sets === undefined || scored === undefined) {
    throw refuse(
      `The scores of run ${row.id} are not in ${project.file}: it was made by an older Oodlab, or they were thrown away by --fresh.`,
    );
  }
  const { id, baseDir } = row;
  const plan = withAbsolutePaths({ plan: parsePlan(JSON.parse(row.plan), project.file), baseDir });
  const results = readResults(row.results);
  const roles = planRoles(
    plan,
    sets.map((set, i) => sampledSet(project, row, { ...set, set: plan.datasets[i] })),
    { sealed: results.protocol?.state === 'sealed' },
  );
  return {
    id,
    baseDir,
    results,
    project,
    roles,
    scored: scored.map((entry) => scoredConfig(entry, { project, roles, row })),
  };
}

function sampledSet(project: Project, row: RunRow, set: StoredSet & Pick<SampledSet, 'set'>): SampledSet {
  const id = project.samples.findSet(set.key);
  if (id === undefined) throw lost(row, set.set.name, project);
  return { ...set, id, ...tally(project.samples, id) };
}

function scoredConfig(
  { id, pca, key, threshold }: StoredScores,
  { project, roles, row }: { project: Project; roles: Roles; row: RunRow },
): ScoredConfig {
  const scores = new Map<string, Float64Array>();
  for (const part of roles.parts) {
    const stored = storedScores(key, part, project);
    if (stored === undefined) throw lost(row, part.set.set.name, project);
    scores.set(part.set.set.name, stored);
  }
  return { id, pca, key, threshold: readThreshold(threshold), scores };
}

/** Results as they were: JSON writes "never an alarm" (-Infinity) as null. */
export function readResults(text: string): Results {
  const results = JSON.parse(text) as Results;
  const revive = <Row extends { threshold: number }>(row: Row): Row => ({
    ...row,
    threshold: (row.threshold as number | null) ?? -Infinity,
  });
  const { selection } = results;
  return {
    ...results,
    metrics: results.metrics.map(revive),
    detectors: results.detectors.map(revive),
    ...(selection && { selection: { ...selection, metrics: selection.metrics.map(revive) } }),
    ...(results.baselines && { baselines: results.baselines.map(revive) }),
  };
}

function lost({ id }: RunRow, set: string, { file }: Project): AppError {
  return refuse(`What run ${id} computed for "${set}" is no longer in ${file}.`);
}

function refuse(sentence: string): AppError {
  return new AppError('E_INPUT', sentence, { next: 'Run the plan with this project: what is computed already is used again.' });
}
