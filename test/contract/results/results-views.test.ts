/** Results views of real runs, against what scores.csv of the same run says. */
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { chartsView } from '../../../electron/engine/app/results/charts.ts';
import { compareView } from '../../../electron/engine/app/results/compare.ts';
import { mapView } from '../../../electron/engine/app/results/latent-map.ts';
import { operatingView } from '../../../electron/engine/app/results/operating.ts';
import { ShownRun } from '../../../electron/engine/app/results/shown-run.ts';
import { worstView } from '../../../electron/engine/app/results/worst.ts';
import { loadRun } from '../../../electron/engine/pipeline/load-run.ts';
import { scoresCsv } from '../../../electron/engine/report/scores-csv.ts';
import { openProject, type Project } from '../../../electron/engine/storage/open-project.ts';
import type { RunSummary } from '../../../electron/shared/app/views.ts';
import { demoPlan, limited } from '../../helpers/demo-plan.ts';
import { runInTest } from '../../helpers/run-in-test.ts';
import { tempFolder } from '../../helpers/temp-folder.ts';

const folder = tempFolder();
const LARED = { detector: 'lared', pca: null };
const N = 150;
let project: Project;
let first: ShownRun;
let second: ShownRun;
let rows: Record<string, string>[];

const plan = (samples: number) =>
  demoPlan((draft) => {
    limited(N)(draft);
    draft.sampling.samples = samples;
    draft.pca = [null, 4];
  });

beforeAll(async () => {
  await runInTest(plan(16), { folder }, () => undefined);
  await runInTest(plan(64), { folder }, () => undefined);
  project = openProject(path.join(folder, 'project.oodlab'));
  first = new ShownRun(loadRun(project, 1));
  second = new ShownRun(loadRun(project, 2));
  // No cell of this file holds a comma or a quote.
  const [header, ...lines] = [...scoresCsv(first.run)]
    .join('')
    .trim()
    .split('\n')
    .map((line) => line.split(','));
  rows = lines.map((cells) => Object.fromEntries(cells.map((cell, i) => [header[i], cell])));
}, 120_000);
afterAll(() => project.close());

const of = (set: string): Record<string, string>[] => rows.filter((row) => row.set === set);

test('alarm rates and accuracy are those that scores.csv counts, at the rule and at a moved threshold', () => {
  const own = Number(rows[0]['lared threshold']);
  for (const moved of [null, own - 2, own + 1.5]) {
    const view = operatingView(first, LARED, moved);
    expect(view.threshold).toBe(moved ?? own);
    for (const rate of view.rates) {
      const alarms = of(rate.set).filter((row) => Number(row['lared score']) < view.threshold).length;
      expect([rate.set, rate.count, rate.of]).toEqual([rate.set, alarms, N]);
      expect(rate.low).toBeLessThanOrEqual(alarms / N);
      expect(rate.high).toBeGreaterThanOrEqual(alarms / N);
    }
    const all = rows.filter(({ role }) => role === 'test' || role === 'ood').map((row) => Number(row['lared score']));
    expect(view.previous).toBe(Math.max(...all.filter((score) => score < view.threshold)));
    expect(view.next).toBe(Math.min(...all.filter((score) => score > view.threshold)));
    const tests = of('Fashion test');
    const right = (row: Record<string, string>): boolean => row.label === row.prediction;
    const accepted = tests.filter((row) => Number(row['lared score']) >= view.threshold);
    expect(view.accuracy).toEqual({
      all: [tests.filter(right).length, N],
      accepted: [accepted.filter(right).length, accepted.length],
      wrongAlarmed: [tests.filter((row) => !right(row) && !accepted.includes(row)).length, N - tests.filter(right).length],
    });
  }
});

test('worst misses and false alarms stand in the order of their scores, page by page', () => {
  const address = (source: { path: string }, index: number): string => `${path.basename(source.path)}#${index}`;
  const query = { config: LARED, threshold: null, from: 0, count: 5 };
  const misses = worstView(first, { ...query, kind: 'misses', set: 'UCI digits' }, address);
  const threshold = Number(rows[0]['lared threshold']);
  const wanted = of('UCI digits')
    .filter((row) => Number(row['lared score']) >= threshold)
    .sort((a, b) => Number(b['lared score']) - Number(a['lared score']));
  expect(misses.total).toBe(wanted.length);
  expect(misses.items.map(({ index, score }) => [index, score])).toEqual(
    wanted.slice(0, 5).map((row) => [Number(row.index), Number(row['lared score'])]),
  );
  expect(misses.items[0].media).toBe(`ood_uci_digits-images-idx3-ubyte.gz#${wanted[0].index}`);
  const alarms = worstView(first, { ...query, kind: 'alarms', set: 'Fashion test', from: 1 }, address);
  const alarmed = of('Fashion test')
    .filter((row) => Number(row['lared score']) < threshold)
    .sort((a, b) => Number(a['lared score']) - Number(b['lared score']));
  expect(alarms.items.map(({ index }) => index)).toEqual(alarmed.slice(1, 6).map((row) => Number(row.index)));
  for (const { probability } of alarms.items) expect(probability).toBeGreaterThan(0.1);
});

