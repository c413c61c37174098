/** The detectors of a plan, one for each name and PCA size, and the vectors each of them reads. */
import type { Plan } from '../../shared/plan.ts';
import type { Space } from './vectors.ts';

export interface DetectorConfig {
  /** As the plan and the results call it. */
  id: string;
  pca: number | null;
  /** The estimator behind it: larem and larem-latent are the same estimator on different vectors. */
  estimator: string;
  space: Space;
}

const LATENT_SUFFIX = '-latent';

/** Without sampling there are no entropies: every detector then works on the latent itself. */
export function detectorConfigs(plan: Plan): DetectorConfig[] {
  const sampled = plan.sampling.mechanism !== 'none';
  return plan.detectors.flatMap((id) =>
    plan.pca.map((pca): DetectorConfig => {
      const latent = id.endsWith(LATENT_SUFFIX) || !sampled;
      return { id, pca, estimator: id.replace(LATENT_SUFFIX, ''), space: latent ? 'latent' : 'entropy' };
    }),
  );
}

/** Name of a configuration in files and messages. */
export function configName({ id, pca }: { id: string; pca: number | null }): string {
  return pca === null ? id : `${id} PCA ${pca}`;
}
