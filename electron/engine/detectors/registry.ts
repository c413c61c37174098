/** Every detector by the name its estimator has in stored files. */
import { classGaussians } from './class-gaussians.ts';
import type { ClassEstimator, Detector, DetectorState, Estimator } from './detector.ts';
import { knnEstimator } from './knn.ts';
import { laredEstimator } from './lared.ts';
import { larem } from './larem.ts';
import { mahalanobis, relativeMahalanobis } from './mahalanobis.ts';
import { whitenedLared } from './whitened-lared.ts';

export const ESTIMATORS: Readonly<Record<string, Estimator>> = {
  larem,
  lared: laredEstimator(),
  'lared-scott': whitenedLared('scott'),
  'lared-silverman': whitenedLared('silverman'),
  knn: knnEstimator(),
};

/** Those that need to know which class a row is of. */
export const CLASS_ESTIMATORS: Readonly<Record<string, ClassEstimator>> = {
  mahalanobis,
  'relative-mahalanobis': relativeMahalanobis,
  'class-gaussians': classGaussians,
};

/** Loads what `state` gave. */
export function loadDetector(state: DetectorState): Detector {
  const all: Record<string, Pick<Estimator, 'load'>> = { ...ESTIMATORS, ...CLASS_ESTIMATORS };
  const estimator = Object.hasOwn(all, state.type) ? all[state.type] : undefined;
  if (estimator === undefined) throw new Error(`unknown detector ${state.type}`);
  return estimator.load(state);
}
