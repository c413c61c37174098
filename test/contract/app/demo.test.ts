/** The demo through a real core process: open, read, check, pre-flight, run, results, export, reopening. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ProjectView } from '../../../electron/shared/app/views.ts';
import { CoreClient, settled } from '../../helpers/core-client.ts';
import { tempFolder } from '../../helpers/temp-folder.ts';

const folder = tempFolder();
const config = { detector: 'lared', pca: null };
let core: CoreClient;
let view: ProjectView;
let run: number;

const small = async (limit: number): Promise<void> => {
  for (const { id } of view.datasets) await core.call('dataset.update', { id, limit });
};

beforeAll(async () => {
  core = await CoreClient.start(folder);
  view = await core.call('project.demo', {});
  await small(200);
  view = await core.project(settled);
});
afterAll(() => core.stop());

describe('the demo', () => {
  it('is read: counts, formats, class counts, hashes, model', () => {
    const facts = view.datasets.map(({ facts }) => (facts.state === 'ready' ? facts.value : null));
    expect(facts.map((fact) => fact?.count)).toEqual([200, 200, 200, 200, 200, 200]);
    expect(facts[0]?.layout).toBe('idx');
    expect(facts[0]?.sizes).toEqual([[28, 28, 200]]);
    expect(facts[5]?.formats).toEqual([['PNG', 200]]);
    expect(facts[0]?.classCounts?.reduce((sum, [, n]) => sum + n, 0)).toBe(200);
    expect(view.model?.info.state).toBe('ready');
    expect(view.datasets.map(({ oodIndex }) => oodIndex)).toEqual([null, null, 0, 1, 2, 3]);
    expect(view.steps.map(({ blockers }) => blockers.map(({ code }) => code))).toEqual([[], [], [], ['no-run'], []]);
    expect(view.planHash).toMatch(/^[0-9a-f]{64}$/);
  });

  it('gives images by range and their pictures by address', async () => {
    const images = await core.call('dataset.images', { id: view.datasets[5].id, from: 3, count: 4 });
    expect(images.map(({ index }) => index)).toEqual([3, 4, 5, 6]);
    const picture = await core.media(images[0].media);
    expect(Buffer.from(picture!.bytes).subarray(1, 4).toString()).toBe('PNG');
    expect(await core.media('/media/0000000000000000/1/96')).toBeNull();
    expect(await core.media('/media/../../etc/passwd')).toBeNull();
  });

  it('previews what the network is fed', async () => {
    const preview = await core.call('model.preview', { set: view.datasets[0].id, index: 17 });
    expect(preview.tensor.shape).toEqual([1, 1, 28, 28]);
    expect(preview.tensor.low).toBeCloseTo(-0.286 / 0.353, 5);
    expect(preview.tensor.picture).toMatch(/^data:image\/png;base64,/);
    await expect(core.call('model.preview', { set: view.datasets[0].id, index: 5000 })).rejects.toMatchObject({
      code: 'E_INPUT',
    });
  });

  it('checks the preprocessing: the right one wins, with its interval', async () => {
    const check = await core.call('model.check', {});
    expect(check.set).toBe('Fashion train');
    expect(check.current.accuracy!.of).toBe(200);
    expect(check.current.accuracy!.right).toBeGreaterThan(160);
    const unit = check.presets.find(({ preset }) => preset === 'unit')!;
    expect(unit.accuracy!.right).toBeLessThan(check.current.accuracy!.low * 200);
    expect(check.predictions).toHaveLength(8);
    expect(Math.abs(check.stats!.mean)).toBeLessThan(0.3);
    expect(check.stats!.histogram.counts.reduce((a, b) => a + b, 0)).toBe(200 * 784);
  });

  it('rates hooks, keeps the last pre-flight, draws masks', async () => {
    const graph = await core.call('hook.graph', {});
    expect(graph.nodes.length).toBeGreaterThan(10);
    const found = await core.call('hook.preflight', { images: 32 });
    expect(found.ind).toEqual({ set: 'Fashion train', images: 32 });
    expect(found.ood).toBeNull();
    expect(found.candidates.length).toBeGreaterThan(5);
    expect(await core.call('hook.preflight.last', {})).toEqual(found);
    const masks = await core.call('hook.masks', { set: view.datasets[0].id, index: 0 });
    expect(masks.samples).toHaveLength(16);
    expect(masks.shape).toEqual([64, 14, 14]);
  });

  it('runs: stages, saved chunks and the hash that was shown', async () => {
    const job = await core.run();
    expect(job).toMatchObject({ kind: 'run', state: 'done', fraction: 1, error: null, provider: 'cpu' });
    expect(job.saved!.chunks).toBe(job.saved!.of);
    expect(job.stages.every(({ state }) => state === 'done')).toBe(true);
    view = await core.project(({ runs }) => runs[0]?.state === 'done');
    run = view.runs[0].id;
    expect(view.runs[0]).toMatchObject({ planHash: view.planHash, current: true, samples: 16, hook: 'block2.out' });
    const { results, candidates } = await core.call('run.results', { run });
    expect(results.hashes.plan).toBe(view.planHash);
    expect(candidates).toBe(8);
  });

  it('answers what results are asked', async () => {
    const { results } = await core.call('run.results', { run });
    const row = results.metrics.find(({ detector, pca }) => detector === 'lared' && pca === null)!;
    const operating = await core.call('run.operating', { run, config, threshold: null });
    expect(operating.threshold).toBe(row.threshold);
    expect(operating.rates[0].count / operating.rates[0].of).toBe(row.alarmRateInd);
    const all = await core.call('run.operating', { run, config, threshold: 1e9 });
    expect(all.rates.every(({ count, of }) => count === of)).toBe(true);
    const worst = await core.call('run.worst', { run, config, kind: 'misses', set: row.ood, threshold: null, from: 0, count: 5 });
    expect(worst.total).toBe(Math.round((1 - row.detectionRateOod) * row.nOod));
    expect(await core.media(worst.items[0].media)).not.toBeNull();
    expect((await core.call('run.map', { run })).sets).toHaveLength(5);
    expect((await core.call('run.charts', { run, config, set: null, locale: 'en' })).roc).not.toBeNull();
    const compare = await core.call('run.compare', { a: run, b: run, config });
    expect(compare.settings).toEqual([]);
    expect(compare.figures.every(({ difference }) => difference?.value === 0)).toBe(true);
    for (const name of ['run.results', 'run.map'] as const)
      await expect(core.call(name, { run: 999 })).rejects.toMatchObject({ code: 'E_INPUT' });
    const absent = { detector: 'none', pca: null };
    await expect(core.call('run.operating', { run, config: absent, threshold: null })).rejects.toMatchObject({ code: 'E_INPUT' });
  });

  it('exports the files of the run', async () => {
    const out = path.join(folder, 'out');
    const grant = await core.grant(out);
    const { id } = await core.call('export.start', { run, folder: grant, items: ['csv', 'json', 'plan'], config: null });
    expect((await core.job((job) => job.id === id && job.state !== 'running')).state).toBe('done');
    const { items } = await core.call('export.view', { run, folder: grant });
    expect(items.map(({ item, state }) => [item, state])).toEqual([
      ['report', 'absent'],
      ['csv', 'written'],
      ['json', 'written'],
      ['plan', 'written'],
      ['monitor', 'absent'],
      ['evidence', 'absent'],
    ]);
    expect(readFileSync(path.join(out, 'scores.csv'), 'utf8').split('\n')).toHaveLength(1 + 5 * 200 + 40 + 1);
    const bad = core.call('export.start', { run, folder: 'forged', items: ['csv'], config: null });
    await expect(bad).rejects.toMatchObject({ code: 'E_NOT_GRANTED' });
  });

  it('exports report, monitor and evidence; requirements get their verdicts', async () => {
    const { fields } = await core.call('export.fields', { run });
    const requirement = { confidence: 0.95, set: null, text: 'Few false alarms', metric: 'false-alarm-rate' } as const;
    const requirements = [
      { ...requirement, id: 'R-1', bound: 0.5 },
      { ...requirement, id: 'R-2', bound: 0.0001 },
      { ...requirement, id: 'R-3', bound: 0.5, metric: 'auroc' as const },
    ];
    const { verdicts } = await core.call('export.fields', { run, fields: { ...fields, title: 'Trial', requirements } });
    expect(verdicts.map(({ verdict }) => verdict?.verdict)).toEqual(['pass', 'fail', undefined]);
    expect(verdicts[2].error).toMatch(/set/);
    await core.call('export.fields', { run, fields: { ...fields, title: 'Trial', requirements: requirements.slice(0, 2) } });
    const out = path.join(folder, 'everything');
    const grant = await core.grant(out);
    await core.call('export.start', { run, folder: grant, items: ['evidence', 'monitor', 'report', 'csv'], config });
    const job = await core.job(({ kind, state }) => kind === 'export' && state !== 'running' && state !== 'stopping');
    expect(job.error).toBeNull();
    expect(job.stages.map(({ name }) => name)).toEqual(['csv', 'monitor', 'report', 'evidence']);
    const { items, monitor } = await core.call('export.view', { run, folder: grant });
    expect(items.filter(({ state }) => state === 'written').map(({ item }) => item)).toEqual([
      'report',
      'csv',
      'monitor',
      'evidence',
    ]);
    expect(monitor?.parity.flipped).toBe(0);
    expect(readFileSync(path.join(out, 'report.pdf')).subarray(0, 5).toString()).toBe('%PDF-');
    expect(readFileSync(path.join(out, 'evidence.zip')).subarray(0, 2).toString()).toBe('PK');
  }, 120_000);

  it('is the same after reopening, without reading an image again', async () => {
    const grant = await core.grant(view.file);
    await core.call('project.close', {});
    expect(await core.call('project.view', {})).toBeNull();
    await core.call('project.open', { grant });
    const again = await core.project(settled);
    expect(again.draft).toEqual(view.draft);
    expect(again.planHash).toBe(view.planHash);
    expect(again.runs).toEqual(view.runs);
    expect(again.datasets).toEqual(view.datasets);
  });

  it('resumes from what is there: a second run starts no process', async () => {
    const job = await core.run();
    expect(job.state).toBe('done');
    expect(job.stages.find(({ name }) => name === 'sample')!.done).toBe(0);
  });
});
