/**
 * Every detector and baseline by the id that plans, results and files call it by. No schema library here: the window lists
 * them too.
 */

/** Detectors that work on entropies, and with the suffix "-latent" on the latent itself. */
export const VECTOR_DETECTORS = [
  'larem',
  'lared',
  'larem-ledoit-wolf',
  'larem-oas',
  'lared-scott',
  'lared-silverman',
  'lared-cv',
  'mds',
  'rmds',
  'knn',
  'gmm',
] as const;
export type VectorDetector = (typeof VECTOR_DETECTORS)[number];
export type DetectorId = VectorDetector | `${VectorDetector}-latent` | 'joint-entropy';

export const LATENT_SUFFIX = '-latent';

export const DETECTOR_IDS: readonly DetectorId[] = [
  ...VECTOR_DETECTORS,
  ...VECTOR_DETECTORS.map((id) => `${id}${LATENT_SUFFIX}` as const),
  'joint-entropy',
];

/** Baselines on the logits of one pass, on those of Monte-Carlo samples, and on what the last layer reads. */
export const BASELINE_IDS = [
  'msp',
  'energy',
  'maxlogit',
  'gen',
  'predictive-entropy',
  'mutual-information',
  'react',
  'dice',
  'dice-react',
  'ash-s',
  'ash-p',
  'ash-b',
  'scale',
  'vim',
  'residual',
  'fdbd',
  'nnguide',
  'knn-penultimate',
  'mds-penultimate',
  'rmds-penultimate',
] as const;
export type BaselineId = (typeof BASELINE_IDS)[number];

/** What a baseline reads: one pass' logits, sampled logits, or the penultimate features and the last layer. */
export function baselineReads(id: BaselineId): 'logits' | 'uncertainty' | 'penultimate' {
  if (id === 'predictive-entropy' || id === 'mutual-information') return 'uncertainty';
  return ['msp', 'energy', 'maxlogit', 'gen'].includes(id) ? 'logits' : 'penultimate';
}
