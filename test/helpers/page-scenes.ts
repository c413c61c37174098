/** The states of the window's own views, each as what the stand-in is told. Used by the page tests and the screenshots. */
import type { EventName, RecentView } from '../../electron/shared/app/contract.ts';
import type { DatasetView, SelfTestView } from '../../electron/shared/app/views.ts';
import type { Page } from '@playwright/test';
import type { WindowOptions } from './fake-host.ts';
import { facts, fakeModel, fakeProject, fakeSets } from './fake-project.ts';

export interface Scene extends WindowOptions {
  /** What is done in the window before it is looked at. */
  act?: (page: Page) => Promise<void>;
  /** What the host tells the window first. */
  emits?: [event: EventName, value: unknown];
  /** Its mock-up in shared/design/shots, and that of the wide window where it is another. */
  mockup?: string;
  wide?: string;
}

function setsWithNotices(): DatasetView[] {
  const rejected = [
    { at: '240_rings.png', reason: 'Ends in the middle of the image data: 512 of 1,187 bytes.' },
    { at: '241_grid.png', reason: 'Empty file.' },
  ];
  return fakeSets().map((set) => {
    if (set.name === 'Textures') return { ...set, facts: { state: 'ready', value: facts(set.name, { rejected, entries: 242 }) } };
    if (set.name !== 'Fashion train') return set;
    return { ...set, facts: { state: 'ready', value: facts(set.name, { duplicates: [{ id: 'set2', count: 3 }] }) } };
  });
}

export function brokenSets(): DatasetView[] {
  const [train, test] = fakeSets();
  const message = 'No images found: 14 files were looked at in 3 folders (9 .txt, 4 .json, 1 .pdf).';
  const next = 'The recordings may lie one folder higher, or still be packed.';
  return [
    { ...train, facts: { state: 'reading', done: 1216, total: 3000 } },
    {
      ...test,
      name: 'fog_recordings',
      path: '/data/fog_recordings',
      facts: { state: 'broken', error: { code: 'E_DATASET', message, next } },
    },
  ];
}

const TOPICS = [
  'dropblock_masks',
  'entropy_1d',
  'entropy_nd',
  'pca',
  'lared',
  'larem',
  'metrics',
  'predictive_uncertainty',
  'gen_vim',
];
export const fakeSelfTest: SelfTestView = {
  at: '2026-11-24T13:31:00.000Z',
  seconds: 2.4,
  topics: TOPICS.map((topic, i) => ({
    topic,
    file: `${topic}.json`,
    cases: 10 + i,
    worst: 10 ** (-16 + i / 2),
    tolerance: 1e-9,
    state: 'agrees',
    worstCase: `case ${i}`,
  })),
};

const differing: SelfTestView = {
  ...fakeSelfTest,
  topics: fakeSelfTest.topics.map((topic, i) => (i === 4 ? { ...topic, state: 'differs', worst: 3.2e-4 } : topic)),
};

const recents: RecentView[] = [
  {
    file: '/home/u/Oodlab/fashion-demo.oodlab',
    name: 'Fashion demo',
    openedAt: '2026-11-24T14:02:00.000Z',
    standing: { kind: 'stamp', state: 'confirmatory', looks: 1 },
    exists: true,
  },
  {
    file: '/home/u/evals/woodscape-soiling.oodlab',
    name: 'WoodScape soiling, DeepLabv3+',
    openedAt: '2026-11-23T17:40:00.000Z',
    standing: { kind: 'step', step: 'hook' },
    exists: true,
  },
  {
    file: '/home/u/evals/bdd-rpn.oodlab',
    name: 'BDD100k RPN monitor',
    openedAt: '2026-11-20T09:00:00.000Z',
    standing: { kind: 'unfinished', run: 4 },
    exists: true,
  },
  {
    file: '/home/u/evals/cifar-r18.oodlab',
    name: 'CIFAR-10 ResNet-18',
    openedAt: '2026-11-12T09:00:00.000Z',
    standing: { kind: 'stamp', state: 'exploratory', looks: 3 },
    exists: true,
  },
  {
    file: '/share/runway/runway.oodlab',
    name: 'Runway sign classifier',
    openedAt: '2026-11-03T10:00:00.000Z',
    standing: null,
    exists: false,
  },
];
const brokenModel = {
  path: '/data/initializer_shape_mismatch.onnx',
  info: {
    state: 'broken' as const,
    error: {
      code: 'E_MODEL_INVALID' as const,
      message: 'Weight conv2.weight needs 4,608 bytes but holds 4,544.',
      next: 'Export the model again.',
    },
  },
};
const oddModel = {
  ...fakeModel,
  inputs: [...fakeModel.inputs, { name: 'training_mode', dtype: 'bool', shape: [] }],
  warnings: [{ code: 'switch', message: 'Dropout node drop1 follows the input training_mode: give it a fixed value.' }],
};

