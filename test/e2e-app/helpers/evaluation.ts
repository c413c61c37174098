/** An evaluation in the window that is long enough to be disturbed in its middle, and the scores that it ends in. */
import { mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'vitest';
import type { ConfigId } from '../../../electron/shared/app/contract.ts';
import type { JobView, ProjectView } from '../../../electron/shared/app/views.ts';
import { demoPlan, writePlan } from '../../helpers/demo-plan.ts';
import { runCli } from '../../helpers/run-cli.ts';
import { answerDialogs } from './dialogs.ts';
import type { Application } from './launch.ts';

const SLOW = { timeout: 300_000, interval: 200 };
/** Committed before a run is disturbed. */
const CHUNKS = 2;

/** The demo's plan in small batches, with what the wizard asks for besides. */
export function longPlan(folder: string): string {
  mkdirSync(folder, { recursive: true });
  const plan = demoPlan((changed) => {
    changed.name = 'Long';
    changed.runtime.batchSize = 8;
    changed.sampling.masks = 'per-image';
    changed.pca = [null];
    changed.detectors = ['larem'];
    changed.datasets = changed.datasets.slice(0, 4);
  });
  return writePlan(folder, plan);
}

/** scores.csv of the plan, undisturbed, by the command line. */
export async function undisturbedScores(plan: string, out: string): Promise<string> {
  const { code, stderr } = await runCli(['run', plan, '--out', out, '--processes', '1']);
  expect(code, stderr).toBe(0);
  return readFileSync(path.join(out, 'scores.csv'), 'utf8');
}

/** From the start page: a project from a plan, both files answered in the system's dialogs. */
export async function newFromPlan(app: Application, plan: string, project: string): Promise<void> {
  await answerDialogs(app.electron, [plan, project]);
  await app.page.getByRole('button', { name: 'New from a plan…' }).click();
}

/** The long plan as a project, at its last step before the run. */
export async function openPlan(app: Application, plan: string, project: string): Promise<void> {
  await newFromPlan(app, plan, project);
  await app.page.getByRole('button', { name: 'Long' }).first().waitFor();
  await app.page.getByRole('link', { name: 'Evaluate' }).click();
  await heading(app, 'Evaluate');
}

/** A button by its whole name, once it can be pressed: one that cannot be yet stays reachable, and says why. */
export function press(app: Application, name: string): Promise<void> {
  const available = app.page.locator('button:not([aria-disabled="true"])');
  return app.page.getByRole('button', { name, exact: true }).and(available).first().click();
}

export function heading(app: Application, name: string | RegExp): Promise<void> {
  return app.page.getByRole('heading', { level: 1, name }).waitFor();
}

export async function jobOf(app: Application): Promise<JobView | null> {
  return ((await app.invoke('job.view', {})) as { value: JobView | null }).value;
}

export async function projectOf(app: Application): Promise<ProjectView> {
  return ((await app.invoke('project.view', {})) as { value: ProjectView }).value;
}

/** Resolves in the middle of a run: some chunks are committed, some are left. */
export async function midRun(app: Application, more = CHUNKS): Promise<JobView> {
  await expect.poll(async () => (await jobOf(app))?.saved?.chunks ?? 0, SLOW).toBeGreaterThanOrEqual(more);
  const job = (await jobOf(app))!;
  expect(job, 'the run ended before it could be disturbed').toMatchObject({ kind: 'run', state: 'running' });
  expect(job.saved!.chunks).toBeLessThan(job.saved!.of);
  return job;
}

/** Waits for the results in the window. */
export async function resultsOf(app: Application, run: number): Promise<void> {
  await app.page.getByRole('heading', { level: 1, name: `Run ${run}` }).waitFor({ timeout: 300_000 });
}

/** scores.csv of a finished run, exported beside its project. */
export async function scoresOf(app: Application, run: number): Promise<string> {
  const config: ConfigId | null = null;
  const started = await app.invoke('export.start', { run, folder: null, items: ['csv'], config });
  expect(started).toMatchObject({ ok: true });
  await expect.poll(() => jobOf(app), SLOW).toMatchObject({ kind: 'export', state: 'done' });
  const { file } = await projectOf(app);
  return readFileSync(path.join(path.dirname(file), `${path.parse(file).name}-run-${run}`, 'scores.csv'), 'utf8');
}
