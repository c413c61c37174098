/**
 * The ROC as an engineer speaks: false alarms across (share of in-distribution images that raise an alarm), caught up
 * (share of OoD images that do). Two panels of the same curves: low rates first, then the full range. Ties make slopes,
 * never steps, so the area under the curve is the AUROC of the results.
 */
import { formats } from '../format.ts';
import { say, type Locale } from '../messages/catalogue.ts';
import { CHART_TEXTS } from '../messages/charts.ts';
import { type Axis, type Chart, type Line, niceTicks, type ScoredSet, type SeriesId } from './chart.ts';

/** Pointwise interval of the caught rate; made by engine/metrics/roc-band.ts, which needs the engine's draws. */
export interface RocBand {
  /** Shares, ascending. */
  falseAlarms: number[];
  low: number[];
  high: number[];
  replicates: number;
  seed: number;
}

export interface RocOptions {
  locale: Locale;
  ind: ScoredSet;
  oods: readonly ScoredSet[];
  threshold: { value: number; strict: boolean };
  /** Band of one of the sets, by name. */
  band?: { set: string; band: RocBand } | undefined;
  /** Right end of the first panel, a share; 0.12 by default. */
  zoom?: number;
}

export interface RocCurve extends SeriesId {
  line: Line;
  /** Rates at the threshold, in percent. */
  point: { x: number; y: number };
}

export interface RocPanel {
  title: string;
  /** Percent. */
  x: Axis;
  y: Axis;
  curves: RocCurve[];
  /** Percent, clipped to the panel; null where no set is chosen. */
  band: (SeriesId & { x: number[]; low: number[]; high: number[] }) | null;
}

export interface RocChart extends Chart {
  kind: 'roc';
  zoom: RocPanel;
  full: RocPanel;
  /** The part of the full panel that the first one shows, in percent. */
  zoomTo: number;
  /** False alarms at the threshold, in percent. */
  operating: number;
  /** How the band was made; null without one. */
  bandText: string | null;
}

export function rocChart(options: RocOptions): RocChart {
  const { locale, ind, oods, threshold, band } = options;
  const f = formats(locale);
  const zoomTo = options.zoom ?? 0.12;
  const full = oods.map((set) => ({ name: set.name, oodIndex: set.oodIndex, ...caughtCurve(ind.scores, set.scores) }));
  const operating = alarmShare(ind.scores, threshold);
  const points = oods.map((set) => ({ x: 100 * operating, y: 100 * alarmShare(set.scores, threshold) }));
  const banded = band === undefined ? undefined : oods.find(({ name }) => name === band.set);
  const panel = (title: 'roc.zoom' | 'roc.full', to: number): RocPanel => ({
    title: say(CHART_TEXTS, locale, title),
    x: percentAxis(say(CHART_TEXTS, locale, 'roc.x', { ind: ind.name }), to, { f, count: to === 1 ? 5 : 7 }),
    y: percentAxis(say(CHART_TEXTS, locale, 'roc.y'), 1, { f, count: 6 }),
    curves: full.map(({ name, oodIndex, x, y }, i) => ({ name, oodIndex, line: panelLine({ x, y }, to), point: points[i] })),
    band:
      band === undefined || banded === undefined
        ? null
        : { name: banded.name, oodIndex: banded.oodIndex, ...panelBand(band.band, to) },
  });
  return {
    kind: 'roc',
    title: say(CHART_TEXTS, locale, 'roc.title'),
    zoom: panel('roc.zoom', zoomTo),
    full: panel('roc.full', 1),
    zoomTo: 100 * zoomTo,
    operating: 100 * operating,
    bandText:
      band === undefined
        ? null
        : say(CHART_TEXTS, locale, 'roc.band', { set: band.set, replicates: band.band.replicates, seed: band.band.seed }),
    summary: say(CHART_TEXTS, locale, 'roc.summary', {
      falseAlarms: f.rate(operating),
      parts: oods
        .map(({ name }, i) => say(CHART_TEXTS, locale, 'roc.part', { set: name, caught: f.rate(points[i].y / 100) }))
        .join(', '),
    }),
    table: {
      header: (['table.set', 'table.falseAlarms', 'table.caught'] as const).map((key) => say(CHART_TEXTS, locale, key)),
      rows: full.flatMap(({ name, x, y }) => x.map((falseAlarms, k) => [name, falseAlarms, y[k]])),
    },
  };
}

/** Share of alarms at a threshold. */
export function alarmShare(scores: Float64Array, { value, strict }: { value: number; strict: boolean }): number {
  let alarms = 0;
  for (const score of scores) if (strict ? !(score > value) : score < value) alarms++;
  return alarms / scores.length;
}

/** Every distinct score as a threshold, from "never an alarm" (0, 0) to "always" (1, 1); points on a straight run are left out. */
export function caughtCurve(ind: Float64Array, ood: Float64Array): Line {
  const a = ind.slice().sort();
  const b = ood.slice().sort();
  const x = [0];
  const y = [0];
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    const value = Math.min(i < a.length ? a[i] : Infinity, j < b.length ? b[j] : Infinity);
    while (i < a.length && a[i] === value) i++;
    while (j < b.length && b[j] === value) j++;
    push({ x, y }, i / a.length, j / b.length);
  }
  return { x, y };
}

/** Adds a point; the one before it goes when it lies on the straight run (across or up) to this one. */
function push({ x, y }: Line, px: number, py: number): void {
  const n = x.length;
  const straight = n >= 2 && ((x[n - 2] === x[n - 1] && x[n - 1] === px) || (y[n - 2] === y[n - 1] && y[n - 1] === py));
  if (straight) {
    x.pop();
    y.pop();
  }
  x.push(px);
  y.push(py);
}

/** Steps smaller than this share of the panel are too small to see: they are joined. */
const VISIBLE = 1 / 1000;

/** The curve in percent, up to the right end of the panel, without points that nobody could tell apart. */
function panelLine({ x, y }: Line, to: number): Line {
  const line: Line = { x: [0], y: [0] };
  for (let k = 1; k < x.length; k++) {
    const last = line.x.length - 1;
    if (x[k] > to) {
      const part = (to - x[k - 1]) / (x[k] - x[k - 1]);
      append(line, 100 * to, 100 * (y[k - 1] + part * (y[k] - y[k - 1])));
      break;
    }
    const seen = 100 * x[k] - line.x[last] >= 100 * to * VISIBLE || 100 * y[k] - line.y[last] >= 100 * VISIBLE;
    if (seen || k === x.length - 1) append(line, 100 * x[k], 100 * y[k]);
  }
  return line;
}

function append(line: Line, x: number, y: number): void {
  line.x.push(x);
  line.y.push(y);
}

function panelBand({ falseAlarms, low, high }: RocBand, to: number): { x: number[]; low: number[]; high: number[] } {
  const inside = falseAlarms.flatMap((share, k) => (share <= to ? [k] : []));
  const percent = (values: number[]): number[] => inside.map((k) => 100 * values[k]);
  return { x: percent(falseAlarms), low: percent(low), high: percent(high) };
}

function percentAxis(title: string, to: number, { f, count }: { f: ReturnType<typeof formats>; count: number }): Axis {
  const range = { min: 0, max: 100 * to };
  return { title, ...range, ticks: niceTicks(range, count, f) };
}
