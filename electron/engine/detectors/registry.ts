/** Every detector by the name its estimator has in stored files. */
import { classGaussians } from './class-gaussians.ts';
import type { ClassEstimator, Detector, DetectorState, Estimator } from './detector.ts';
import { crossValidatedLared } from './cross-validated-lared.ts';
import { gaussianMixtureEstimator } from './gaussian-mixture.ts';
import { jointEntropyEstimator } from './joint-entropy.ts';
import { DEFAULT_NEIGHBOURS, knnEstimator } from './knn.ts';
import { AppError } from '../../shared/errors.ts';
import { laredEstimator } from './lared.ts';
import { larem, laremEstimator } from './larem.ts';
import { mahalanobis, relativeMahalanobis } from './mahalanobis.ts';
import { whitenedLared } from './whitened-lared.ts';

export const ESTIMATORS: Readonly<Record<string, Estimator>> = {
  larem,
  'larem-ledoit-wolf': laremEstimator('ledoit-wolf'),
  'larem-oas': laremEstimator('oas'),
  lared: laredEstimator(),
  'lared-scott': whitenedLared('scott'),
  'lared-silverman': whitenedLared('silverman'),
  'lared-cv': crossValidatedLared(),
  knn: withEnoughRows(knnEstimator(), DEFAULT_NEIGHBOURS),
  'gaussian-mixture': gaussianMixtureEstimator(),
  'joint-entropy': jointEntropyEstimator,
};

/** Those that need to know which class a row is of. */
export const CLASS_ESTIMATORS: Readonly<Record<string, ClassEstimator>> = {
  mahalanobis,
  'relative-mahalanobis': relativeMahalanobis,
  'class-gaussians': classGaussians,
};

/** Those of which a plan may state the number. */
const NUMBERED: Readonly<Record<string, (number: number) => Estimator>> = {
  lared: (bandwidth) => laredEstimator(bandwidth),
  knn: (neighbours) => withEnoughRows(knnEstimator(neighbours), neighbours),
  'gaussian-mixture': (components) => gaussianMixtureEstimator({ components }),
};

/** @param number of its neighbours, components, or its bandwidth; left out: the default. */
export function estimatorOf(name: string, number?: number): Estimator {
  return number === undefined ? ESTIMATORS[name] : NUMBERED[name](number);
}

/** The reference scores every image alike when there are fewer rows than neighbours: here it is refused. */
function withEnoughRows(estimator: Estimator, least: number): Estimator {
  return {
    load: (state) => estimator.load(state),
    fit(train, work) {
      if (train.rows >= least) return estimator.fit(train, work);
      throw new AppError('E_INPUT', `It needs at least ${least} fit images; there are ${train.rows}.`, {
        next: 'Add images to the fit sets.',
      });
    },
  };
}

/** Loads what `state` gave. */
export function loadDetector(state: DetectorState): Detector {
  const all: Record<string, Pick<Estimator, 'load'>> = { ...ESTIMATORS, ...CLASS_ESTIMATORS };
  const estimator = Object.hasOwn(all, state.type) ? all[state.type] : undefined;
  if (estimator === undefined) throw new Error(`unknown detector ${state.type}`);
  return estimator.load(state);
}
