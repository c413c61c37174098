/** Which detector a monitor is made of: the one that was asked for, else the one that the run is about. */
import { AppError } from '../../shared/errors.ts';
import { BASELINE_IDS } from '../../shared/method-ids.ts';
import { configName, detectorConfigs, type DetectorConfig } from '../pipeline/detector-configs.ts';
import type { ScoredConfig } from '../pipeline/evaluate-stage.ts';
import { mainConfig } from '../pipeline/main-config.ts';
import type { FinishedRun } from '../pipeline/run-plan.ts';

export interface ConfigChoice {
  detector: string;
  pca: number | null;
}

export interface ChosenConfig {
  config: DetectorConfig;
  scored: ScoredConfig;
}

/** Throws E_INPUT when the run has no such detector, or none at all. */
export function chooseConfig(
  { results, scored }: Pick<FinishedRun, 'results' | 'scored'>,
  choice: ConfigChoice | null,
): ChosenConfig {
  const fitted = detectorConfigs(results.plan).flatMap((config): ChosenConfig[] => {
    const found = scored.find(({ id, pca }) => id === config.id && pca === config.pca);
    return found === undefined ? [] : [{ config, scored: found }];
  });
  const main = mainConfig(fitted.map(({ config }) => config).filter(isExportable), results.statistics?.main ?? null);
  const wanted = choice ?? { detector: main?.id ?? fitted.at(0)?.config.id ?? 'lared', pca: main?.pca ?? null };
  const chosen = fitted.find(({ config }) => config.id === wanted.detector && config.pca === wanted.pca);
  if (chosen !== undefined) {
    if (isExportable(chosen.config)) return chosen;
    throw cannot(chosen.config.id, 'its entropy is a search over pairs of samples, for which ONNX has no operator');
  }
  if (BASELINE_IDS.some((id) => id === wanted.detector)) {
    throw cannot(wanted.detector, 'it is a baseline, and monitors are made of detectors');
  }
  if (fitted.length === 0) {
    throw new AppError('E_INPUT', 'The run fitted no detector that a monitor could be made of.', {
      next: 'Add "larem" or "lared" to the detectors of the plan.',
    });
  }
  throw new AppError('E_INPUT', `The run has no detector "${configName({ id: wanted.detector, pca: wanted.pca })}".`, {
    next: `Choose one of ${fitted.map(({ config }) => `"${configName(config)}"`).join(', ')}.`,
  });
}

const isExportable = ({ space }: DetectorConfig): boolean => space !== 'joint';

function cannot(id: string, why: string): AppError {
  return new AppError('E_MODEL_UNSUPPORTED', `${id} cannot be exported as a monitor: ${why}.`, {
    next: 'Choose another detector of the run.',
  });
}

/** "lared", "larem PCA 16" or "larem:16". Throws E_INPUT for anything else. */
export function parseConfigChoice(text: string): ConfigChoice {
  const match = /^([a-z][a-z\d.-]*)(?:(?: PCA |:)([1-9]\d*))?$/i.exec(text.trim());
  if (match !== null) return { detector: match[1].toLowerCase(), pca: match[2] === undefined ? null : Number(match[2]) };
  throw new AppError('E_INPUT', `"${text}" names no detector.`, { next: 'Write it as "lared" or as "larem PCA 16".' });
}