const never = <T>(): Promise<T> => new Promise(() => undefined);
const press = (key: string) => (page: Page) => page.keyboard.press(key);
const readingSets = (): DatasetView[] =>
  fakeSets().map((set, i) =>
    i === 0 ? set : { ...set, facts: { state: 'reading', done: 120 * i, total: i > 3 ? null : 1000 } },
  );

export const PAGE_SCENES: Readonly<Record<string, Scene>> = {
  start: {
    route: '#/start',
    state: { project: null, recents },
    answers: { 'selftest.last': () => fakeSelfTest },
    mockup: '01-start',
  },
  'start-empty': { route: '#/start', state: { project: null } },
  dataset: { route: '#/dataset', state: { project: fakeProject({ datasets: setsWithNotices() }) }, mockup: '02-dataset' },
  'dataset-reading': { route: '#/dataset', state: { project: fakeProject({ datasets: readingSets(), model: null }) } },
  'dataset-empty': { route: '#/dataset', state: { project: fakeProject({ datasets: [], model: null }) } },
  'dataset-broken': {
    route: '#/dataset',
    state: { project: fakeProject({ datasets: brokenSets(), model: null }) },
    mockup: '09-state-no-images',
  },
  'dataset-role-dialog': { route: '#/dataset', act: press('Control+Shift+a') },
  'dataset-path-dialog': { route: '#/dataset', act: typePath },
  'dataset-derive-dialog': { route: '#/dataset', act: derive },
  model: { route: '#/model', mockup: '03-model' },
  'model-reading': {
    route: '#/model',
    state: { project: fakeProject({ model: { path: fakeModel.file, info: { state: 'reading', done: 0, total: null } } }) },
  },
  'model-checking': { route: '#/model', answers: { 'model.check': () => never(), 'model.preview': () => never() } },
  'model-empty': { route: '#/model', state: { project: fakeProject({ model: null }) } },
  'model-broken': {
    route: '#/model',
    state: { project: fakeProject({ model: brokenModel }) },
    mockup: '09-state-broken-model',
  },
  'model-warnings': {
    route: '#/model',
    state: { project: fakeProject({ model: { path: fakeModel.file, info: { state: 'ready', value: oddModel } } }) },
  },
  selftest: { route: '#/selftest', answers: { 'selftest.last': () => fakeSelfTest }, mockup: '11-selftest' },
  'selftest-differs': { route: '#/selftest', answers: { 'selftest.last': () => differing } },
  'selftest-empty': { route: '#/selftest', state: { project: null } },
  settings: { route: '#/settings' },
  glossary: { route: '#/glossary/auroc' },
  prepare: { route: '#/prepare' },
  'dialog-quit': { route: '#/dataset', emits: ['quitRequested', {}], mockup: '10-dialog-quit' },
  'dialog-about': { route: '#/dataset', emits: ['command', 'app.about'] },
  'dialog-palette': { route: '#/dataset', act: press('Control+k') },
};

async function derive(page: Page): Promise<void> {
  await page.locator('.acts [aria-haspopup]').first().click();
  await page.getByRole('menuitem').nth(3).click();
  await page.locator('.severities img').last().waitFor();
}

async function typePath(page: Page): Promise<void> {
  await page.locator('.acts [aria-haspopup]').first().click();
  await page.getByRole('menuitem').nth(2).click();
  await page.getByRole('dialog').waitFor();
}
