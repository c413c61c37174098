/** What detectors and baselines are called, and what their scores measure, in texts and charts. */
import { catalogue, say, type Locale } from './messages/catalogue.ts';

const NAMES = catalogue(
  {
    larem: 'LaREM',
    lared: 'LaRED',
    'larem-latent': 'LaREM on the latent',
    'lared-latent': 'LaRED on the latent',
    msp: 'MSP',
    energy: 'Energy',
  },
  {
    larem: 'LaREM',
    lared: 'LaRED',
    'larem-latent': 'LaREM sur le latent',
    'lared-latent': 'LaRED sur le latent',
    msp: 'MSP',
    energy: 'Énergie',
  },
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

/** "LaRED", "LaRED, PCA 16". A detector without a name of its own is called by its id. */
export function detectorName({ detector, pca }: { detector: string; pca: number | null }, locale: Locale): string {
  const name = detector in NAMES.en ? say(NAMES, locale, detector as keyof typeof NAMES.en) : detector;
  return pca === null ? name : `${name}, ${locale === 'fr' ? 'ACP' : 'PCA'} ${pca}`;
}

/** "LaRED score (log density, nats)". */
export function scoreTitle(config: { detector: string; pca: number | null }, locale: Locale): string {
  const estimator = config.detector.replace('-latent', '');
  const measure = estimator in MEASURES.en ? ` (${say(MEASURES, locale, estimator as keyof typeof MEASURES.en)})` : '';
  const name = detectorName(config, locale);
  return locale === 'fr' ? `Score ${name}${measure}` : `${name} score${measure}`;
}
