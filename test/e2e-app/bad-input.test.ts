/** What a user may give that cannot be used, in the real window: each has its sentence, and the way on is open. */
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Locator } from '@playwright/test';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { noiseImages } from '../helpers/image-folder.ts';
import { DEMO_FOLDER, ONNX_FOLDER } from '../helpers/onnx-fixtures.ts';
import { tempFolder } from '../helpers/temp-folder.ts';
import { answerDialogs } from './helpers/dialogs.ts';
import { drop } from './helpers/drop.ts';
import { heading, press, projectOf } from './helpers/evaluation.ts';
import { type Application, launch } from './helpers/launch.ts';

const folder = tempFolder();
const project = path.join(folder, 'bad-input.oodlab');
const broken = path.join(ONNX_FOLDER, 'broken', 'truncated.onnx');
const model = path.join(DEMO_FOLDER, 'demo_eval.onnx');
let app: Application;

beforeAll(async () => {
  app = await launch();
  app.page.setDefaultTimeout(120_000);
});
afterAll(() => app?.close());
afterEach(() => expect(app.problems()).toEqual([]));

const alert = (text: string | RegExp): Locator => app.page.getByRole('alert').filter({ hasText: text });

async function newProject(file: string): Promise<void> {
  await answerDialogs(app.electron, [file]);
  await app.page.keyboard.press('Control+n');
}

/** Two whole images and one whose second half is missing. */
function withTruncated(): string {
  const images = noiseImages({ folder: path.join(folder, 'two and a half'), count: 3, height: 28, width: 28, channels: 1 });
  const file = path.join(images, '2.png');
  const whole = readFileSync(file);
  writeFileSync(file, whole.subarray(0, whole.length / 2));
  return images;
}

function withoutImages(): string {
  const place = path.join(folder, 'no images here');
  mkdirSync(place);
  writeFileSync(path.join(place, 'notes.txt'), 'no image');
  return place;
}

async function addFolder(place: string, role: 'Fit'): Promise<void> {
  await answerDialogs(app.electron, [place]);
  await app.page.keyboard.press('Control+Shift+A');
  await app.page.getByRole('radio', { name: new RegExp(`^${role}`) }).check();
  await app.page.getByRole('dialog').getByRole('button', { name: 'Add' }).click();
}

describe('a place for the project', () => {
  it('where nothing can be written', async () => {
    await newProject('/proc/evaluation.oodlab');
    await alert('/proc/evaluation.oodlab cannot be opened or written.').waitFor();
    await app.page.getByText('Check that the folder exists and that you may write there.').waitFor();
  });

  it('in a folder that cannot be made', async () => {
    await newProject('/proc/oodlab/evaluation.oodlab');
    await alert('/proc/oodlab/evaluation.oodlab cannot be opened or written.').waitFor();
  });

  it('that can be written: the sentence goes and the first step comes', async () => {
    await newProject(project);
    await heading(app, 'Dataset');
    expect(await app.page.getByRole('alert').count()).toBe(0);
  });

  it('that is no project, when it is opened: what is open stays open', async () => {
    const text = path.join(folder, 'letter.oodlab');
    writeFileSync(text, 'Dear Sir or Madam, this is no database. '.repeat(100));
    await answerDialogs(app.electron, [text]);
    await app.page.keyboard.press('Control+o');
    await alert(`${text} is not a readable Oodlab project.`).waitFor();
    expect((await projectOf(app))?.file).toBe(project);
  });
});

describe('sets', () => {
  it('a folder without images', async () => {
    await addFolder(withoutImages(), 'Fit');
    await alert('no images here cannot be used').waitFor();
    await alert(/no images here holds no data set: .*found 1 .*txt/).waitFor();
    await app.page.getByText('no images here cannot be read').last().waitFor();
    await alert('no images here cannot be used').getByRole('button', { name: 'Remove' }).click();
    await expect.poll(() => app.page.getByRole('alert').count()).toBe(0);
  });

  it('a truncated PNG is counted, and listed with the reason', async () => {
    await addFolder(withTruncated(), 'Fit');
    await app.page.getByText('1 file in two and a half was rejected and is not counted.').waitFor();
    const listed = app.page.getByRole('listitem').filter({ hasText: '2.png' });
    await listed.first().waitFor();
    const text = (await listed.first().textContent())!;
    console.log(`the truncated PNG: ${text.trim()}`);
    expect(text.replace('2.png', '').trim().length).toBeGreaterThan(10);
    const [set] = (await projectOf(app)).datasets;
    expect(set.facts).toMatchObject({ state: 'ready', value: { count: 2, entries: 3 } });
  });
});

describe('a model', () => {
  it('that is damaged', async () => {
    await app.page.keyboard.press('Control+2');
    await heading(app, 'Model');
    await answerDialogs(app.electron, [broken]);
    await press(app, 'Choose…');
    await alert('truncated.onnx cannot be used').waitFor();
    const text = (await alert('truncated.onnx cannot be used').textContent())!;
    console.log(`the damaged model: ${text.trim().replace(/\s+/g, ' ')}`);
    expect(text).not.toMatch(/onnxruntime_src|\bat .*:\d+:\d+/);
  });

  it('that is sound is dropped onto it', async () => {
    await drop(app, [model]);
    await expect.poll(async () => (await projectOf(app)).model?.info.state, { timeout: 120_000 }).toBe('ready');
    expect((await projectOf(app)).model?.path).toBe(model);
    await expect.poll(() => alert('cannot be used').count()).toBe(0);
  });
});

describe('dropped', () => {
  it('a folder of images: its role is asked, and it is a set', async () => {
    await app.page.keyboard.press('Control+1');
    await heading(app, 'Dataset');
    await drop(app, [noiseImages({ folder: path.join(folder, 'ood noise'), count: 4, height: 28, width: 28, channels: 1 })]);
    await app.page.getByRole('dialog', { name: 'What is it used for?' }).getByRole('button', { name: 'Add' }).click();
    await expect
      .poll(async () => (await projectOf(app)).datasets.map(({ name, role }) => [name, role]), { timeout: 60_000 })
      .toContainEqual(['ood noise', 'ood']);
  });

  it('a project onto the start page: it is opened', async () => {
    await app.page.keyboard.press('Control+Shift+W');
    await heading(app, 'Oodlab');
    const copy = path.join(folder, 'copy.oodlab');
    cpSync(project, copy);
    await drop(app, [copy]);
    await expect.poll(async () => (await projectOf(app))?.file, { timeout: 60_000 }).toBe(copy);
  });
});
