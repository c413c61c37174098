/** The tests between detectors as sentences: for results.json, the command line's table, the window and the report. */
import { detectorName } from './detector-names.ts';
import { formats } from './format.ts';
import { say, type Locale, type Values } from './messages/catalogue.ts';
import { STATISTICS_TEXTS } from './messages/statistics.ts';
import type { ConfigName, FalseAlarmLaw, MetricsRow, PairedComparison, Statistics } from './results.ts';

/** Above it (adjusted), two detectors are said not to be told apart. */
export const LEVEL = 0.05;
/** Up to this many detectors and baselines every pair is tested; beyond, the main one against each other one. */
export const MOST_FOR_ALL_PAIRS = 10;
const MOST_NAMES = 3;
const MOST_RIVALS = 3;

type Key = keyof (typeof STATISTICS_TEXTS)['en'];

export const sameConfig = (a: ConfigName, b: ConfigName): boolean => a.detector === b.detector && a.pca === b.pca;

interface Speaker {
  locale: Locale;
  t: (key: Key, values?: Values) => string;
  name: (config: ConfigName) => string;
  p: (value: number) => string;
}

function speaker(locale: Locale): Speaker {
  const t = (key: Key, values?: Values): string => say(STATISTICS_TEXTS, locale, key, values);
  return {
    locale,
    t,
    name: (config) => detectorName(config, locale),
    p: (value) => pText(value, locale),
  };
}

/** "p = 0.21", "p < 0.001". */
export function pText(value: number, locale: Locale): string {
  const text = formats(locale).probability(value);
  const key = text.startsWith('<') ? 'p.below' : 'p.equal';
  return say(STATISTICS_TEXTS, locale, key, { p: text.replace('<', '') });
}

/** For each OoD set: who ranks first and who cannot be told apart; then the main detector against its nearest rivals. */
export function statisticsReading(statistics: Statistics, metrics: readonly MetricsRow[], locale: Locale): string[] {
  const s = speaker(locale);
  const sets = [...new Set(metrics.map(({ ood }) => ood))];
  return sets.flatMap((ood) => {
    const rows = metrics.filter((row) => row.ood === ood);
    const tests = statistics.comparisons.filter((test) => test.ood === ood);
    const ranking = statistics.pairs === 'all' ? ranked(rows, tests, s) : counted(rows.length, tests, { statistics, s });
    return [...ranking, ...rivals(statistics.main, tests, s), ...belowChance(rows, statistics.main, s)];
  });
}

function ranked(rows: readonly MetricsRow[], tests: readonly PairedComparison[], s: Speaker): string[] {
  const order = rows.slice().sort((a, b) => b.auroc.value - a.auroc.value);
  const [leader, ...others] = order;
  if (leader === undefined) return [];
  const first = s.t('first', {
    set: leader.ood,
    leader: s.name(leader),
    auroc: formats(s.locale).area(leader.auroc.value),
  });
  const against = others.flatMap((row) => {
    const test = tests.find(({ a, b }) => pairIs(a, b, leader, row));
    return test === undefined ? [] : [{ name: s.name(row), p: test.pHolm }];
  });
  if (against.length === 0) return [s.t('first.only', { first })];
  const tied = against.filter(({ p }) => p > LEVEL);
  if (tied.length === 0) {
    const p = s.p(Math.max(...against.map((other) => other.p)));
    return [s.t('first.alone', { first, count: against.length, p })];
  }
  const names = tied.slice(0, MOST_NAMES).map(({ name, p }) => s.t('tied.name', { name, p: s.p(p) }));
  const more = tied.length > MOST_NAMES ? [s.t('tied.more', { count: tied.length - MOST_NAMES })] : [];
  return [s.t('first.tied', { first, names: listed([...names, ...more], s) })];
}

