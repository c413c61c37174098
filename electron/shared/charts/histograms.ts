/**
 * Score histograms: one row a set on one axis. Bins are the same for all rows; what lies outside the axis is one bar at
 * its end with its count, never cut silently. A drawer paints what lies left of the threshold solid (alarms) and the rest
 * light, so that moving the threshold needs no new model.
 */
import type { Formats } from '../format.ts';
import { formats } from '../format.ts';
import { say, type Locale } from '../messages/catalogue.ts';
import { CHART_TEXTS } from '../messages/charts.ts';
import { type Axis, type Chart, niceStep, niceTicks, type ScoredSet, type SeriesId } from './chart.ts';

export interface HistogramOptions {
  locale: Locale;
  sets: readonly ScoredSet[];
  /** What the scores are: scoreTitle() of detector-names.ts. */
  score: string;
  /** An alarm is a score below it, or at it when `strict` (the rule "zscore"). */
  threshold: { value: number; strict: boolean };
  /** About how many bins; 52 by default. */
  bins?: number;
}

export interface HistogramRow extends SeriesId {
  of: number;
  /** Images in each bin. */
  counts: number[];
  below: number;
  above: number;
  /** The highest bar of the row, outside bars included: the row's height scale. At least 1. */
  peak: number;
  /** Images that raise an alarm at the model's threshold. */
  alarms: number;
}

export interface HistogramChart extends Chart {
  kind: 'histograms';
  x: Axis;
  /** Borders of the bins, one more than bins: bin k holds edges[k] <= score < edges[k + 1], the last one its right border too. */
  edges: number[];
  rows: HistogramRow[];
  threshold: number;
  /** "25 of MNIST digits below"; null when nothing lies outside. */
  outside: string | null;
}

export function scoreHistograms(options: HistogramOptions): HistogramChart {
  const { locale, sets, threshold, score } = options;
  const f = formats(locale);
  const edges = binEdges(axisRange(sets, threshold.value), options.bins ?? 52);
  const rows = sets.map((set) => histogramRow(set, edges, threshold));
  const range = { min: edges[0], max: edges[edges.length - 1] };
  const text = (key: keyof typeof CHART_TEXTS.en, values: Record<string, string>): string =>
    say(CHART_TEXTS, locale, key, values);
  const rates = rows.map((row) =>
    text(threshold.strict ? 'hist.rate.strict' : 'hist.rate', {
      set: row.name,
      alarms: f.count(row.alarms),
      of: f.count(row.of),
    }),
  );
  return {
    kind: 'histograms',
    title: text('hist.title', { sets: sets.map(({ name }) => name).join(', ') }),
    x: { ...range, title: text('hist.axis', { score }), ticks: niceTicks(range, 7, f) },
    edges,
    rows,
    threshold: threshold.value,
    outside: outsideText(rows, range, { f, text }),
    summary: text('hist.summary', { score, threshold: f.score(threshold.value), rates: rates.join(', ') }),
    table: {
      header: [text('table.from', {}), text('table.to', {}), ...rows.map(({ name }) => name)],
      rows: [
        [null, range.min, ...rows.map(({ below }) => below)],
        ...edges.slice(1).map((to, k) => [edges[k], to, ...rows.map(({ counts }) => counts[k])]),
        [range.max, null, ...rows.map(({ above }) => above)],
      ],
    },
  };
}

/**
 * The in-distribution span (its 0.5 to 99.5 %) and the threshold always; then each set's 2.5 to 97.5 %, as far as one and
 * a half spans beyond: a set that lies far away does not squeeze the others into one bar.
 */
function axisRange(sets: readonly ScoredSet[], threshold: number): [number, number] {
  const sorted = sets
    .map(({ scores, oodIndex }) => ({ oodIndex, scores: scores.filter(Number.isFinite).sort() }))
    .filter(({ scores }) => scores.length > 0);
  if (sorted.length === 0) return Number.isFinite(threshold) ? [threshold - 1, threshold + 1] : [0, 1];
  const inside = sorted.filter(({ oodIndex }) => oodIndex === null);
  const core = inside.length > 0 ? inside : sorted;
  let low = Math.min(...core.map(({ scores }) => at(scores, 0.005)));
  let high = Math.max(...core.map(({ scores }) => at(scores, 0.995)));
  if (Number.isFinite(threshold)) {
    low = Math.min(low, threshold);
    high = Math.max(high, threshold);
  }
  const reach = 1.5 * (high - low);
  const limits = [low - reach, high + reach];
  for (const { scores } of sorted) {
    low = Math.min(low, Math.max(limits[0], at(scores, 0.025)));
    high = Math.max(high, Math.min(limits[1], at(scores, 0.975)));
  }
  // Equal scores still need an axis, and steps that float64 can tell apart.
  const least = 1e-9 + 1e-6 * Math.max(Math.abs(low), Math.abs(high));
  return high - low >= least ? [low, high] : [low - least, high + least];
}

const at = (sorted: Float64Array, share: number): number => sorted[Math.round(share * (sorted.length - 1))];

/** Borders at whole multiples of a round width, so that two models of the same scores share them. */
function binEdges([low, high]: [number, number], bins: number): number[] {
  const width = niceStep((high - low) / bins);
  const first = Math.floor(low / width);
  const last = Math.max(first + 1, Math.ceil(high / width));
  return Array.from({ length: last - first + 1 }, (_, k) => (first + k) * width);
}

function histogramRow(set: ScoredSet, edges: readonly number[], threshold: HistogramOptions['threshold']): HistogramRow {
  const counts = new Array<number>(edges.length - 1).fill(0);
  const row = { name: set.name, oodIndex: set.oodIndex, of: set.scores.length, counts, below: 0, above: 0, alarms: 0 };
  for (const score of set.scores) {
    if (threshold.strict ? !(score > threshold.value) : score < threshold.value) row.alarms++;
    if (score < edges[0]) row.below++;
    else if (score > edges[edges.length - 1]) row.above++;
    else counts[binOf(score, edges)]++;
  }
  return { ...row, peak: Math.max(1, row.below, row.above, ...counts) };
}

/** By search and not by division: a border must fall on the side that the borders themselves say. */
function binOf(score: number, edges: readonly number[]): number {
  let low = 0;
  let high = edges.length - 2;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if (edges[middle] <= score) low = middle;
    else high = middle - 1;
  }
  return low;
}

interface Words {
  f: Formats;
  text: (key: keyof typeof CHART_TEXTS.en, values: Record<string, string>) => string;
}

function outsideText(rows: readonly HistogramRow[], range: { min: number; max: number }, { f, text }: Words): string | null {
  const parts = rows.flatMap(({ name, below, above }) => [
    ...(below > 0 ? [text('hist.outside.below', { count: f.count(below), set: name })] : []),
    ...(above > 0 ? [text('hist.outside.above', { count: f.count(above), set: name })] : []),
  ]);
  if (parts.length === 0) return null;
  return text('hist.outside', { low: f.number(range.min), high: f.number(range.max), parts: parts.join(', ') });
}
