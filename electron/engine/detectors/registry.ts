/** Every detector by the name its estimator has in stored files. */
import type { Detector, DetectorState, Estimator } from './detector.ts';
import { laredEstimator } from './lared.ts';
import { larem } from './larem.ts';

export const ESTIMATORS: Readonly<Record<string, Estimator>> = { larem, lared: laredEstimator() };

/** Loads what `state` gave. */
export function loadDetector(state: DetectorState): Detector {
  const estimator = Object.hasOwn(ESTIMATORS, state.type) ? ESTIMATORS[state.type] : undefined;
  if (estimator === undefined) throw new Error(`unknown detector ${state.type}`);
  return estimator.load(state);
}