/** With many detectors only the main one was tested against the others. */
function counted(
  detectors: number,
  tests: readonly PairedComparison[],
  { statistics, s }: { statistics: Statistics; s: Speaker },
): string[] {
  if (statistics.main === null || tests.length === 0) return [];
  const apart = tests.filter(({ pHolm }) => pHolm <= LEVEL);
  const above = apart.filter(({ difference }) => difference.value > 0).length;
  const values = { above, below: apart.length - above, tied: tests.length - apart.length, count: detectors - 1 };
  return [s.t('main.counts', { set: tests[0].ood, main: s.name(statistics.main), ...values })];
}

/** The main detector against the others of the plan at its own PCA size. */
function rivals(main: ConfigName | null, tests: readonly PairedComparison[], s: Speaker): string[] {
  if (main === null) return [];
  return tests
    .flatMap((test) => {
      const other = sameConfig(test.a, main) ? test.b : sameConfig(test.b, main) ? test.a : null;
      return other !== null && other.pca === main.pca ? [test] : [];
    })
    .slice(0, MOST_RIVALS)
    .map((test) => pairSentence(test, s.locale));
}

/** "LaRED and LaREM cannot be told apart on svhn: p = 0.21." */
export function pairSentence({ ood, a, b, difference, pHolm }: PairedComparison, locale: Locale): string {
  const s = speaker(locale);
  if (pHolm > LEVEL) return s.t('same', { a: s.name(a), b: s.name(b), set: ood, p: s.p(pHolm) });
  const f = formats(locale);
  const { value, low, high } = difference;
  const [better, worse, sign] = value >= 0 ? [a, b, 1] : [b, a, -1];
  const ends = [sign * low, sign * high].sort((x, y) => x - y);
  return s.t('apart', {
    a: s.name(better),
    b: s.name(worse),
    set: ood,
    difference: f.fixed(Math.abs(value), 3),
    // The sentence itself says in which direction.
    interval: f.fixedInterval(ends[0], ends[1]),
    p: s.p(pHolm),
  });
}

function belowChance(rows: readonly MetricsRow[], main: ConfigName | null, s: Speaker): string[] {
  const row = main === null ? undefined : rows.find((one) => sameConfig(one, main));
  if (row === undefined || row.auroc.value >= 0.5) return [];
  return [s.t('belowChance', { set: row.ood, name: s.name(row), auroc: formats(s.locale).area(row.auroc.value) })];
}

/** How the tests were made, in words: which pairs, and what the correction is over. */
export function testsNote({ main, pairs, testsPerSet }: Statistics, locale: Locale): string {
  const s = speaker(locale);
  const which =
    pairs === 'all' || main === null ? s.t('pairs.all') : s.t('pairs.main', { most: MOST_FOR_ALL_PAIRS, main: s.name(main) });
  return `${s.t('holm', { count: formats(locale).count(testsPerSet) })} ${which}`;
}

/** What the conformal threshold promises. */
export function falseAlarmSentences(law: FalseAlarmLaw, locale: Locale): string[] {
  const s = speaker(locale);
  const f = formats(locale);
  const asked = f.rate(law.asked);
  if (law.rank === 0) return [s.t('unguaranteed', { n: f.count(law.calibration), asked })];
  const guaranteed =
    law.guaranteedRank === 0
      ? s.t('unguaranteed', { n: f.count(law.calibration), asked })
      : s.t('guaranteed', { rank: f.count(law.guaranteedRank), own: f.count(law.rank), asked });
  return [
    s.t('realised', {
      n: f.count(law.calibration),
      asked,
      mean: f.rate(law.mean),
      low: f.rate(law.q05),
      high: f.rate(law.q95),
      above: f.rate(law.probabilityAbove),
    }),
    guaranteed,
  ];
}

function pairIs(a: ConfigName, b: ConfigName, one: ConfigName, other: ConfigName): boolean {
  return (sameConfig(a, one) && sameConfig(b, other)) || (sameConfig(a, other) && sameConfig(b, one));
}

function listed(parts: readonly string[], s: Speaker): string {
  return parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} ${s.t('and')} ${parts.at(-1)!}`;
}
