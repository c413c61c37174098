/** A page that is loaded anew, in every step and while a run is under way: the same step comes back, and nothing is lost. */
import path from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { STEPS } from '../../electron/shared/app/views.ts';
import { tempFolder } from '../helpers/temp-folder.ts';
import { heading, jobOf, longPlan, midRun, openPlan, press, projectOf, resultsOf } from './helpers/evaluation.ts';
import { type Application, launch } from './helpers/launch.ts';

const folder = tempFolder();
const TITLES = { dataset: 'Dataset', model: 'Model', hook: 'Layer hook', evaluate: 'Evaluate', export: 'Export' };
let app: Application;

beforeAll(async () => {
  app = await launch();
  app.page.setDefaultTimeout(120_000);
  await openPlan(app, longPlan(path.join(folder, 'plan')), path.join(folder, 'reload.oodlab'));
});
afterAll(() => app?.close());
afterEach(() => expect(app.problems()).toEqual([]));

const goTo = (step: keyof typeof TITLES): Promise<void> => app.page.keyboard.press(`Control+${STEPS.indexOf(step) + 1}`);

async function reload(): Promise<void> {
  await app.page.reload();
  await app.page.getByRole('navigation', { name: 'Evaluation steps' }).waitFor();
}

it.each(STEPS)('in step %s', async (step) => {
  await goTo(step);
  await heading(app, TITLES[step]);
  const before = await projectOf(app);
  const address = app.page.url();
  await reload();
  await heading(app, TITLES[step]);
  expect(app.page.url()).toBe(address);
  const current = app.page.locator('[aria-current="step"]');
  expect(await current.textContent()).toContain(TITLES[step]);
  const { draft, file, planHash } = await projectOf(app);
  expect({ draft, file, planHash }).toEqual({ draft: before.draft, file: before.file, planHash: before.planHash });
});

it('right after a change: it is there', async () => {
  await goTo('evaluate');
  await app.page.getByRole('checkbox', { name: 'LaRED', exact: true }).click();
  await expect.poll(async () => (await projectOf(app)).draft.detectors).toContain('lared');
  await reload();
  await heading(app, 'Evaluate');
  expect(await app.page.getByRole('checkbox', { name: 'LaRED', exact: true }).isChecked()).toBe(true);
});

it('while a run is under way: it goes on, and its page shows it', async () => {
  await press(app, 'Run evaluation');
  const before = await midRun(app);
  await reload();
  await app.page.getByRole('button', { name: 'Cancel' }).waitFor();
  const after = (await jobOf(app))!;
  expect([after.id, after.runId]).toEqual([before.id, before.runId]);
  await expect.poll(async () => (await jobOf(app))!.saved!.chunks, { timeout: 120_000 }).toBeGreaterThan(before.saved!.chunks);
  const bar = app.page.getByRole('progressbar').first();
  await expect.poll(async () => Number(await bar.getAttribute('aria-valuenow'))).toBeGreaterThan(0);
  await resultsOf(app, 1);
  await reload();
  await resultsOf(app, 1);
  expect((await projectOf(app)).runs.map(({ state }) => state)).toEqual(['done']);
});
