/**
 * Two runs side by side: what was set differently, and whether figures differ by more than the draw of the images. Only
 * runs on the same images, pixel for pixel and in the same order, are compared pair by pair.
 */
import type { ConfigId } from '../../../shared/app/contract.ts';
import type { CompareView, Difference, RunSummary } from '../../../shared/app/views.ts';
import { delongPaired, holm, pairedRates } from '../../metrics/paired.ts';
import { clopperPearson } from '../../metrics/proportion.ts';
import { isAlarm } from '../../metrics/threshold.ts';
import { configName } from '../../pipeline/detector-configs.ts';
import type { ScoredConfig } from '../../pipeline/evaluate-stage.ts';
import { concatenate } from '../../pipeline/vectors.ts';
import type { ShownRun, ShownSet } from './shown-run.ts';

interface Side {
  shown: ShownRun;
  summary: RunSummary;
  config: ScoredConfig;
}

/** The second run is held against the first: a difference is "second minus first". */
export function compareView([first, second]: [Omit<Side, 'config'>, Omit<Side, 'config'>], id: ConfigId): CompareView {
  const a: Side = { ...first, config: first.shown.config(id) };
  const b: Side = { ...second, config: nearestConfig(second.shown, id) };
  const common = a.shown.sets.filter(({ name, role }) => b.shown.sets.some((set) => set.name === name && set.role === role));
  const paired = new Set(common.filter(({ name }) => sameImages(a.shown, b.shown, name)).map(({ name }) => name));
  const figures = [...aurocFigures(a, b, { common, paired }), ...alarmFigures(a, b, { common, paired })];
  const settings = settingsOf(a, b);
  return {
    a: a.summary,
    b: b.summary,
    config: { a: configName(a.config), b: configName(b.config) },
    settings: settings.filter((setting) => setting.a !== setting.b),
    equalSettings: settings.filter((setting) => setting.a === setting.b).length,
    figures: adjusted(figures),
    flips: common.filter(({ name }) => paired.has(name)).map((set) => flipsOf(a, b, set)),
    warnings: common
      .filter(({ name }) => !paired.has(name))
      .map(({ name }) => ({
        code: 'NOT_PAIRED',
        message: `${name}: the two runs hold different images, so their difference has no interval.`,
      })),
  };
}

/** The same detector and PCA size, or the same detector, or the first one. */
function nearestConfig({ run }: ShownRun, { detector, pca }: ConfigId): ScoredConfig {
  const own = run.scored.filter(({ id }) => id === detector);
  return own.find((entry) => entry.pca === pca) ?? own.at(0) ?? run.scored[0];
}

function sameImages(a: ShownRun, b: ShownRun, name: string): boolean {
  const [left, right] = [a.images(name).hashes, b.images(name).hashes];
  return left.length === right.length && left.every((hash, i) => hash === right[i]);
}

type Figure = CompareView['figures'][number];
interface Common {
  common: readonly ShownSet[];
  paired: ReadonlySet<string>;
}

function aurocFigures(a: Side, b: Side, { common, paired }: Common): Figure[] {
  const tests = common.filter(({ role }) => role === 'test').map(({ name }) => name);
  const whole = tests.length > 0 && tests.every((name) => paired.has(name));
  const ind = ({ config }: Side): Float64Array => concatenate(tests.map((name) => config.scores.get(name)!));
  const estimate = ({ shown, config }: Side, ood: string): Figure['a'] | undefined =>
    shown.run.results.metrics.find((row) => row.detector === config.id && row.pca === config.pca && row.ood === ood)?.auroc;
  return common.flatMap(({ name, role, oodIndex }): Figure[] => {
    const [left, right] = [estimate(a, name), estimate(b, name)];
    if (role !== 'ood' || left === undefined || right === undefined) return [];
    const scores = ({ config }: Side): Float64Array => config.scores.get(name)!;
    const difference =
      whole && paired.has(name) ? delongPaired({ positive: [ind(b), ind(a)], negative: [scores(b), scores(a)] }) : null;
    return [{ set: name, role, oodIndex, figure: 'auroc', a: left, b: right, difference: difference && plain(difference) }];
  });
}

function alarmFigures(a: Side, b: Side, { common, paired }: Common): Figure[] {
  return common.map(({ name, role, oodIndex }) => {
    const [left, right] = [alarmsOf(a, name), alarmsOf(b, name)];
    const share = (alarms: readonly boolean[]): Figure['a'] => {
      const count = alarms.filter(Boolean).length;
      const [low, high] = clopperPearson(count, alarms.length);
      return { value: count / alarms.length, low, high };
    };
    const { onlyA, onlyB } = flipCounts(left, right);
    const difference = paired.has(name) ? plain({ ...pairedRates(onlyB, onlyA, left.length) }) : null;
    return { set: name, role, oodIndex, figure: 'alarms', a: share(left), b: share(right), difference };
  });
}

const plain = ({ difference, low, high, p }: { difference: number; low: number; high: number; p: number }): Difference => ({
  value: difference,
  low,
  high,
  p,
});

/** Every p-value of the view is adjusted by Holm for all that are shown. */
function adjusted(figures: Figure[]): Figure[] {
  const p = holm(figures.map(({ difference }) => difference?.p ?? NaN));
  return figures.map((figure, i) =>
    figure.difference === null ? figure : { ...figure, difference: { ...figure.difference, p: p[i] } },
  );
}

function alarmsOf({ config }: Side, name: string): boolean[] {
  return Array.from(config.scores.get(name)!, (score) => isAlarm(score, config.threshold));
}

function flipCounts(left: readonly boolean[], right: readonly boolean[]): { onlyA: number; onlyB: number; agree: number } {
  let [onlyA, onlyB] = [0, 0];
  left.forEach((alarm, i) => {
    onlyA += Number(alarm && !right[i]);
    onlyB += Number(!alarm && right[i]);
  });
  return { onlyA, onlyB, agree: left.length - onlyA - onlyB };
}

function flipsOf(a: Side, b: Side, { name, role, oodIndex }: ShownSet): CompareView['flips'][number] {
  return { set: name, role, oodIndex, ...flipCounts(alarmsOf(a, name), alarmsOf(b, name)) };
}

type Setting = CompareView['settings'][number];

/** Every value of both plans by its path, and what followed from them. */
function settingsOf(a: Side, b: Side): Setting[] {
  const [left, right] = [flat(a.shown.run.results.plan), flat(b.shown.run.results.plan)];
  const chosen = [...new Set([...left.keys(), ...right.keys()])].map((path): Setting => ({
    path,
    a: left.get(path) ?? '',
    b: right.get(path) ?? '',
    derived: false,
  }));
  const derived = (path: string, value: (side: Side) => unknown): Setting => ({
    path,
    a: String(value(a)),
    b: String(value(b)),
    derived: true,
  });
  return [
    ...chosen,
    derived('threshold.value', ({ config }) => config.threshold.value),
    derived('features', ({ shown }) => shown.run.results.model.entropyFeatures),
    derived('calibration', ({ shown }) => shown.run.results.calibration.count),
    derived('provider', ({ shown }) => shown.run.results.environment.provider),
  ];
}

function flat(value: unknown, path = ''): Map<string, string> {
  if (typeof value !== 'object' || value === null) return new Map([[path, JSON.stringify(value)]]);
  return new Map(Object.entries(value).flatMap(([key, inner]) => [...flat(inner, path === '' ? key : `${path}.${key}`)]));
}
