/** Results per OoD set, never only a mean: table with baselines beside, histograms, ROC with its low rates, PCA sizes. */
import { pcaChart } from '../../../shared/charts/pca-sizes.ts';
import { rocChart } from '../../../shared/charts/roc.ts';
import { scoreHistograms } from '../../../shared/charts/histograms.ts';
import type { ScoredSet } from '../../../shared/charts/chart.ts';
import { detectorName, scoreTitle } from '../../../shared/detector-names.ts';
import type { MetricsRow } from '../../../shared/results.ts';
import { pText, sameConfig, statisticsReading, testsNote } from '../../../shared/statistics-reading.ts';
import { delongPaired } from '../../metrics/paired.ts';
import { rocBand } from '../../metrics/roc-band.ts';
import { left, right, scoredSets, type Context } from '../context.ts';
import type { Block, Cell } from '../report-model.ts';
import { caughtSentence } from './cover.ts';

export function resultsBlocks(c: Context): Block[] {
  const { ind } = c;
  if (ind === null || c.rows.length === 0) return [{ kind: 'text', style: 'body', text: c.t('noFigures') }];
  return c.rows.flatMap((row, i) => setBlocks(c, { row, ood: c.oods[i], ind, number: `6.${i + 1}` }));
}

interface SetOf {
  row: MetricsRow;
  ood: ScoredSet;
  ind: ScoredSet;
  number: string;
}

function setBlocks(c: Context, { row, ood, ind, number }: SetOf): Block[] {
  const { t, f, locale, run, config } = c;
  const { threshold } = config;
  const band = { set: ood.name, band: rocBand(ind.scores, ood.scores, { seed: run.results.plan.sampling.seed }) };
  const hist = scoreHistograms({
    locale,
    sets: [ind, ood],
    score: scoreTitle({ detector: config.id, pca: config.pca }, locale),
    threshold,
  });
  const roc = rocChart({ locale, ind, oods: [ood], threshold, band });
  const pca = pcaChart(run.results.metrics, ood.name, locale);
  const rate = (value: number, interval: [number, number]): string[] => [f.rate(value), f.rateInterval(...interval)];
  return [
    { kind: 'heading', text: `${number} ${ood.name}` },
    { kind: 'text', style: 'lead', text: caughtSentence(c, 'r.lead', ood.name, row.detectionRateOodInterval) },
    { kind: 'text', style: 'body', text: t('r.body', { ood: f.count(row.nOod), ind: f.count(row.nInd), test: ind.name }) },
    ...(row.auroc.value < 0.5
      ? [{ kind: 'notices' as const, items: [{ level: 'attention' as const, text: t('belowChance', { detector: c.name }) }] }]
      : []),
    detectorTable(c, ood, ind),
    ...testBlocks(c, ood.name),
    {
      kind: 'chart',
      caption: c.figure(hist.title),
      chart: hist,
      note: [hist.outside, t('solid')].filter((part) => part !== null).join(' '),
      alarms: [rate(row.alarmRateInd, row.alarmRateIndInterval), rate(row.detectionRateOod, row.detectionRateOodInterval)],
    },
    {
      kind: 'chart',
      caption: c.figure(`${roc.title}, ${ood.name}`),
      chart: roc,
      note: [`${roc.bandText}.`, t('point'), t('shaded')].join(' '),
    },
    ...(pca === null ? [] : [{ kind: 'chart' as const, caption: c.figure(pca.title), chart: pca, note: pca.summary }]),
  ];
}

/** Which detectors the paired tests tell apart on this set, in words. */
function testBlocks({ run, locale }: Context, ood: string): Block[] {
  const { statistics, metrics } = run.results;
  if (statistics === undefined || statistics.comparisons.length === 0) return [];
  const own = metrics.filter((row) => row.ood === ood);
  const text = statisticsReading(statistics, own, locale).join(' ');
  return [
    { kind: 'text', style: 'body', text },
    { kind: 'text', style: 'note', text: testsNote(statistics, locale) },
  ];
}

function detectorTable(c: Context, ood: ScoredSet, ind: ScoredSet): Block {
  const { t, f, run } = c;
  const rows = run.results.metrics
    .filter((row) => row.ood === ood.name)
    .map((row): Cell[] => [
      { text: detectorName(row, c.locale), strong: isMain(c, row) },
      { text: f.area(row.auroc.value), light: f.areaInterval(row.auroc.low, row.auroc.high) },
      difference(c, row, ood, ind),
      { text: f.rate(row.fpr95IndPositive.value), light: f.rateInterval(row.fpr95IndPositive.low, row.fpr95IndPositive.high) },
      { text: f.rate(row.fpr95OodPositive.value), light: f.rateInterval(row.fpr95OodPositive.low, row.fpr95OodPositive.high) },
      { text: f.rate(row.detectionRateOod), light: f.rateInterval(...row.detectionRateOodInterval) },
    ]);
  return {
    kind: 'table',
    caption: c.table(t('t.results', { set: ood.name })),
    columns: [
      left(t('detector'), 1.35),
      right(t('auroc'), 1.58),
      right(t('diff', { detector: c.name }), 1.98),
      right(t('through'), 1.6),
      right(t('indAlarmed'), 1.6),
      right(t('caught'), 1.6),
    ],
    rows,
    note: t('fprNote'),
  };
}

export function isMain({ config }: Context, row: { detector: string; pca: number | null }): boolean {
  return row.detector === config.id && row.pca === config.pca;
}

function difference(c: Context, row: MetricsRow, ood: ScoredSet, ind: ScoredSet): Cell {
  if (isMain(c, row)) return c.t('reference');
  const other = c.run.scored.find(({ id, pca }) => id === row.detector && pca === row.pca)!;
  const theirs = scoredSets(c.run, other);
  const {
    difference: value,
    low,
    high,
  } = delongPaired({ positive: [theirs.ind!.scores, ind.scores], negative: [other.scores.get(ood.name)!, ood.scores] });
  const test = c.run.results.statistics?.comparisons.find(
    ({ a, b, ood: set }) => set === ood.name && [a, b].every((one) => isMain(c, one) || sameConfig(one, row)),
  );
  const p = test === undefined ? '' : `, ${pText(test.pHolm, c.locale).replaceAll(' ', '\u00a0')}`;
  return { text: c.f.signed(value, 3), light: `${c.f.signedInterval(low, high)}${p}` };
}
