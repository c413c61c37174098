/** The metrics table on stdout: every figure with its interval, both FPR conventions in words. */
import { formats } from '../shared/format.ts';
import { aggregateText } from '../shared/messages/aggregate.ts';
import { providerText } from '../shared/messages/provider.ts';
import { protocolSentences, selectionOffer, stampText } from '../shared/protocol-reading.ts';
import type { Estimate, Results } from '../shared/results.ts';
import { table } from './output.ts';
import { severityText } from './severity-text.ts';
import { noiseText, statisticsText } from './statistics-text.ts';

const f = formats('en');

/** @param options.isFull with every test between detectors, not only the sentences. */
export function metricsTable(results: Results, { isFull = false }: { isFull?: boolean } = {}): string {
  const header = [
    'OoD set',
    'detector',
    'AUROC',
    'OoD accepted at 95 % InD accepted',
    'InD alarmed at 95 % OoD caught',
    'AUPR InD',
    'AUPR OoD',
    'false alarms',
    'caught',
  ];
  const rows = results.metrics.map((row) => [
    row.ood,
    row.pca === null ? row.detector : `${row.detector} PCA ${row.pca}`,
    f.areaEstimate(row.auroc),
    rate(row.fpr95IndPositive),
    rate(row.fpr95OodPositive),
    f.area(row.auprInd.value),
    f.area(row.auprOod.value),
    `${f.percent(row.alarmRateInd)} ${f.rateInterval(...row.alarmRateIndInterval)}`,
    `${f.percent(row.detectionRateOod)} ${f.rateInterval(...row.detectionRateOodInterval)}`,
  ]);
  const sets = results.datasets.map(
    (set) => `${set.name} ${set.role} ${set.count}${set.rejected.length > 0 ? ` (${set.rejected.length} rejected)` : ''}`,
  );
  const figures = [
    '',
    table(header, rows),
    '',
    'Rates in %, intervals 95 %. The two middle columns are FPR@95 with InD, and with OoD, as the positive class.',
  ];
  return [
    `${results.plan.name}: ${sets.join(', ')}`,
    `calibration: ${results.calibration.count} images, ${results.calibration.source}; provider ${results.environment.provider}`,
    ...providerLine(results),
    ...aggregateLine(results),
    ...(rows.length === 0 ? [] : figures),
    ...(results.protocol?.state === 'sealed' ? selectTable(results) : []),
    ...severityText(results),
    ...statisticsText(results, isFull),
    ...noiseText(results),
    ...protocolText(results),
  ].join('\n');
}

function providerLine({ environment }: Results): string[] {
  const { provider, providerCheck } = environment;
  return providerCheck === undefined ? [] : [providerText(provider, providerCheck, 'en')];
}

function aggregateLine({ plan, baselines = [] }: Results): string[] {
  if (plan.model.aggregate === undefined || baselines.length === 0) return [];
  return [`baselines on class scores of pixels or boxes (${plan.model.logits}): ${aggregateText(plan.model.aggregate, 'en')}`];
}

/** While the test sets are sealed, the figures that a choice may be made on. */
function selectTable({ selection }: Results): string[] {
  if (selection === undefined || selection.metrics.length === 0) return [];
  const rows = selection.metrics.map((row) => [
    row.ood,
    row.pca === null ? row.detector : `${row.detector} PCA ${row.pca}`,
    f.areaEstimate(row.auroc),
    rate(row.fpr95IndPositive),
    rate(row.fpr95OodPositive),
  ]);
  const header = ['select set', 'detector', 'AUROC', 'OoD accepted at 95 % InD accepted', 'InD alarmed at 95 % OoD caught'];
  return ['', table(header, rows)];
}

function protocolText(results: Results): string[] {
  const { protocol } = results;
  if (protocol === undefined) return [];
  const sentences = [...protocolSentences(results, 'en'), ...selectionOffer(results, 'en')];
  return ['', `${stampText(protocol, 'en')}. ${sentences.join(' ')}`];
}

const rate = ({ value, low, high }: Estimate): string => `${f.percent(value)} ${f.rateInterval(low, high)}`;
