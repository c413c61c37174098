/** What goes wrong around a project: each has its sentence, and nothing that was computed is lost. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { CoreClient, settled } from '../../helpers/core-client.ts';
import { noiseImages } from '../../helpers/image-folder.ts';
import { tempFolder } from '../../helpers/temp-folder.ts';

// Whole runs in real processes: a busy machine takes its time.
vi.setConfig({ testTimeout: 240_000 });

const folder = tempFolder();
const cores: CoreClient[] = [];

async function start(name: string): Promise<CoreClient> {
  const core = await CoreClient.start(path.join(folder, name));
  cores.push(core);
  return core;
}

async function demo(name: string, limit: number): Promise<CoreClient> {
  const core = await start(name);
  const { datasets } = await core.call('project.demo', {});
  for (const { id } of datasets) await core.call('dataset.update', { id, limit });
  await core.project(settled);
  return core;
}

afterEach(async () => {
  await Promise.all(cores.splice(0).map((core) => core.stop()));
});

/** Child processes of a process, by the system's own list. */
function childrenOf(pid: number): number[] {
  const list = execFileSync('ps', ['-o', 'pid=', '--ppid', String(pid)], { encoding: 'utf8' });
  return list.trim().split(/\s+/).map(Number);
}

it('an inference process that is killed costs one batch', async () => {
  const core = await demo('killed', 600);
  const { id } = await core.call('run.start', {});
  await core.job((job) => job.id === id && (job.saved?.chunks ?? 0) > 0);
  for (const pid of childrenOf(core.pid)) process.kill(pid, 'SIGKILL');
  const ended = await core.job((job) => job.id === id && job.state !== 'running');
  expect(ended).toMatchObject({ state: 'done', restarts: 1, error: null });
});

it('a core that is killed leaves an interrupted run, and starting again resumes it', async () => {
  const core = await demo('crash', 600);
  const { id } = await core.call('run.start', {});
  await core.job((job) => job.id === id && (job.saved?.chunks ?? 0) > 1);
  await core.kill();
  const again = await start('crash');
  const view = await again.call('project.demo', {});
  expect(view.runs[0]).toMatchObject({ state: 'interrupted', current: true });
  await again.project(settled);
  const job = await again.run();
  expect(job.state).toBe('done');
  const sampled = job.stages.find(({ name }) => name === 'sample')!;
  expect(sampled.done).toBe(sampled.total);
});

it('a run is cancelled, and goes on from its last commit', async () => {
  const core = await demo('cancel', 600);
  const { id } = await core.call('run.start', {});
  await core.job((job) => job.id === id && (job.saved?.chunks ?? 0) > 0);
  await expect(core.call('run.start', {})).rejects.toMatchObject({ code: 'E_CONFLICT' });
  await core.call('job.cancel', { id });
  expect((await core.job((job) => job.id === id && job.state !== 'running' && job.state !== 'stopping')).state).toBe('cancelled');
  expect((await core.run()).state).toBe('done');
  const { runs } = await core.project(({ runs: all }) => all[0].state === 'done');
  expect(runs.map(({ state }) => state)).toEqual(['done', 'cancelled']);
});

it('a second core is refused, a file that is no project too', async () => {
  const core = await demo('lock', 20);
  const other = await start('other');
  const { file } = (await core.call('project.view', {}))!;
  await expect(other.call('project.open', { grant: await other.grant(file) })).rejects.toMatchObject({ code: 'E_CONFLICT' });
  const text = path.join(folder, 'text.oodlab');
  writeFileSync(text, 'this is no database, whatever its name says '.repeat(40));
  await expect(other.call('project.open', { grant: await other.grant(text) })).rejects.toMatchObject({ code: 'E_DB_CORRUPT' });
  const existing = other.call('project.create', { grant: await other.grant(text), name: 'x' });
  await expect(existing).rejects.toMatchObject({ code: 'E_INPUT' });
  await expect(other.call('project.open', { grant: 'forged' })).rejects.toMatchObject({ code: 'E_NOT_GRANTED' });
});

it('sets: damaged images are listed, a moved folder is broken and can be relocated, an empty one says so', async () => {
  const core = await start('sets');
  const images = noiseImages({ folder: path.join(folder, 'images'), count: 5, height: 8, width: 9 });
  writeFileSync(path.join(images, 'cut.png'), Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0]));
  const empty = path.join(folder, 'empty');
  mkdirSync(empty);
  await core.call('project.create', { grant: await core.grant(path.join(folder, 'sets.oodlab')), name: 'Sets' });
  await core.call('dataset.add', { grants: [await core.grant(images), await core.grant(empty)], role: 'fit' });
  let view = await core.project(settled);
  const [first, second] = view.datasets;
  expect(first.facts).toMatchObject({ state: 'ready', value: { count: 5, entries: 6, sizes: [[9, 8, 5]] } });
  expect(first.facts.state === 'ready' && first.facts.value.rejected.map(({ at }) => at)).toEqual(['cut.png']);
  expect(second.facts).toMatchObject({ state: 'broken', error: { code: 'E_DATASET' } });
  expect(view.steps[0].state).toBe('error');
  expect(view.planHash).toBeNull();
  await expect(core.call('run.start', {})).rejects.toMatchObject({ code: 'E_INPUT' });
  await core.call('dataset.remove', { id: second.id });
  await expect(core.call('dataset.remove', { id: second.id })).rejects.toMatchObject({ code: 'E_INPUT' });
  await core.call('project.close', {});

  const moved = path.join(folder, 'moved');
  renameSync(images, moved);
  await core.call('project.open', { grant: await core.grant(path.join(folder, 'sets.oodlab')) });
  view = await core.project(settled);
  expect(view.datasets[0].facts.state).toBe('broken');
  await expect(core.call('dataset.images', { id: first.id, from: 0, count: 3 })).rejects.toMatchObject({ code: 'E_DATASET' });
  await core.call('dataset.relocate', { id: first.id, grant: await core.grant(moved) });
  view = await core.project(settled);
  expect(view.datasets[0].facts).toMatchObject({ state: 'ready', value: { count: 5 } });
  expect((await core.call('dataset.restore', { id: second.id })).datasets).toHaveLength(2);
});

it('a broken model has its sentence and the old one can be put back', async () => {
  const core = await demo('model', 20);
  const before = (await core.call('project.view', {}))!.draft.model!.path;
  const broken = path.join(folder, 'broken.onnx');
  writeFileSync(broken, 'not a model at all');
  await core.call('model.set', { grant: await core.grant(broken) });
  const view = await core.project(settled);
  expect(view.model!.info.state).toBe('broken');
  expect(view.steps[1]).toMatchObject({ state: 'error', blockers: [{ code: 'model-broken' }] });
  await expect(core.call('model.check', {})).rejects.toMatchObject({ code: 'E_INPUT' });
  await expect(core.call('hook.graph', {})).rejects.toMatchObject({ code: 'E_INPUT' });
  expect((await core.call('model.undo', {})).draft.model!.path).toBe(before);
  await expect(core.call('model.undo', {})).rejects.toMatchObject({ code: 'E_INPUT' });
});
