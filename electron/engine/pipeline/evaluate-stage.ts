/**
 * The last stage: scores become figures. In-distribution test images against each OoD set, for every detector; the
 * threshold comes from the calibration scores alone. Labels are never turned round: an AUROC below one half stays
 * below one half and raises a warning.
 */
import type { ModelWarning } from '../../shared/domain.ts';
import { detectorName } from '../../shared/detector-names.ts';
import type { MetricsRow } from '../../shared/results.ts';
import { evaluatePair } from '../metrics/evaluate.ts';
import { clopperPearson } from '../metrics/proportion.ts';
import { isAlarm, type Threshold } from '../metrics/threshold.ts';
import { concatenate } from './vectors.ts';

/** Scores of one detector configuration, by set name. */
export interface ScoredConfig {
  id: string;
  pca: number | null;
  /** Content key of what gave the scores. */
  key: string;
  threshold: Threshold;
  scores: Map<string, Float64Array>;
}

export interface EvaluateOptions {
  testSets: readonly string[];
  oodSets: readonly string[];
  /** Of the bootstrap. */
  seed: number;
  warn: (warning: ModelWarning) => void;
}

export function evaluateConfig(config: ScoredConfig, options: EvaluateOptions): MetricsRow[] {
  const ind = concatenate(options.testSets.map((name) => config.scores.get(name)!));
  const alarms = countAlarms(ind, config.threshold);
  return options.oodSets.map((ood) => {
    const scores = config.scores.get(ood)!;
    const caught = countAlarms(scores, config.threshold);
    const row: MetricsRow = {
      detector: config.id,
      pca: config.pca,
      ood,
      nInd: ind.length,
      nOod: scores.length,
      ...evaluatePair(ind, scores, { seed: options.seed }),
      threshold: config.threshold.value,
      alarmRateInd: alarms / ind.length,
      alarmRateIndInterval: clopperPearson(alarms, ind.length),
      detectionRateOod: caught / scores.length,
      detectionRateOodInterval: clopperPearson(caught, scores.length),
    };
    if (row.auroc.value < 0.5) {
      options.warn({
        code: 'AUROC_BELOW_HALF',
        message: `${detectorName({ detector: config.id, pca: config.pca }, 'en')} on ${ood}: AUROC ${row.auroc.value.toFixed(3)} is below chance and is shown as it is. Check the PCA size; do not turn the score around.`,
      });
    }
    return row;
  });
}

export function countAlarms(scores: Float64Array, threshold: Threshold): number {
  let alarms = 0;
  for (const score of scores) if (isAlarm(score, threshold)) alarms++;
  return alarms;
}
