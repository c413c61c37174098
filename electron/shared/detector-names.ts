/** What detectors and baselines are called, and what their scores measure, in texts and charts. */
import { formats } from './format.ts';
import { LATENT_SUFFIX, numberOf } from './method-ids.ts';
import { catalogue, say, type Locale } from './messages/catalogue.ts';

const NAMES = catalogue(
  {
    larem: 'LaREM',
    lared: 'LaRED',
    'larem-latent': 'LaREM on the latent',
    'lared-latent': 'LaRED on the latent',
    msp: 'MSP',
    energy: 'Energy',
    'larem-ledoit-wolf': 'LaREM, Ledoit-Wolf',
    'larem-oas': 'LaREM, OAS',
    'lared-scott': 'LaRED, Scott',
    'lared-silverman': 'LaRED, Silverman',
    'lared-cv': 'LaRED, cross-validated',
    mds: 'Mahalanobis by class',
    rmds: 'Relative Mahalanobis',
    knn: 'kNN',
    gmm: 'Gaussian mixture',
    'joint-entropy': 'Joint entropy',
    maxlogit: 'Max logit',
    gen: 'GEN',
    'predictive-entropy': 'Predictive entropy',
    'mutual-information': 'Mutual information',
    react: 'ReAct',
    dice: 'DICE',
    'dice-react': 'DICE + ReAct',
    'ash-s': 'ASH-S',
    'ash-p': 'ASH-P',
    'ash-b': 'ASH-B',
    scale: 'SCALE',
    vim: 'ViM',
    residual: 'Residual',
    fdbd: 'fDBD',
    nnguide: 'NNGuide',
    'knn-penultimate': 'kNN, penultimate',
    'mds-penultimate': 'Mahalanobis, penultimate',
    'rmds-penultimate': 'Relative Mahalanobis, penultimate',
  },
  {
    larem: 'LaREM',
    lared: 'LaRED',
    'larem-latent': 'LaREM sur le latent',
    'lared-latent': 'LaRED sur le latent',
    msp: 'MSP',
    energy: 'Énergie',
    'larem-ledoit-wolf': 'LaREM, Ledoit-Wolf',
    'larem-oas': 'LaREM, OAS',
    'lared-scott': 'LaRED, Scott',
    'lared-silverman': 'LaRED, Silverman',
    'lared-cv': 'LaRED, validation croisée',
    mds: 'Mahalanobis par classe',
    rmds: 'Mahalanobis relatif',
    knn: 'kNN',
    gmm: 'Mélange gaussien',
    'joint-entropy': 'Entropie jointe',
    maxlogit: 'Logit maximal',
    gen: 'GEN',
    'predictive-entropy': 'Entropie prédictive',
    'mutual-information': 'Information mutuelle',
    react: 'ReAct',
    dice: 'DICE',
    'dice-react': 'DICE + ReAct',
    'ash-s': 'ASH-S',
    'ash-p': 'ASH-P',
    'ash-b': 'ASH-B',
    scale: 'SCALE',
    vim: 'ViM',
    residual: 'Résidu',
    fdbd: 'fDBD',
    nnguide: 'NNGuide',
    'knn-penultimate': 'kNN, avant-dernière couche',
    'mds-penultimate': 'Mahalanobis, avant-dernière couche',
    'rmds-penultimate': 'Mahalanobis relatif, avant-dernière couche',
  },
);

const NUMBERS = catalogue(
  { knn: 'k = {number}', gmm: 'K = {number}', lared: 'h = {number}' },
  { knn: 'k = {number}', gmm: 'K = {number}', lared: 'h = {number}' },
);

const MEASURES = catalogue(
  {
    larem: 'negative squared distance',
    lared: 'log density, nats',
    msp: 'largest softmax probability',
    energy: 'log-sum-exp of the logits',
  },
  {
    larem: 'opposé de la distance au carré',
    lared: 'log-densité, nats',
    msp: 'plus grande probabilité softmax',
    energy: 'log-somme-exp des logits',
  },
);

function plainName(detector: string, locale: Locale): string {
  const numbered = detector.endsWith(LATENT_SUFFIX) ? null : numberOf(detector);
  if (numbered !== null) {
    const number = formats(locale).number(numbered.number);
    return `${plainName(numbered.detector, locale)}, ${say(NUMBERS, locale, numbered.detector, { number })}`;
  }
  if (detector in NAMES.en) return say(NAMES, locale, detector as keyof typeof NAMES.en);
  if (!detector.endsWith(LATENT_SUFFIX)) return detector;
  const base = plainName(detector.slice(0, -LATENT_SUFFIX.length), locale);
  return locale === 'fr' ? `${base}, sur le latent` : `${base}, on the latent`;
}

/** "LaRED", "LaRED, PCA 16". A detector without a name of its own is called by its id. */
export function detectorName({ detector, pca }: { detector: string; pca: number | null }, locale: Locale): string {
  const name = plainName(detector, locale);
  return pca === null ? name : `${name}, ${locale === 'fr' ? 'ACP' : 'PCA'} ${pca}`;
}

/** "LaRED score (log density, nats)". */
export function scoreTitle(config: { detector: string; pca: number | null }, locale: Locale): string {
  const estimator = numberOf(config.detector)?.detector ?? config.detector.replace(LATENT_SUFFIX, '');
  const measure = estimator in MEASURES.en ? ` (${say(MEASURES, locale, estimator as keyof typeof MEASURES.en)})` : '';
  const name = detectorName(config, locale);
  return locale === 'fr' ? `Score ${name}${measure}` : `${name} score${measure}`;
}
