/** Every detector by the name its estimator has in stored files. */
import type { Detector, DetectorJson, Estimator } from './detector.ts';
import { laredEstimator } from './lared.ts';
import { larem } from './larem.ts';

export const ESTIMATORS: Readonly<Record<string, Estimator>> = { larem, lared: laredEstimator() };

/** Loads what `toJSON` wrote. */
export function loadDetector(json: DetectorJson): Detector {
  const estimator = Object.hasOwn(ESTIMATORS, json.type) ? ESTIMATORS[json.type] : undefined;
  if (estimator === undefined) throw new Error(`unknown detector ${json.type}`);
  return estimator.load(json);
}
