/** The shell around a run: native menu, the question before leaving, the notice at the end; a project that two want at once. */
import { once } from 'node:events';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { runCli } from '../helpers/run-cli.ts';
import { tempFolder } from '../helpers/temp-folder.ts';
import { answerDialogs } from './helpers/dialogs.ts';
import { heading, jobOf, longPlan, midRun, openPlan, press, resultsOf } from './helpers/evaluation.ts';
import { type Application, launch } from './helpers/launch.ts';
import { corePid, gone, inferencePids } from './helpers/processes.ts';

const folder = tempFolder();
const userData = path.join(folder, 'user-data');
const project = path.join(folder, 'evaluation.oodlab');
const plan = longPlan(path.join(folder, 'plan'));
let app: Application;

beforeAll(async () => {
  app = await start(userData);
  await openPlan(app, plan, project);
});
afterAll(() => app?.close());
afterEach(() => expect(app.problems()).toEqual([]));

async function start(place: string): Promise<Application> {
  const started = await launch({ userData: place });
  started.page.setDefaultTimeout(120_000);
  return started;
}

/** Counts from now on how often the window is brought to the front. */
function countFocus(): Promise<void> {
  return app.electron.evaluate(({ BrowserWindow }) => {
    const [window] = BrowserWindow.getAllWindows();
    const seen = globalThis as never as { focused: number };
    seen.focused = 0;
    window.focus = () => void seen.focused++;
  });
}
const focusCount = (): Promise<number> => app.electron.evaluate(() => (globalThis as never as { focused: number }).focused);

const closeWindow = (): Promise<void> => app.electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0].close());

it('a project that is open here is refused to another application and to the command line, in a sentence', async () => {
  const sentence = `${project} is open in another Oodlab.`;
  const other = await start(path.join(folder, 'other-user'));
  try {
    await answerDialogs(other.electron, [project]);
    await other.page.keyboard.press('Control+o');
    await other.page.getByRole('alert').filter({ hasText: sentence }).waitFor();
    await other.page.getByText('Close it there, wait until that run has ended').waitFor();
    expect(other.problems()).toEqual([]);
  } finally {
    await other.close();
  }
  const { code, stderr } = await runCli(['run', plan, '--out', path.join(folder, 'out'), '--project', project]);
  expect(code).toBeGreaterThan(0);
  expect(stderr).toContain(sentence);
});

it('the native menu starts and cancels a run, each when it can', async () => {
  const items = ['run.start', 'job.cancel'];
  const enabled = (): Promise<boolean[]> =>
    app.electron.evaluate(({ Menu }, ids) => ids.map((id) => Menu.getApplicationMenu()!.getMenuItemById(id)!.enabled), items);
  const choose = (item: string): Promise<void> =>
    app.electron.evaluate(({ Menu }, id) => Menu.getApplicationMenu()!.getMenuItemById(id)!.click(), item);
  await app.page.keyboard.press('Control+4');
  await heading(app, 'Evaluate');
  await expect.poll(enabled).toEqual([true, false]);
  await choose('run.start');
  await midRun(app, 1);
  await expect.poll(enabled).toEqual([false, true]);
  await choose('job.cancel');
  await app.page.getByText('Run 1 was cancelled').waitFor();
  await expect.poll(enabled).toEqual([true, false]);
});

it('a cross pressed while a run is under way asks; "Keep running" keeps it, Escape too', async () => {
  await press(app, 'Resume');
  const { id } = await midRun(app, 1);
  const question = app.page.getByRole('alertdialog', { name: 'Stop the run and quit?' });
  await closeWindow();
  await question.getByRole('button', { name: 'Keep running' }).click();
  await question.waitFor({ state: 'hidden' });
  await closeWindow();
  await question.waitFor();
  await app.page.keyboard.press('Escape');
  await question.waitFor({ state: 'hidden' });
  expect(await jobOf(app)).toMatchObject({ id, state: 'running' });
});

it('"Stop and quit" ends everything, and the run is offered to be resumed', async () => {
  const { saved } = await midRun(app);
  const core = corePid(app);
  const pids = [core, ...inferencePids(core)];
  const ended = once(app.electron.process(), 'exit');
  await closeWindow();
  await press(app, 'Stop and quit');
  expect(await ended).toEqual([0, null]);
  await gone(pids);
  app = await start(userData);
  await app.page.getByRole('button', { name: 'Long' }).first().click();
  await app.page.getByText('Run 2 was cancelled').waitFor();
  await press(app, 'Resume');
  expect((await midRun(app)).saved!.chunks).toBeGreaterThanOrEqual(saved!.chunks);
});

it('a run that ends out of sight tells it, and the notice leads back', async () => {
  await app.electron.evaluate(({ BrowserWindow, Notification }) => {
    const seen = globalThis as never as { notices: Electron.Notification[] };
    seen.notices = [];
    Notification.prototype.show = function (this: Electron.Notification) {
      seen.notices.push(this);
    };
    BrowserWindow.getAllWindows()[0].isFocused = () => false;
  });
  await resultsOf(app, 3);
  const titles = (): Promise<string[]> =>
    app.electron.evaluate(() => (globalThis as never as { notices: Electron.Notification[] }).notices.map(({ title }) => title));
  await expect.poll(titles).toEqual(['The evaluation is done']);
  await countFocus();
  await app.electron.evaluate(() => (globalThis as never as { notices: Electron.Notification[] }).notices[0].emit('click'));
  expect(await focusCount()).toBeGreaterThan(0);
});

it('"Quit when done" waits for the end of the run', async () => {
  await app.page.keyboard.press('Control+4');
  await app.invoke('draft.update', {
    sampling: { mechanism: 'dropblock', dropProb: 0.5, blockSize: 5, samples: 8, seed: 1, masks: 'per-image' },
  });
  await app.page.keyboard.press('Control+r');
  await midRun(app, 1);
  const ended = once(app.electron.process(), 'exit');
  await closeWindow();
  await press(app, 'Quit when done');
  expect(await ended).toEqual([0, null]);
  const exported = await runCli(['export', '--project', project, '--out', path.join(folder, 'exported')]);
  expect(exported.code, exported.stderr).toBe(0);
});
