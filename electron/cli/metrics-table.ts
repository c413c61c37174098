/** The metrics table on stdout: every figure with its interval, both FPR conventions in words. */
import type { Estimate, Results } from '../shared/results.ts';
import { table } from './output.ts';

export function metricsTable(results: Results): string {
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
    area(row.auroc),
    rate(row.fpr95IndPositive),
    rate(row.fpr95OodPositive),
    row.auprInd.value.toFixed(3),
    row.auprOod.value.toFixed(3),
    `${percent(row.alarmRateInd)} ${interval(row.alarmRateIndInterval)}`,
    `${percent(row.detectionRateOod)} ${interval(row.detectionRateOodInterval)}`,
  ]);
  const sets = results.datasets.map(
    (set) => `${set.name} ${set.role} ${set.count}${set.rejected.length > 0 ? ` (${set.rejected.length} rejected)` : ''}`,
  );
  return [
    `${results.plan.name}: ${sets.join(', ')}`,
    `calibration: ${results.calibration.count} images, ${results.calibration.source}; provider ${results.environment.provider}`,
    '',
    table(header, rows),
    '',
    'Rates in %, intervals 95 %. The two middle columns are FPR@95 with InD, and with OoD, as the positive class.',
  ].join('\n');
}

const percent = (value: number): string => (100 * value).toFixed(1);
const interval = ([low, high]: [number, number]): string => `${percent(low)}–${percent(high)}`;
const rate = ({ value, low, high }: Estimate): string => `${percent(value)} ${interval([low, high])}`;

/** AUROC to three places; never 1.000 unless it is 1. */
function area({ value, low, high }: Estimate): string {
  const show = (x: number): string => (x < 1 && x >= 0.9995 ? (Math.floor(x * 1e4) / 1e4).toFixed(4) : x.toFixed(3));
  return `${show(value)} ${show(low)}–${show(high)}`;
}
