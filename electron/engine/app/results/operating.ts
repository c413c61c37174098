/** Alarm rates of every measured set at a threshold, and what alarms do to the network's accuracy. */
import type { ConfigId } from '../../../shared/app/contract.ts';
import type { OperatingView } from '../../../shared/app/views.ts';
import { clopperPearson } from '../../metrics/proportion.ts';
import { isAlarm, type Threshold } from '../../metrics/threshold.ts';
import { countAlarms } from '../../pipeline/evaluate-stage.ts';
import type { ShownRun } from './shown-run.ts';

/** @param moved a threshold that the user tries; null: the run's own. */
export function operatingView(shown: ShownRun, id: ConfigId, moved: number | null): OperatingView {
  const config = shown.config(id);
  const threshold: Threshold = moved === null ? config.threshold : { ...config.threshold, value: moved };
  return {
    threshold: threshold.value,
    rule: config.threshold.rule,
    calibrationCount: shown.run.results.calibration.count,
    rates: shown.sets.map(({ name }) => {
      const scores = config.scores.get(name)!;
      const count = countAlarms(scores, threshold);
      const [low, high] = clopperPearson(count, scores.length);
      return { set: name, count, of: scores.length, low, high };
    }),
    accuracy: accuracyOf(shown, config.scores, threshold),
    ...neighbours(
      shown.sets.map(({ name }) => config.scores.get(name)!),
      threshold.value,
    ),
  };
}

/** The nearest scores on both sides of a threshold. */
function neighbours(sets: readonly Float64Array[], threshold: number): Pick<OperatingView, 'previous' | 'next'> {
  let [previous, next] = [-Infinity, Infinity];
  for (const scores of sets) {
    for (const score of scores) {
      if (score < threshold && score > previous) previous = score;
      if (score > threshold && score < next) next = score;
    }
  }
  return { previous: Number.isFinite(previous) ? previous : null, next: Number.isFinite(next) ? next : null };
}

/** null where no test image has both a label and a prediction. */
function accuracyOf(shown: ShownRun, scores: ReadonlyMap<string, Float64Array>, threshold: Threshold): OperatingView['accuracy'] {
  let [right, all, rightAccepted, accepted, wrongAlarmed] = [0, 0, 0, 0, 0];
  for (const { name, role } of shown.sets) {
    if (role !== 'test') continue;
    const { labels, predicted } = shown.images(name);
    if (predicted === null) continue;
    labels.forEach((label, r) => {
      if (label < 0) return;
      const isRight = predicted[r] === label;
      const alarm = isAlarm(scores.get(name)![r], threshold);
      all++;
      right += Number(isRight);
      accepted += Number(!alarm);
      rightAccepted += Number(!alarm && isRight);
      wrongAlarmed += Number(alarm && !isRight);
    });
  }
  if (all === 0) return null;
  return { all: [right, all], accepted: [rightAccepted, accepted], wrongAlarmed: [wrongAlarmed, all - right] };
}
