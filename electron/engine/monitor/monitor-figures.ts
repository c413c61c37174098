/** What a card says about false alarms and detections, from scores and thresholds of the evaluation. */
import type { Plan } from '../../shared/plan.ts';
import type { Estimate, Results } from '../../shared/results.ts';
import type { MonitorCard, MonitorRate } from '../../shared/monitor-card.ts';
import { realisedRate } from '../metrics/conformal.ts';
import { clopperPearson } from '../metrics/proportion.ts';
import { conformalRank, type Threshold } from '../metrics/threshold.ts';
import { countAlarms, type ScoredConfig } from '../pipeline/evaluate-stage.ts';
import type { Roles } from '../pipeline/roles.ts';

/** One row for each test and ood set. */
export function monitorRates({ roles, results }: { roles: Roles; results: Results }, scored: ScoredConfig): MonitorRate[] {
  return roles.parts.flatMap(({ role, set }): MonitorRate[] => {
    if (role !== 'test' && role !== 'ood') return [];
    const { name } = set.set;
    const scores = scored.scores.get(name)!;
    const alarms = countAlarms(scores, scored.threshold);
    const metrics = results.metrics.find((row) => row.detector === scored.id && row.pca === scored.pca && row.ood === name);
    const auroc = role === 'ood' ? (metrics?.auroc ?? null) : null;
    return [{ set: name, role, images: scores.length, alarms, rate: proportion(alarms, scores.length), auroc }];
  });
}

export function falseAlarmOf(
  rates: readonly MonitorRate[],
  { rule, falseAlarm: wanted }: Plan['threshold'],
  calibrationImages: number,
): MonitorCard['falseAlarm'] {
  const tests = rates.filter(({ role }) => role === 'test');
  const images = tests.reduce((sum, row) => sum + row.images, 0);
  const alarms = tests.reduce((sum, row) => sum + row.alarms, 0);
  const observed = images === 0 ? null : { images, alarms, rate: proportion(alarms, images) };
  const conformal = rule === 'conformal' ? conformalPromise(calibrationImages, wanted) : null;
  const seen =
    observed === null
      ? 'No test set was measured.'
      : `${alarms} of ${images} test images raised it: ${percent(observed.rate.value)} (95 % interval ${percent(observed.rate.low)} to ${percent(observed.rate.high)}, Clopper-Pearson).`;
  const promise =
    conformal === null
      ? `The threshold rule "${rule}" aims at a false-alarm rate of ${percent(wanted)} and guarantees none.`
      : `An in-distribution image that is exchangeable with the ${calibrationImages} calibration images raises the alarm with probability at most ${percent(conformal.bound)} (split conformal prediction).`;
  return { wanted, observed, conformal, statement: `${promise} ${seen}` };
}

function conformalPromise(calibrationImages: number, wanted: number): NonNullable<MonitorCard['falseAlarm']['conformal']> {
  const rank = conformalRank(calibrationImages, wanted);
  const { mean, q05, q95 } = realisedRate(rank, calibrationImages, wanted);
  return { calibrationImages, rank, bound: rank / (calibrationImages + 1), realised: { mean, low: q05, high: q95 } };
}

export function thresholdOfCard({ value, rule, strict }: Threshold): MonitorCard['threshold'] {
  const finite = Number.isFinite(value);
  const meaning = finite
    ? `in_distribution is true where ood_score is ${strict ? 'above' : 'at least'} ${value}; an image below, or one whose score is not a number, raises the alarm.`
    : 'Too few calibration images for a conformal threshold: only a score that is not a number raises the alarm.';
  return { value: finite ? value : null, rule, strict, meaning };
}

function proportion(count: number, of: number): Estimate {
  const [low, high] = clopperPearson(count, of);
  return { value: count / of, low, high };
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
