/** Nowhere to write: a disk that fills up in mid-run, and a place for exports that takes nothing. */
import path from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { tempFolder } from '../helpers/temp-folder.ts';
import { answerDialogs } from './helpers/dialogs.ts';
import * as evaluation from './helpers/evaluation.ts';
import { type Application, launch } from './helpers/launch.ts';
import { canMount, SmallDisk } from './helpers/small-disk.ts';

const { heading, midRun, press, projectOf, resultsOf, scoresOf } = evaluation;
const folder = tempFolder();
const plan = evaluation.longPlan(path.join(folder, 'plan'));
const mountable = canMount();
if (!mountable)
  console.log('NOTICE: no disk can be mounted here (that takes root), so the full disk is not tried in the window.');
let app: Application;
let disk: SmallDisk | null = null;

beforeAll(async () => {
  app = await launch();
  app.page.setDefaultTimeout(120_000);
  if (mountable) disk = new SmallDisk(path.join(folder, 'disk'));
});
afterAll(async () => {
  await app?.close();
  disk?.remove();
});
afterEach(() => expect(app.problems()).toEqual([]));

it.runIf(mountable)('a disk that is full in mid-run: said, kept, and resumed when there is room', async () => {
  const undisturbed = await evaluation.undisturbedScores(plan, path.join(folder, 'undisturbed'));
  const project = path.join(disk!.folder, 'full.oodlab');
  await evaluation.openPlan(app, plan, project);
  await press(app, 'Run evaluation');
  const { saved } = await midRun(app);
  disk!.fill();
  const alert = app.page.getByRole('alert').filter({ hasText: 'Run 1 failed' });
  await alert.filter({ hasText: `The disk that holds ${project} is full.` }).waitFor();
  await alert.filter({ hasText: 'Free some space and run again: it goes on from what was saved.' }).waitFor();
  disk!.free();
  await press(app, 'Run again');
  expect((await midRun(app)).saved!.chunks).toBeGreaterThanOrEqual(saved!.chunks);
  await resultsOf(app, 2);
  expect(await scoresOf(app, 2)).toBe(undisturbed);
});

it('a place for exports that takes nothing: each item says so, and another place works', async () => {
  if ((await projectOf(app)) === null) {
    await evaluation.openPlan(app, plan, path.join(folder, 'export.oodlab'));
    await press(app, 'Run evaluation');
    await resultsOf(app, 1);
  }
  await app.page.keyboard.press('Control+5');
  await heading(app, 'Export');
  await answerDialogs(app.electron, ['/proc', path.join(folder, 'out')]);
  await press(app, 'Change…');
  for (const item of ['Monitor', 'Evidence pack', 'Report']) await app.page.getByRole('checkbox', { name: item }).uncheck();
  await press(app, 'Export 3 items');
  await expect.poll(() => app.page.getByText('Results cannot be written to /proc.').count()).toBe(3);
  await app.page.getByText('Check that it is a folder and that you may write there').first().waitFor();
  await press(app, 'Change…');
  await press(app, 'Export 3 items');
  await expect.poll(() => app.page.getByText('Written', { exact: true }).count(), { timeout: 120_000 }).toBe(3);
});
