/**
 * The one detector that a run is about: its report, its exported monitor and the tests of the others are about it. Fixed
 * before any test image is looked at: the one that the select sets chose, else LaRED without PCA, else the first.
 */
import type { ConfigName } from '../../shared/results.ts';
import type { ScoredConfig } from './evaluate-stage.ts';

type Named = Pick<ScoredConfig, 'id' | 'pca'>;

/** @param configs in the order of the plan, detectors before baselines. null when there are none. */
export function mainConfig<Config extends Named>(configs: readonly Config[], chosen: ConfigName | null): Config | null {
  const named = ({ detector, pca }: ConfigName): Config | undefined =>
    configs.find((config) => config.id === detector && config.pca === pca);
  const found = chosen === null ? undefined : named(chosen);
  return found ?? named({ detector: 'lared', pca: null }) ?? configs.at(0) ?? null;
}
