/** Alarm rates of the same plan under several seeds, over the interval of the run itself: one row a set. */
import { detectorName } from '../detector-names.ts';
import { formats } from '../format.ts';
import { plural, say, type Locale } from '../messages/catalogue.ts';
import { CHART_TEXTS } from '../messages/charts.ts';
import { alarmRatesOf, type SeedRates } from '../seed-rates.ts';
import type { MetricsRow, Stability } from '../results.ts';
import { type Axis, type Chart, niceTicks, type SeriesId } from './chart.ts';

export interface StabilityChartRow extends SeriesId {
  /** Alarm rate of each seed, in percent, in the order of the seeds. */
  values: number[];
  /** Interval of the run itself, in percent. */
  band: [number, number];
  /** "44.2 to 61.8 %", "100 % each time". */
  label: string;
  /** True when the seeds lie wider apart than the interval is. */
  wider: boolean;
}

export interface StabilityChart extends Chart {
  kind: 'stability';
  x: Axis;
  seeds: number[];
  rows: StabilityChartRow[];
}

export interface StabilityOptions {
  locale: Locale;
  stability: Stability;
  metrics: readonly MetricsRow[];
  config: { detector: string; pca: number | null };
  /** Name of the in-distribution test images. */
  ind: string;
}

/** null when the detector has no rows. */
export function stabilityChart(options: StabilityOptions): StabilityChart | null {
  const { locale, stability, config } = options;
  const rates = alarmRatesOf(options);
  if (rates.length === 0) return null;
  const f = formats(locale);
  const seeds = seedText(stability.seeds, locale);
  const rows = rates.map((row) => chartRow(row, locale));
  const range = { min: 0, max: 100 };
  const title = say(CHART_TEXTS, locale, `stability.title.${plural(locale, stability.seeds.length)}`, {
    count: stability.seeds.length,
  });
  return {
    kind: 'stability',
    title: `${title}, ${detectorName(config, locale)}`,
    x: { title: say(CHART_TEXTS, locale, 'stability.x', { seeds }), ...range, ticks: niceTicks(range, 6, f) },
    seeds: stability.seeds,
    rows,
    summary: say(CHART_TEXTS, locale, 'stability.summary', {
      seeds,
      parts: rows.map(({ name, label }) => say(CHART_TEXTS, locale, 'stability.part', { set: name, range: label })).join(', '),
    }),
    table: {
      header: [
        say(CHART_TEXTS, locale, 'table.set'),
        ...stability.seeds.map((seed) => say(CHART_TEXTS, locale, 'table.seed', { seed })),
        say(CHART_TEXTS, locale, 'table.low'),
        say(CHART_TEXTS, locale, 'table.high'),
      ],
      rows: rates.map(({ name, values, interval }) => [name, ...values, ...interval]),
    },
  };
}

function chartRow({ name, oodIndex, values, interval, wider }: SeedRates, locale: Locale): StabilityChartRow {
  const f = formats(locale);
  const low = Math.min(...values);
  const high = Math.max(...values);
  const label =
    low === high
      ? say(CHART_TEXTS, locale, 'stability.each', { rate: f.rate(low) })
      : say(CHART_TEXTS, locale, 'stability.range', { low: f.percent(low), high: f.rate(high) });
  return {
    name,
    oodIndex,
    values: values.map((value) => 100 * value),
    band: [100 * interval[0], 100 * interval[1]],
    label,
    wider,
  };
}

/** "0 to 4" for a run of seeds, else all of them. */
export function seedText(seeds: readonly number[], locale: Locale): string {
  const run = seeds.every((seed, i) => i === 0 || seed === seeds[i - 1] + 1);
  if (run && seeds.length > 2)
    return say(CHART_TEXTS, locale, 'stability.range', { low: seeds[0], high: seeds[seeds.length - 1] });
  return seeds.join(', ');
}