test('the map whitens the fit images: mean 0 and deviation 1 would be theirs, OoD images lie elsewhere', async () => {
  const view = await mapView({ run: first.run, sets: first.sets, images: (name) => first.images(name) });
  expect(view.axes.length).toBe(2);
  expect(view.axes[0].explained).toBeGreaterThan(view.axes[1].explained);
  const spread = (name: string): number => {
    const { points } = view.sets.find((set) => set.name === name)!;
    return points.reduce((sum, [x, y]) => sum + x * x + y * y, 0) / points.length;
  };
  // In-distribution test images: about 2 by construction.
  expect(spread('Fashion test')).toBeGreaterThan(1);
  expect(spread('Fashion test')).toBeLessThan(4);
  expect(spread('Textures')).toBeGreaterThan(2 * spread('Fashion test'));
  expect(view.sets.map(({ points, of: count }) => [points.length, count])).toEqual(view.sets.map(() => [N, N]));
});

const summary = (id: number): RunSummary => ({
  id,
  state: 'done',
  startedAt: '',
  endedAt: null,
  planHash: '',
  samples: 0,
  hook: '',
  error: null,
  stamp: null,
  warnings: 0,
  current: false,
});

test('a run against itself differs in nothing', () => {
  const view = compareView(
    [
      { shown: first, summary: summary(1) },
      { shown: first, summary: summary(1) },
    ],
    LARED,
  );
  expect(view.settings).toEqual([]);
  for (const { difference } of view.figures) expect(difference).toMatchObject({ value: 0, p: 1 });
  for (const { onlyA, onlyB, agree } of view.flips) expect([onlyA, onlyB, agree]).toEqual([0, 0, N]);
});

test('another N: its setting, the differences with their intervals, and the flipped decisions', () => {
  const view = compareView(
    [
      { shown: first, summary: summary(1) },
      { shown: second, summary: summary(2) },
    ],
    LARED,
  );
  expect(view.settings.filter(({ derived }) => !derived)).toEqual([
    { path: 'sampling.samples', a: '16', b: '64', derived: false },
  ]);
  expect(view.settings.some(({ path: at, derived }) => at === 'threshold.value' && derived)).toBe(true);
  expect(view.figures.length).toBe(4 + 5);
  for (const { figure, a, b, difference, set } of view.figures) {
    expect(difference!.value, `${figure} ${set}`).toBeCloseTo(b.value - a.value, 12);
    expect(difference!.low).toBeLessThanOrEqual(difference!.high);
    expect(difference!.p).toBeLessThanOrEqual(1);
  }
  const mnist = view.flips.find(({ set }) => set === 'MNIST digits')!;
  const alarms = (shown: ShownRun): boolean[] => {
    const { scores, threshold } = shown.config(LARED);
    return Array.from(scores.get('MNIST digits')!, (score) => score < threshold.value);
  };
  const [a, b] = [alarms(first), alarms(second)];
  expect(mnist.onlyA).toBe(a.filter((alarm, i) => alarm && !b[i]).length);
  expect(mnist.onlyB).toBe(b.filter((alarm, i) => alarm && !a[i]).length);
});

test('charts carry their twin tables; a set or detector that is not there has its sentence', () => {
  const charts = chartsView(first, { config: LARED, set: 'UCI digits', locale: 'en' });
  expect(charts.roc!.full.band?.name).toBe('UCI digits');
  expect(charts.scores!.rows.map(({ name }) => name)).toEqual(first.sets.map(({ name }) => name));
  expect(charts.scores!.rows.every(({ counts, below, above }) => counts.reduce((x, y) => x + y, below + above) === N)).toBe(true);
  expect(charts.pca!.series.length).toBe(2);
  expect(charts.stability).toBeNull();
  expect(() => first.config({ detector: 'lared', pca: 5 })).toThrow(/Run 1 has no lared with PCA 5/);
  expect(() => first.set('no such set')).toThrow(/measured no set "no such set"/);
});
