/** The severity ladder: behind the stability, for runs that climbed one. */
import { severityChart, type SeverityChart } from '../../../shared/charts/severity.ts';
import { SEVERITIES, type CorruptionId } from '../../../shared/corruptions.ts';
import { detectorName } from '../../../shared/detector-names.ts';
import { say } from '../../../shared/messages/catalogue.ts';
import { corruptionName } from '../../../shared/messages/corruptions.ts';
import { severityTexts } from '../../../shared/messages/severity.ts';
import type { Estimate, SeverityLadder, SeverityStep } from '../../../shared/results.ts';
import { ladderDetector } from '../../../shared/severity-reading.ts';
import { left, right, type Context } from '../context.ts';
import type { Block, Cell } from '../report-model.ts';

/** Panels of one figure: two rows of three. */
const PANELS = 6;

type Key = keyof (typeof severityTexts)['en'];

/** @param number of the heading, as "8.1". */
export function severityBlocks(c: Context, number: string): Block[] {
  const { locale, f, run } = c;
  const config = { detector: c.config.id, pca: c.config.pca };
  const { severity } = run.results;
  const place = ladderDetector(run.results, config);
  const chart = severityChart(run.results, config, locale);
  if (severity === undefined || place === null || chart === null) return [];
  const t = (key: Key, values = {}): string => say(severityTexts, locale, key, values);
  const { clean, from, seed } = severity;
  const detector = detectorName(clean.detectors[place], locale);
  const rate = ({ value, low, high }: Estimate): Cell => ({ text: f.percent(value), light: f.rateInterval(low, high) });
  const area = ({ value, low, high }: Estimate): Cell => ({ text: f.area(value), light: f.areaInterval(low, high) });
  const table = (caption: string, start: Estimate | null, figure: (step: SeverityStep) => Cell): Block =>
    stepTable(c, severity, { caption: c.table(caption), start: start === null ? null : rate(start), figure });
  return [
    { kind: 'heading', text: `${number} ${t('heading')}` },
    { kind: 'text', style: 'body', text: t('report.lead', { count: f.count(clean.count), from, seed: f.count(seed) }) },
    ...figures(c, chart),
    table(`${t('report.caught', { detector })} (%)`, clean.detectors[place].alarmRate, ({ detectors }) =>
      rate(detectors[place].detectionRate),
    ),
    table(t('report.auroc', { detector }), null, ({ detectors }) => area(detectors[place].auroc)),
    ...(clean.accuracy === null
      ? []
      : [table(`${t('report.accuracy')} (%)`, clean.accuracy, ({ accuracy }) => (accuracy === null ? '–' : rate(accuracy)))]),
    { kind: 'text', style: 'note', text: t('report.note') },
  ];
}

/** Few panels a figure, so that none is higher than a page. */
function figures(c: Context, chart: SeverityChart): Block[] {
  const count = Math.ceil(chart.panels.length / PANELS);
  return Array.from({ length: count }, (_, i): Block => ({
    kind: 'chart',
    caption: c.figure(chart.title),
    chart: { ...chart, panels: chart.panels.slice(i * PANELS, (i + 1) * PANELS) },
    note: null,
  }));
}

interface StepTable {
  caption: string;
  /** Of the images as they are; null: the figure is about corrupted ones alone. */
  start: Cell | null;
  figure: (step: SeverityStep) => Cell;
}

/** One row a corruption, one column a severity. */
function stepTable(c: Context, { steps }: SeverityLadder, { caption, start, figure }: StepTable): Block {
  const kinds = [...new Set(steps.map(({ corruption }) => corruption))];
  const severities = SEVERITIES.filter((level) => steps.some(({ severity }) => severity === level));
  const cell = (corruption: CorruptionId, level: number): Cell => {
    const step = steps.find((one) => one.corruption === corruption && one.severity === level);
    return step === undefined ? '–' : figure(step);
  };
  const t = (key: Key): string => say(severityTexts, c.locale, key);
  return {
    kind: 'table',
    caption,
    columns: [
      left(t('corruption'), 1.8),
      ...(start === null ? [] : [right(t('unharmed'), 1.2)]),
      ...severities.map((level) => right(`${t('severity')} ${level}`, 1.2)),
    ],
    rows: kinds.map((corruption): Cell[] => [
      corruptionName(corruption, c.locale),
      ...(start === null ? [] : [start]),
      ...severities.map((level) => cell(corruption, level)),
    ]),
    note: null,
  };
}
