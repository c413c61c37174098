/** How class scores of pixels or boxes become one score of the image, in words. */
import type { Aggregate } from '../plan.ts';
import { formats } from '../format.ts';
import { catalogue, say, type Locale } from './catalogue.ts';

export const AGGREGATE_TEXTS = catalogue(
  {
    none: 'not used',
    mean: 'mean over all pixels or boxes',
    max: 'the most OoD-like pixel or box',
    top: 'mean over the most OoD-like {share} of pixels or boxes',
  },
  {
    none: 'non utilisés',
    mean: 'moyenne sur tous les pixels ou boîtes',
    max: 'le pixel ou la boîte le plus proche de l’OoD',
    top: 'moyenne sur les {share} de pixels ou boîtes les plus proches de l’OoD',
  },
);

export function aggregateText(aggregate: Aggregate | undefined, locale: Locale): string {
  if (aggregate === undefined) return say(AGGREGATE_TEXTS, locale, 'none');
  return say(AGGREGATE_TEXTS, locale, aggregate.rule, { share: formats(locale).rate(aggregate.share) });
}
