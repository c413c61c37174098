/**
 * Runs that are cancelled or lose a process in their middle, in the real window: each ends in the same scores.csv, byte for
 * byte, as a run that nothing disturbed.
 */
import path from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { tempFolder } from '../helpers/temp-folder.ts';
import * as evaluation from './helpers/evaluation.ts';
import { type Application, launch } from './helpers/launch.ts';
import { corePid, gone, inferencePids } from './helpers/processes.ts';

const { heading, jobOf, midRun, press, projectOf, resultsOf, scoresOf } = evaluation;
const folder = tempFolder();
const plan = evaluation.longPlan(path.join(folder, 'plan'));
const userData = path.join(folder, 'user-data');
let undisturbed: string;
let app: Application;

beforeAll(async () => {
  undisturbed = await evaluation.undisturbedScores(plan, path.join(folder, 'undisturbed'));
  app = await start();
});
afterAll(() => app?.close());
afterEach(() => expect(app.problems()).toEqual([]));

async function start(): Promise<Application> {
  const started = await launch({ userData });
  started.page.setDefaultTimeout(120_000);
  return started;
}

/** A project of its own for each test, with its first run under way. */
async function underWay(name: string): Promise<string> {
  const file = path.join(folder, `${name}.oodlab`);
  if ((await projectOf(app)) !== null) await app.page.keyboard.press('Control+Shift+W');
  await heading(app, 'Oodlab');
  await evaluation.openPlan(app, plan, file);
  await press(app, 'Run evaluation');
  await midRun(app);
  return file;
}

const notice = (text: RegExp): Promise<void> => app.page.getByRole('status').filter({ hasText: text }).first().waitFor();
/** An interrupted run that went on says so in the list, and its own page leads to the run that did. */
async function leadsOn(run: number): Promise<void> {
  await app.page.getByText(`Interrupted, went on as run ${run}`).click();
  await app.page.getByText(`Run ${run} went on from what this run had saved.`).waitFor();
  expect(await app.page.getByRole('button', { name: 'Resume' }).count()).toBe(0);
  expect(await app.page.getByText('Interrupted, can resume').count()).toBe(0);
  await press(app, `Show run ${run}`);
}
const states = async (): Promise<string[]> => (await projectOf(app)).runs.map(({ state }) => state);

it('cancelled and resumed', async () => {
  await underWay('cancelled');
  await press(app, 'Cancel');
  await app.page.getByText('Run 1 was cancelled').waitFor();
  expect(await jobOf(app)).toMatchObject({ state: 'cancelled' });
  await press(app, 'Resume');
  await resultsOf(app, 2);
  expect(await states()).toEqual(['done', 'cancelled']);
  expect(await scoresOf(app, 2)).toBe(undisturbed);
});

it('its inference process is killed: one batch is done again, and the window counts it', async () => {
  await underWay('inference');
  const pids = inferencePids(corePid(app));
  expect(pids.length).toBeGreaterThan(0);
  for (const pid of pids) process.kill(pid, 'SIGKILL');
  await app.page.getByText('replaced once; its batch was done again').waitFor();
  await resultsOf(app, 1);
  expect(await states()).toEqual(['done']);
  expect(await scoresOf(app, 1)).toBe(undisturbed);
});

it('core is killed: it is started again, the window says so, and the run goes on by itself', async () => {
  await underWay('core');
  const lost = corePid(app);
  process.kill(lost, 'SIGKILL');
  await notice(/stopped \(signal SIGKILL\) and was started again. The run goes on from what was saved/);
  expect(corePid(app)).not.toBe(lost);
  expect(await states()).toEqual(['running', 'interrupted']);
  // What was committed is not computed again.
  expect((await midRun(app)).saved!.chunks).toBeGreaterThan(1);
  await resultsOf(app, 2);
  expect(await states()).toEqual(['done', 'interrupted']);
  await leadsOn(2);
  await resultsOf(app, 2);
  expect(await scoresOf(app, 2)).toBe(undisturbed);
});

it('core is killed in the resumed run too: the next resume is for the user, one click away', async () => {
  await underWay('twice');
  process.kill(corePid(app), 'SIGKILL');
  await notice(/The run goes on from what was saved/);
  const { saved } = await midRun(app);
  process.kill(corePid(app), 'SIGKILL');
  await notice(/was started again. Nothing that was saved is lost/);
  await app.page.getByText('Run 2 was interrupted').waitFor();
  await press(app, 'Resume');
  expect((await midRun(app)).saved!.chunks).toBeGreaterThanOrEqual(saved!.chunks);
  await resultsOf(app, 3);
  expect(await states()).toEqual(['done', 'interrupted', 'interrupted']);
  await leadsOn(2);
  await leadsOn(3);
  await resultsOf(app, 3);
  expect(await scoresOf(app, 3)).toBe(undisturbed);
});

it('the whole application is killed: opened again it offers to resume, and nothing is counted twice', async () => {
  await underWay('application');
  const core = corePid(app);
  const pids = [core, ...inferencePids(core)];
  await app.kill();
  await gone(pids);
  app = await start();
  await app.page.getByRole('button', { name: 'Long' }).first().click();
  await app.page.getByText('Run 1 was interrupted').waitFor();
  await app.page.getByText('Interrupted, can resume').waitFor();
  await press(app, 'Resume');
  expect((await midRun(app)).saved!.chunks).toBeGreaterThanOrEqual(2);
  await resultsOf(app, 2);
  expect(await states()).toEqual(['done', 'interrupted']);
  await leadsOn(2);
  await resultsOf(app, 2);
  expect(await scoresOf(app, 2)).toBe(undisturbed);
});
