/** metrics.csv: one row for each detector, PCA size and OoD set. */
import type { Estimate, MetricsRow } from '../../shared/results.ts';
import { csvText, type Cell } from './csv.ts';

const ESTIMATES = ['auroc', 'auprInd', 'auprOod', 'fpr95IndPositive', 'fpr95OodPositive'] as const;

export function metricsCsv(rows: readonly MetricsRow[]): string {
  const header = [
    'detector',
    'pca',
    'ood',
    'nInd',
    'nOod',
    ...ESTIMATES.flatMap((name) => [name, `${name}Low`, `${name}High`]),
    'threshold',
    'alarmRateInd',
    'alarmRateIndLow',
    'alarmRateIndHigh',
    'detectionRateOod',
    'detectionRateOodLow',
    'detectionRateOodHigh',
  ];
  return csvText([header, ...rows.map(line)]);
}

function line(row: MetricsRow): Cell[] {
  const estimates = ESTIMATES.flatMap((name) => {
    const estimate: Estimate = row[name];
    return [estimate.value, estimate.low, estimate.high];
  });
  return [
    row.detector,
    row.pca,
    row.ood,
    row.nInd,
    row.nOod,
    ...estimates,
    row.threshold,
    row.alarmRateInd,
    ...row.alarmRateIndInterval,
    row.detectionRateOod,
    ...row.detectionRateOodInterval,
  ];
}
