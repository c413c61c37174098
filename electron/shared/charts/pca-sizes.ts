/** AUROC against PCA size on one OoD set: one series a detector, with intervals, "none" at the right end. */
import { detectorName } from '../detector-names.ts';
import { formats } from '../format.ts';
import { say, type Locale } from '../messages/catalogue.ts';
import { CHART_TEXTS } from '../messages/charts.ts';
import type { Estimate, MetricsRow } from '../results.ts';
import { type Axis, type Chart, niceTicks } from './chart.ts';

export interface PcaPoint extends Estimate {
  pca: number | null;
  /** Place on the axis, from 0: sizes stand at equal distances. */
  x: number;
}

export interface PcaSeries {
  detector: string;
  name: string;
  points: PcaPoint[];
}

export interface PcaChart extends Chart {
  kind: 'pca';
  x: Axis;
  y: Axis;
  /** In the order of the metrics; drawn in ink and told apart by marker, never by the colours of sets. */
  series: PcaSeries[];
  /** 0.5, with its word. */
  chance: { value: number; label: string };
}

/** null when no detector of these rows was fitted with more than one size. */
export function pcaChart(metrics: readonly MetricsRow[], ood: string, locale: Locale): PcaChart | null {
  const rows = metrics.filter((row) => row.ood === ood);
  const detectors = [...new Set(rows.filter(({ pca }) => pca !== null).map(({ detector }) => detector))];
  const kept = rows.filter(({ detector }) => detectors.includes(detector));
  const sizes = [...new Set(kept.map(({ pca }) => pca))].sort((a, b) => (a ?? Infinity) - (b ?? Infinity));
  if (sizes.length < 2) return null;
  const f = formats(locale);
  const series = detectors.map((detector): PcaSeries => {
    const points = kept
      .filter((row) => row.detector === detector)
      .map(({ pca, auroc }) => ({ ...auroc, pca, x: sizes.indexOf(pca) }))
      .sort((a, b) => a.x - b.x);
    return { detector, name: detectorName({ detector, pca: null }, locale), points };
  });
  const lowest = Math.min(0.4, ...series.flatMap(({ points }) => points.map(({ low }) => low)));
  const range = { min: Math.floor(lowest * 10) / 10, max: 1 };
  return {
    kind: 'pca',
    title: say(CHART_TEXTS, locale, 'pca.title', { ood }),
    x: {
      title: say(CHART_TEXTS, locale, 'pca.x'),
      min: 0,
      max: sizes.length - 1,
      ticks: sizes.map((size, value) => ({ value, label: size === null ? say(CHART_TEXTS, locale, 'pca.none') : f.count(size) })),
    },
    y: { title: say(CHART_TEXTS, locale, 'pca.y'), ...range, ticks: niceTicks(range, 7, f) },
    series,
    chance: { value: 0.5, label: say(CHART_TEXTS, locale, 'pca.chance') },
    summary: say(CHART_TEXTS, locale, 'pca.summary', { ood, parts: series.map((one) => partOf(one, locale)).join('; ') }),
    table: {
      header: (['table.detector', 'table.pca', 'table.auroc', 'table.low', 'table.high'] as const).map((key) =>
        say(CHART_TEXTS, locale, key),
      ),
      rows: series.flatMap(({ name, points }) => points.map(({ pca, value, low, high }) => [name, pca, value, low, high])),
    },
  };
}

function partOf({ name, points }: PcaSeries, locale: Locale): string {
  const f = formats(locale);
  const best = points.reduce((a, b) => (b.value > a.value ? b : a));
  const values = { detector: name, low: f.area(Math.min(...points.map(({ value }) => value))), high: f.area(best.value) };
  return best.pca === null
    ? say(CHART_TEXTS, locale, 'pca.part.none', values)
    : say(CHART_TEXTS, locale, 'pca.part', { ...values, best: f.count(best.pca) });
}
