/** Sets that are made from others and the severity ladder, through a real core process. */
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { decode, encode } from 'fast-png';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { corrupt } from '../../../electron/engine/corruption/corrupt.ts';
import type { DatasetView, ProjectView } from '../../../electron/shared/app/views.ts';
import { CORRUPTION_IDS } from '../../../electron/shared/corruptions.ts';
import { CoreClient, settled } from '../../helpers/core-client.ts';
import { scene } from '../../helpers/made-images.ts';
import { tempFolder } from '../../helpers/temp-folder.ts';

const folder = tempFolder();
let core: CoreClient;
let view: ProjectView;

const set = (name: string): DatasetView => view.datasets.find((each) => each.name === name)!;
const facts = (name: string): { count: number; sha256: string } => {
  const found = set(name).facts;
  if (found.state !== 'ready') throw new Error(`${name} is ${found.state}`);
  return found.value;
};
const pixelsOf = (address: string): number[] => [...decode(Buffer.from(address.split(',')[1], 'base64')).data];

beforeAll(async () => {
  core = await CoreClient.start(folder);
  view = await core.call('project.demo', {});
  for (const { id } of view.datasets) await core.call('dataset.update', { id, limit: 120 });
  view = await core.project(settled);
});
afterAll(() => core.stop());

describe('a set with drawn anomalies', () => {
  it('is shown before it is made: the image as it is, and its five severities', async () => {
    const from = set('Fashion test').id;
    const { at, pictures } = await core.call('dataset.derive.preview', { from, index: 4, corruption: 'fog' });
    expect(at).toMatch(/#4$/);
    expect(pictures).toHaveLength(6);
    const [clean, ...steps] = pictures.map(pixelsOf);
    const image = { width: 28, height: 28, channels: 1 as const, pixels: Uint8Array.from(clean) };
    steps.forEach((pixels, i) => {
      const severity = (i + 1) as 1 | 2 | 3 | 4 | 5;
      expect(pixels).toEqual([...corrupt(image, { corruption: 'fog', severity, seed: 0 }, 4).pixels]);
    });
    await expect(core.call('dataset.derive.preview', { from, index: 5000, corruption: 'fog' })).rejects.toMatchObject({
      code: 'E_INPUT',
    });
  });

  it('of a large image is shown small', async () => {
    const images = path.join(folder, 'large');
    mkdirSync(images);
    const { pixels } = scene(3, { width: 900, height: 600, channels: 3 });
    writeFileSync(path.join(images, 'a.png'), encode({ width: 900, height: 600, channels: 3, depth: 8, data: pixels }));
    view = await core.call('dataset.add', { grants: [await core.grant(images)], role: 'test' });
    const { id } = view.datasets.at(-1)!;
    const { pictures } = await core.call('dataset.derive.preview', { from: id, index: 0, corruption: 'mud' });
    const { width, height } = decode(Buffer.from(pictures[5].split(',')[1], 'base64'));
    expect([width, height]).toEqual([160, 107]);
    view = await core.call('dataset.remove', { id });
  });

  it('is added as an OoD set, read, and its images are drawn', async () => {
    await core.call('dataset.derive', { from: set('Fashion test').id, corruption: 'dead-rows', severity: 5 });
    view = await core.project(settled);
    const name = 'Fashion test, dead-rows 5';
    expect(set(name)).toMatchObject({ role: 'ood', limit: 120, oodIndex: 4, path: set('Fashion test').path });
    expect(facts(name).count).toBe(120);
    expect(facts(name).sha256).not.toBe(facts('Fashion test').sha256);
    const [image] = await core.call('dataset.images', { id: set(name).id, from: 0, count: 1 });
    const rows = decode((await core.media(image.media))!.bytes);
    const dark = Array.from({ length: 28 }, (_, y) => rows.data.slice(y * 28, (y + 1) * 28).every((value) => value === 0));
    expect(dark.filter(Boolean).length).toBeGreaterThanOrEqual(14);
  });

  it('follows the name, the limit and the place of its source, which stays while it is there', async () => {
    const source = set('Fashion test');
    await core.call('dataset.update', { id: source.id, name: 'Garments' });
    await core.call('draft.update', {
      severity: { from: 'Garments', corruptions: 'all', severities: [1, 5], limit: 10, seed: 0 },
    });
    view = await core.call('dataset.update', { id: source.id, limit: 60 });
    const derived = view.datasets.at(-1)!;
    expect(derived).toMatchObject({ limit: 60, derive: { from: 'Garments' } });
    expect(view.planHash).not.toBeNull();
    await expect(core.call('dataset.remove', { id: source.id })).rejects.toMatchObject({
      message: '"Fashion test, dead-rows 5" is made from "Garments".',
    });
    await expect(core.call('dataset.update', { id: source.id, role: 'fit' })).rejects.toMatchObject({ code: 'E_INPUT' });
    await expect(core.call('dataset.update', { id: derived.id, role: 'test' })).rejects.toMatchObject({
      message: expect.stringMatching(/derived, so its images are out of distribution/) as string,
    });
    const moved = path.join(folder, 'moved-idx3-ubyte.gz');
    copyFileSync(source.path, moved);
    view = await core.call('dataset.relocate', { id: derived.id, grant: await core.grant(moved) });
    expect(set('Garments').path).toBe(moved);
    expect(view.datasets.at(-1)!.path).toBe(moved);
    expect(view.draft.severity).toMatchObject({ from: 'Garments', corruptions: CORRUPTION_IDS });
    view = await core.project(settled);
  });

  it('is kept, with the ladder, when the project is opened again, and written into a saved plan', async () => {
    const before = view;
    await core.call('project.close', {});
    view = await core.call('project.open', { grant: await core.grant(before.file) });
    view = await core.project(settled);
    expect(view.planHash).toBe(before.planHash);
    expect(view.draft).toEqual(before.draft);
  });
});

describe('the severity ladder', () => {
  it('is climbed by a run, and drawn for the window', async () => {
    const severity = {
      from: 'Garments',
      corruptions: ['gaussian-noise' as const],
      severities: [1 as const, 5 as const],
      limit: 40,
      seed: 0,
    };
    await core.call('draft.update', { severity, pca: [null] });
    const ended = await core.run();
    expect(ended.error).toBeNull();
    const run = ended.runId!;
    const config = { detector: 'lared', pca: null };
    const { results } = await core.call('run.results', { run });
    expect(results.severity!.steps.map((step) => step.severity)).toEqual([1, 5]);
    const charts = await core.call('run.charts', { run, config, set: null, locale: 'fr' });
    expect(charts.severity!.panels.map(({ title }) => title)).toEqual(['Bruit gaussien']);
    expect(charts.severity!.panels[0].caught).toHaveLength(3);
  });

  it('is taken out with its test set', async () => {
    await core.call('dataset.remove', { id: set('Fashion test, dead-rows 5').id });
    view = await core.call('dataset.remove', { id: set('Garments').id });
    expect(view.draft.severity).toBeUndefined();
    view = await core.call('draft.update', { severity: null });
    expect(view.draft).not.toHaveProperty('severity');
  });
});
