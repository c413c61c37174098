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

export const LATENT_SUFFIX = '-latent';

/** Detectors with a number that a plan may state in their id, as "knn-10": what it is, and what it may be. */
export const NUMBERED = {
  knn: { what: 'neighbours', whole: true, least: 1, most: 10_000 },
  gmm: { what: 'components', whole: true, least: 1, most: 100 },
  lared: { what: 'bandwidth', whole: false, least: 1e-3, most: 1e3 },
} as const;
export type NumberedDetector = keyof typeof NUMBERED;

type OfVectors = VectorDetector | `${NumberedDetector}-${number}`;
export type DetectorId = OfVectors | `${OfVectors}-latent` | 'joint-entropy';

/** "knn-10-latent" as kNN with 10; null for an id without a number. The number is written in the shortest way, so an id has one spelling. */
export function numberOf(id: string): { detector: NumberedDetector; number: number } | null {
  const match = /^(.+?)-(\d+(?:\.\d+)?)$/.exec(id.replace(/-latent$/, ''));
  if (match === null || !Object.hasOwn(NUMBERED, match[1]) || String(Number(match[2])) !== match[2]) return null;
  return { detector: match[1] as NumberedDetector, number: Number(match[2]) };
}

/** Why a plan cannot ask for a detector of this id; null when it can. */
export function refusedDetector(id: unknown): string | null {
  if (DETECTOR_IDS.some((known) => known === id)) return null;
  const found = typeof id === 'string' ? numberOf(id) : null;
  if (found === null)
    return `there is no detector ${JSON.stringify(id)}; it must be one of ${DETECTOR_IDS.join(', ')}, or one with a number, as "knn-10", "gmm-3" or "lared-0.5"`;
  const { what, whole, least, most } = NUMBERED[found.detector];
  const { number } = found;
  if (number >= least && number <= most && (!whole || Number.isInteger(number))) return null;
  return `the ${what} of ${found.detector} must be a ${whole ? 'whole ' : ''}number from ${least} to ${most}`;
}

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
