/** metrics.csv: one row for each detector, PCA size and OoD set. */
import { stampText } from '../../shared/protocol-reading.ts';
import type { Estimate, MetricsRow, Results } from '../../shared/results.ts';
import { csvText, type Cell } from './csv.ts';

const ESTIMATES = ['auroc', 'auprInd', 'auprOod', 'fpr95IndPositive', 'fpr95OodPositive'] as const;

/** The last column is the stamp of the run, where it has one, in every row: a row that is copied keeps it. */
export function metricsCsv({ metrics, protocol }: Pick<Results, 'metrics' | 'protocol'>): string {
  const stamp = protocol === undefined ? null : stampText(protocol, 'en');
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
    ...(stamp === null ? [] : ['stamp']),
  ];
  return csvText([header, ...metrics.map((row) => [...line(row), ...(stamp === null ? [] : [stamp])])]);
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
