/** A search over hooks and settings, against a pre-flight of each of its settings; and its command with what a run says of it. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import type { SearchJob } from '../../../electron/engine/preflight/job.ts';
import type { JobSet } from '../../../electron/engine/sampling/job.ts';
import type { HookPoint } from '../../../electron/shared/domain.ts';
import { parsePlan, type Plan } from '../../../electron/shared/plan.ts';
import type { Results } from '../../../electron/shared/results.ts';
import type { SearchView } from '../../../electron/shared/search.ts';
import { ProcessPreflight } from '../../../electron/workers/process-preflight.ts';
import { inspectInProcess } from '../../../electron/workers/process-sampler.ts';
import { demoPlan, limited, writePlan } from '../../helpers/demo-plan.ts';
import { runCli } from '../../helpers/run-cli.ts';
import { tempFolder } from '../../helpers/temp-folder.ts';

const IMAGES = 24;
const PLAN = demoPlan();
const setOf = (name: string): JobSet => ({ ...PLAN.datasets.find((set) => set.name === name)!, derive: undefined });
const processes = new ProcessPreflight();
let hooks: HookPoint[];
let job: SearchJob;
let view: SearchView;

beforeAll(async () => {
  hooks = (await inspectInProcess(PLAN.model.path)).hooks;
  job = {
    model: PLAN.model,
    sampling: PLAN.sampling,
    threads: 1,
    hooks: hooks.filter(({ tensors }) => ['block2.out', 'block1.out', 'pool.out', 'logits'].includes(tensors[0])),
    ind: setOf('Fashion train'),
    ood: [setOf('MNIST digits'), setOf('Textures')],
    images: IMAGES,
    drops: [0.3, 0.6],
    blocks: [3, 5],
  };
  const seen: number[] = [];
  view = await processes.search(job, (done, total) => seen.push(done / total));
  expect(seen.at(-1)).toBe(1);
}, 60_000);
afterAll(() => processes.close());

test('a map has a cell for each setting, a vector one for each drop probability, and every hook is there or has its reason', () => {
  const count = (tensor: string): number => view.cells.filter(({ tensors }) => tensors[0] === tensor).length;
  const refused = new Set(view.unrated.map(({ label }) => label));
  expect([count('block2.out'), count('block1.out'), count('logits')]).toEqual([4, 4, 2]);
  for (const { label } of job.hooks) expect(refused.has(label) || view.cells.some((cell) => cell.label === label)).toBe(true);
  expect(view.screened).toBe(0);
});

test.each([
  [0.3, 5],
  [0.6, 3],
])('figures at p %d and block size %i are those of a pre-flight with this setting', async (dropProb, blockSize) => {
  const sampling = { ...PLAN.sampling, dropProb, blockSize };
  const each = [];
  for (const ood of job.ood) each.push(await processes.preflight({ ...job, sampling, ood }, () => undefined));
  for (const tensor of ['block2.out', 'block1.out', 'logits']) {
    const cell = view.cells.find(
      (one) => one.tensors[0] === tensor && one.dropProb === dropProb && (one.blockSize ?? blockSize) === blockSize,
    )!;
    const rated = each.map(({ candidates }) => candidates.find(({ tensors }) => tensors[0] === tensor)!);
    expect(cell.auroc.value).toBeCloseTo((rated[0].auroc!.value + rated[1].auroc!.value) / 2, 12);
    const { atFloor, dropped, dropsAll, cost, features } = rated[0];
    expect(cell).toMatchObject({ atFloor, dropped, dropsAll, cost, features });
    expect(cell.auroc.low).toBeLessThan(cell.auroc.value);
  }
});

test('best first, what carries no information last, and the best is tied with itself', () => {
  const isAvoided = view.cells.map(({ reasons }) => reasons.some((reason) => ['floor', 'drops-all', 'no-drop'].includes(reason)));
  expect(isAvoided).toEqual(isAvoided.slice().sort((a, b) => Number(a) - Number(b)));
  const fine = view.cells.filter((_, i) => !isAvoided[i]).map(({ auroc }) => auroc.value);
  expect(fine).toEqual(fine.slice().sort((a, b) => b - a));
  expect(view.cells[0].tied).toBe(true);
});

test('one set alone has the interval of an AUROC', async () => {
  const [ood] = job.ood;
  const alone = await processes.search({ ...job, ood: [ood], drops: [0.6], blocks: [3] }, () => undefined);
  const rated = await processes.preflight({ ...job, sampling: { ...PLAN.sampling, dropProb: 0.6, blockSize: 3 }, ood }, () => 0);
  for (const cell of alone.cells) {
    const other = rated.candidates.find(({ label }) => label === cell.label)!.auroc!;
    expect(cell.auroc.low).toBeCloseTo(other.low, 10);
    expect(cell.auroc.high).toBeCloseTo(other.high, 10);
  }
});

test('with many hooks a quick look chooses twelve, and it is counted', async () => {
  const all = await processes.search({ ...job, hooks, ood: [job.ood[0]], drops: [0.5], blocks: [5] }, () => undefined);
  expect(new Set(all.cells.map(({ label }) => label)).size).toBe(12);
  expect(all.screened).toBeGreaterThan(12);
});

test('a mechanism without drop probabilities is refused in a sentence', async () => {
  const sampling: Plan['sampling'] = { ...PLAN.sampling, mechanism: 'none' };
  await expect(processes.search({ ...job, sampling }, () => undefined)).rejects.toThrow(/mechanism "none" has none/);
});

describe('the command', () => {
  const folder = tempFolder();
  const plan = writePlan(
    folder,
    demoPlan((one) => {
      limited(60)(one);
      one.detectors = ['lared'];
      one.baselines = [];
      one.pca = [null];
      one.datasets.find(({ name }) => name === 'Textures')!.role = 'select';
    }),
  );
  const out = path.join(folder, 'searched.json');
  const words = ['--images', '20', '--drops', '0.4,0.5', '--blocks', '5', '--hooks', 'block2.out,block1.out'];

  it('writes a plan with the choice and the number of candidates, which its run tells', async () => {
    const { code, stdout } = await runCli(['search', plan, '--out', out, ...words]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/Best of 4 candidates: block[12]\.out, drop probability 0\.[45], block size 5, AUROC /);
    const written = parsePlan(JSON.parse(readFileSync(out, 'utf8')));
    expect(written.selection.search).toEqual({ candidates: 4, images: 20, ind: 'Fashion train', ood: ['Textures'] });
    const run = await runCli(['run', out, '--out', path.join(folder, 'out'), '--no-monitor']);
    expect(run.stdout).toContain('Confirmatory. Hook and sampling were chosen after a search over 4 candidates');
    const again = path.join(folder, 'again.json');
    await runCli(['search', out, '--out', again, ...words]);
    expect(parsePlan(JSON.parse(readFileSync(again, 'utf8'))).selection.search!.candidates).toBe(8);
  }, 120_000);

  it('measured on the sets of the search, nothing is confirmed', async () => {
    const peeked = JSON.parse(readFileSync(out, 'utf8')) as Plan;
    for (const set of peeked.datasets) {
      set.path = path.resolve(folder, set.path);
      if (set.role === 'select') set.role = 'ood';
    }
    peeked.model.path = path.resolve(folder, peeked.model.path);
    const results = path.join(folder, 'peeked');
    const run = await runCli(['run', writePlan(folder, peeked, 'peeked.json'), '--out', results, '--no-monitor']);
    expect(run.stdout).toContain('Hook and sampling were searched on Textures, which this run measures on');
    const { protocol } = JSON.parse(readFileSync(path.join(results, 'results.json'), 'utf8')) as Results;
    expect(protocol).toMatchObject({ state: 'exploratory', optimistic: true });
  }, 120_000);

  it('never reads test sets: a plan without select sets, a wrong hook and a wrong number have their sentences', async () => {
    const bare = writePlan(folder, demoPlan(limited(60)), 'bare.json');
    expect((await runCli(['search', bare])).stderr).toMatch(/^oodlab: A search needs an OoD set with the role "select"/);
    expect((await runCli(['search', plan, '--hooks', 'nowhere'])).stderr).toMatch(/no hook point "nowhere"/);
    expect((await runCli(['search', plan, '--drops', '1.5'])).stderr).toMatch(/each between 0 and 1/);
  }, 60_000);
});
