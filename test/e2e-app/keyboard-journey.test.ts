/**
 * A new project from files through all five steps without a mouse, to results and an exported CSV. On the way every view
 * is held against the rules of accessibility; in the end everything that the page complained about is read.
 */
import { cpSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { tempFolder } from '../helpers/temp-folder.ts';
import { axeViolations } from './helpers/axe.ts';
import { answerDialogs } from './helpers/dialogs.ts';
import { Keyboard } from './helpers/keyboard.ts';
import { type Application, launch, ROOT } from './helpers/launch.ts';

const DEMO = path.join(ROOT, 'resources', 'demo');
const folder = tempFolder();
const data = path.join(folder, 'data');
const out = path.join(folder, 'out');
const network = path.join(folder, 'network.onnx');
let app: Application;
let keys: Keyboard;

beforeAll(async () => {
  mkdirSync(out);
  cpSync(path.join(DEMO, 'data'), data, { recursive: true });
  cpSync(path.join(data, 'ood_textures'), path.join(data, 'shapes'), { recursive: true });
  cpSync(path.join(DEMO, 'demo_eval.onnx'), network);
  app = await launch();
  app.page.setDefaultTimeout(120_000);
  keys = new Keyboard(app.page);
});
afterAll(() => app?.close());

/** The heading of a page takes the focus when the page appears, so that Tab goes on from its top. */
async function page(name: string): Promise<void> {
  await expect.poll(() => keys.focus(), { timeout: 180_000, message: `focus on ${name}` }).toBe(`h1 ${name}`);
}
const isAccessible = async (): Promise<void> => expect(await axeViolations(app.page)).toEqual([]);
/** Next, as soon as nothing stands in its way. */
async function next(step: string): Promise<void> {
  await app.page.locator('.head .btn.primary:not([aria-disabled])').waitFor();
  await keys.press('Control+Enter');
  await page(step);
}

/** Through the menu of the heading bar, and the question for the set's role. */
async function addSet(item: string, file: string, role: string): Promise<void> {
  await answerDialogs(app.electron, [file]);
  await keys.activate(/^button Add set/);
  await app.page.getByRole('menuitem', { name: item }).waitFor();
  await keys.arrowTo(new RegExp(`^${item}`));
  await keys.press('Enter');
  if (item === 'Type a path') await keys.fill(/^input Folder or file/, file);
  const question = app.page.getByRole('dialog').filter({ has: app.page.getByRole('radio') });
  await question.waitFor();
  await isAccessible();
  await keys.to(/^radio /, 'Shift+Tab');
  await keys.arrowTo(new RegExp(`^${role}`));
  await keys.activate(/^button Add$/);
  await question.waitFor({ state: 'detached' });
}

it('makes a project and adds its sets: a file, a folder, a typed path', async () => {
  await page('Oodlab');
  await isAccessible();
  await answerDialogs(app.electron, [path.join(folder, 'mine.oodlab')]);
  await keys.activate(/^button New evaluation/);
  await page('Dataset');
  await isAccessible();
  await addSet('File or archive', path.join(data, 'ind_train-images-idx3-ubyte.gz'), 'Fit');
  await addSet('Folder of images', path.join(data, 'shapes'), 'OoD');
  await addSet('Type a path', path.join(data, 'ind_test-images-idx3-ubyte.gz'), 'Test');
  await expect.poll(() => app.page.locator('table.ds tbody tr').count(), { timeout: 60_000 }).toBe(3);
});

it('takes the network, and a preset for what it is fed', async () => {
  await next('Model');
  await isAccessible();
  await answerDialogs(app.electron, [network]);
  await keys.activate(/^button Choose/);
  await app.page.getByRole('combobox', { name: 'Preset' }).waitFor();
  await keys.to(/^select Preset/);
  await app.page.keyboard.type('Fashion');
  await expect.poll(() => app.page.getByRole('textbox', { name: 'Mean' }).inputValue(), { timeout: 60_000 }).toBe('0.286');
  await isAccessible();
});

it('has the tensors rated, and hooks one', async () => {
  await next('Layer hook');
  await isAccessible();
  await keys.activate(/^button Run pre-flight/);
  await app.page.getByRole('button', { name: 'Run pre-flight again' }).waitFor();
  await keys.to(/^radio /);
  await keys.arrowTo(/^block2\.out/);
  await isAccessible();
});

it('runs with one PCA size more', async () => {
  await next('Evaluate');
  await isAccessible();
  await keys.fill(/^input Size/, '4');
  await app.page.getByRole('button', { name: 'Remove 4' }).waitFor();
  await keys.press('Control+R');
  await app.page.getByRole('table').filter({ hasText: 'Sample' }).waitFor();
  await isAccessible();
  await page('Run 1');
  await app.page.getByRole('slider', { name: 'Threshold' }).waitFor();
});

it('reads the results: other detectors, every chart, the threshold', async () => {
  await isAccessible();
  await keys.activate(/^button shapes: Show the other detectors/);
  await expect.poll(() => app.page.locator('table.res tr.sub').count()).toBeGreaterThan(4);
  await keys.to(/^tab Scores/);
  for (const tab of ['ROC', 'PCA size', 'Latent map', 'Worst cases', 'Stability']) {
    await keys.press('ArrowRight');
    await app.page.getByRole('tabpanel', { name: tab }).waitFor();
    expect(await keys.focus()).toBe(`tab ${tab}`);
    await isAccessible();
  }
  await keys.press('Home');
  const threshold = app.page.getByRole('slider', { name: 'Threshold' });
  await threshold.waitFor();
  const before = Number(await threshold.getAttribute('aria-valuenow'));
  await keys.to(/^slider Threshold/);
  await keys.press('ArrowLeft');
  await expect.poll(async () => Number(await threshold.getAttribute('aria-valuenow'))).toBeLessThan(before);
  await isAccessible();
});

it('exports the figures and scores alone', async () => {
  await next('Export');
  await isAccessible();
  await answerDialogs(app.electron, [out]);
  await keys.activate(/^button Change/);
  await app.page.getByText(out, { exact: true }).waitFor();
  for (const item of ['Report', 'Results', 'Plan', 'Monitor', 'Evidence pack'])
    await keys.activate(new RegExp(`^checkbox ${item}`), 'Space');
  await app.page.getByRole('button', { name: 'Export 1 item' }).waitFor();
  await keys.press('Control+Enter');
  await app.page.getByText('Written', { exact: true }).waitFor();
  await isAccessible();
  expect(readdirSync(out).sort()).toEqual(['metrics.csv', 'scores.csv']);
  expect(readFileSync(path.join(out, 'scores.csv'), 'utf8').trim().split('\n')).toHaveLength(1 + 600 + 1000 + 240);
});

it('finds the other pages, and the same in French', async () => {
  await keys.press('F1');
  await page('Glossary');
  await isAccessible();
  await keys.press('Control+K');
  await app.page.getByRole('combobox', { name: 'Commands' }).waitFor();
  await isAccessible();
  await app.page.keyboard.type('self');
  await keys.press('Enter');
  await page('Self-test');
  await isAccessible();
  await keys.press('Control+,');
  await page('Settings');
  await isAccessible();
  await keys.to(/^radio English/);
  await keys.press('ArrowRight');
  await expect.poll(() => app.page.locator('html').getAttribute('lang'), { timeout: 60_000 }).toBe('fr');
  const french = ['Données', 'Modèle', 'Couche observée', 'Exécution 1', 'Export'];
  for (const [i, name] of french.entries()) {
    await keys.press(`Control+${i + 1}`);
    await page(name);
    await isAccessible();
  }
});

it('complained about nothing: no violation of the policy, no error, no warning', async () => {
  expect(app.problems()).toEqual([]);
  expect(await app.close()).toBe(true);
});
