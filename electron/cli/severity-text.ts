/** The severity ladder on stdout: detection and accuracy of the run's own detector at each strength. */
import { detectorName } from '../shared/detector-names.ts';
import { formats } from '../shared/format.ts';
import { corruptionName } from '../shared/messages/corruptions.ts';
import type { Estimate, Results } from '../shared/results.ts';
import { ladderDetector } from '../shared/severity-reading.ts';
import { table } from './output.ts';

const f = formats('en');

/** Lines below the metrics table; none without a ladder. */
export function severityText(results: Results): string[] {
  const { severity } = results;
  const chosen = ladderDetector(results);
  if (severity === undefined || chosen === null) return [];
  const { clean, steps, from } = severity;
  const start = clean.detectors[chosen];
  const rows = steps.map((step) => [
    corruptionName(step.corruption, 'en'),
    String(step.severity),
    rate(step.detectors[chosen].detectionRate),
    f.areaEstimate(step.detectors[chosen].auroc),
    step.accuracy === null ? '–' : rate(step.accuracy),
  ]);
  const unharmed = clean.accuracy === null ? '' : `, accuracy ${rate(clean.accuracy)}`;
  return [
    '',
    `Severity ladder, ${detectorName(start, 'en')}: ${clean.count} images of ${from}; unharmed, ${rate(start.alarmRate)} alarmed${unharmed}`,
    '',
    table(['corruption', 'severity', 'caught', 'AUROC', 'accuracy'], rows),
  ];
}

const rate = ({ value, low, high }: Estimate): string => `${f.percent(value)} ${f.rateInterval(low, high)}`;
