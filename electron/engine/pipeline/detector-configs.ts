/** The detectors of a plan, one for each name and PCA size, and the vectors each of them reads. */
import { LATENT_SUFFIX, numberOf } from '../../shared/method-ids.ts';
import type { Plan } from '../../shared/plan.ts';
import type { Space } from './vectors.ts';

export interface DetectorConfig {
  /** As the plan and the results call it. */
  id: string;
  pca: number | null;
  /** The estimator behind it: larem and larem-latent are the same estimator on different vectors. */
  estimator: string;
  /** Of its neighbours, components, or its bandwidth, where the plan states it. */
  number?: number;
  space: Space;
}

/** Estimators that a plan calls by another name. */
const ESTIMATOR_OF: Readonly<Record<string, string>> = {
  mds: 'mahalanobis',
  rmds: 'relative-mahalanobis',
  gmm: 'gaussian-mixture',
};

/** Without sampling there are no entropies: every detector then works on the latent itself. */
export function detectorConfigs(plan: Plan): DetectorConfig[] {
  const sampled = plan.sampling.mechanism !== 'none';
  return plan.detectors.flatMap((id): DetectorConfig[] => {
    // One number an image: there is nothing to reduce.
    if (id === 'joint-entropy') return [{ id, pca: null, estimator: id, space: 'joint' }];
    const name = id.replace(LATENT_SUFFIX, '');
    const space = id.endsWith(LATENT_SUFFIX) || !sampled ? 'latent' : 'entropy';
    const numbered = numberOf(id);
    const base = numbered?.detector ?? name;
    const estimator = { estimator: ESTIMATOR_OF[base] ?? base, ...(numbered && { number: numbered.number }) };
    return plan.pca.map((pca) => ({ id, pca, ...estimator, space }));
  });
}

/** Name of a configuration in files and messages. */
export function configName({ id, pca }: { id: string; pca: number | null }): string {
  return pca === null ? id : `${id} PCA ${pca}`;
}
