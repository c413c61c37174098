/** What the fitted detectors and the sizes of the sets say: too few images, a covariance that is nearly singular. */
import type { ModelWarning } from '../../shared/domain.ts';
import type { DetectorSummary } from '../../shared/results.ts';
import { clopperPearson } from '../metrics/proportion.ts';
import { configName } from '../pipeline/detector-configs.ts';
import type { SampledSet } from '../pipeline/sampled-set.ts';
import { hygieneWarning } from './warning.ts';

/** Below it a rate near 90 % has an interval wider than 13 points. */
const FEWEST_MEASURED = 100;
/** A covariance has D (D + 1) / 2 numbers; below this many rows a feature its small eigenvalues are badly off. */
const ROWS_A_FEATURE = 5;
/** Ten of the sixteen digits of a double are gone. */
const MOST_CONDITION = 1e10;

export function sizeWarnings(sets: readonly SampledSet[]): ModelWarning[] {
  return sets
    .filter(({ set, count }) => (set.role === 'test' || set.role === 'ood') && count < FEWEST_MEASURED)
    .map(({ set, count }) => {
      const [low, high] = clopperPearson(Math.round(0.9 * count), count);
      return hygieneWarning('SMALL_SET', { set: set.name, count, lowRate: low, highRate: high });
    });
}

/** Of detectors with a covariance: they state its rank. */
export function detectorWarnings(detectors: readonly DetectorSummary[]): ModelWarning[] {
  return detectors
    .filter(({ facts }) => 'rank' in facts)
    .flatMap((one): ModelWarning[] => {
      const { nFit, features, facts } = one;
      const detector = configName({ id: one.detector, pca: one.pca });
      const few =
        nFit < ROWS_A_FEATURE * features
          ? [hygieneWarning('SMALL_FIT', { detector, count: nFit, features, factor: ROWS_A_FEATURE })]
          : [];
      const { rank, conditionNumber = 1 } = facts;
      const singular =
        rank < features || conditionNumber > MOST_CONDITION
          ? [hygieneWarning('NEAR_SINGULAR', { detector, condition: conditionNumber, rank, features })]
          : [];
      return [...few, ...singular];
    });
}
