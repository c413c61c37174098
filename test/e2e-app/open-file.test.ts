/** A file that the system asks to open while the window stands on any page: a second start hands it to the first. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { afterAll, expect, inject, it } from 'vitest';
import { tempFolder } from '../helpers/temp-folder.ts';
import { answerDialogs } from './helpers/dialogs.ts';
import { heading, projectOf } from './helpers/evaluation.ts';
import { type Application, launch, ROOT } from './helpers/launch.ts';

const folder = tempFolder();
let app: Application;
afterAll(() => app?.close());

async function create(name: string): Promise<string> {
  const file = path.join(folder, `${name}.oodlab`);
  await answerDialogs(app.electron, [file]);
  await app.page.keyboard.press('Control+n');
  await expect.poll(async () => (await projectOf(app))?.file, { timeout: 60_000 }).toBe(file);
  return file;
}

it('a second instance ends at once; the first comes to the front and opens what the second was given', async () => {
  const userData = path.join(folder, 'user-data');
  app = await launch({ userData });
  const first = await create('first');
  await create('second');
  await app.page.keyboard.press('Control+5');
  await heading(app, 'Export');
  await app.electron.evaluate(({ BrowserWindow }) => {
    const seen = globalThis as never as { focused: number };
    seen.focused = 0;
    BrowserWindow.getAllWindows()[0].focus = () => void seen.focused++;
  });
  const args = ['--no-sandbox', '--disable-gpu', `--user-data-dir=${userData}`, ROOT, first];
  const second = spawn(inject('executable'), args, { env: { ...process.env, DISPLAY: inject('display') }, stdio: 'ignore' });
  expect(await once(second, 'exit')).toEqual([0, null]);
  await expect.poll(async () => (await projectOf(app))?.file, { timeout: 60_000 }).toBe(first);
  expect(await app.electron.evaluate(() => (globalThis as never as { focused: number }).focused)).toBeGreaterThan(0);
  expect(app.electron.windows()).toHaveLength(1);
  expect(app.problems()).toEqual([]);
});
