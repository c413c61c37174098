/** The no-peeking protocol of a run in words: its stamp, what was chosen on what, and what the stamp means. */
import { detectorName } from './detector-names.ts';
import { formats } from './format.ts';
import { plural, say, type Locale, type Values } from './messages/catalogue.ts';
import { PROTOCOL_TEXTS } from './messages/protocol.ts';
import type { ConfigName, Protocol, Results } from './results.ts';
import { searchedOnTest } from './search.ts';
import { sameConfig } from './statistics-reading.ts';

type Key = keyof (typeof PROTOCOL_TEXTS)['en'];
export type Stamp = Pick<Protocol, 'state' | 'looks'>;

const speaker =
  (locale: Locale) =>
  (key: Key, values?: Values): string =>
    say(PROTOCOL_TEXTS, locale, key, values);

/** "Confirmatory", "Exploratory, test seen 3 times", "Test sets sealed". */
export function stampText({ state, looks }: Stamp, locale: Locale): string {
  const t = speaker(locale);
  if (state !== 'exploratory') return t(`stamp.${state}`);
  return t(`stamp.seen.${plural(locale, looks)}`, { count: looks });
}

/** The stamp of one detector: only the one that was fixed beforehand can be confirmed. */
export function stampOf({ protocol, statistics }: Results, config: ConfigName): Stamp | null {
  if (protocol === undefined) return null;
  const isMain = statistics?.main != null && sameConfig(statistics.main, config);
  const state = protocol.state === 'confirmatory' && !isMain ? 'exploratory' : protocol.state;
  return { state, looks: protocol.looks };
}

/** What was chosen, and what the stamp means; empty for results of older versions. */
export function protocolSentences(results: Results, locale: Locale): string[] {
  return [...searchSentences(results, locale), ...selectionSentences(results, locale), ...meaning(results, locale)];
}

function searchSentences({ plan }: Results, locale: Locale): string[] {
  const { search } = plan.selection;
  if (search === undefined) return [];
  const { candidates, images, ind, ood } = search;
  return [speaker(locale)('searched', { count: candidates, images, ind, ood: ood.join(', ') })];
}

function selectionSentences({ selection, statistics }: Results, locale: Locale): string[] {
  const main = statistics?.main;
  if (selection === undefined || main == null || selection.candidates < 2) return [];
  const t = speaker(locale);
  return [
    t(`chosen.${selection.chosen === null ? 'none' : selection.rule}`, {
      main: detectorName(main, locale),
      count: selection.candidates,
      ind: selection.ind.join(', '),
      ood: selection.ood.join(', '),
      auroc: selection.meanAuroc === null ? '' : formats(locale).area(selection.meanAuroc),
    }),
  ];
}

function meaning({ protocol, statistics, selection, plan }: Results, locale: Locale): string[] {
  if (protocol === undefined) return [];
  const t = speaker(locale);
  if (protocol.state === 'sealed') return [t('sealed')];
  if (protocol.optimistic) {
    const sets = searchedOnTest(plan);
    return [sets.length === 0 ? t('exploratory.optimistic') : t('exploratory.searched', { sets: sets.join(', ') })];
  }
  if (protocol.state === 'confirmatory') {
    const main = statistics?.main;
    const several = main != null && (selection?.candidates ?? 0) > 1;
    return [t('confirmatory'), ...(several ? [t('confirmatory.main', { main: detectorName(main, locale) })] : [])];
  }
  const fresh = protocol.sets.filter(({ looks }) => looks === 1).map(({ name }) => name);
  const others = protocol.looks - 1;
  return [
    t(others === 1 ? 'exploratory.one' : 'exploratory', { count: others }),
    ...(fresh.length === 0 ? [] : [t('fresh.sets', { sets: fresh.join(', ') })]),
  ];
}

/** What a plan without select sets could do about it, and what that costs; empty where there is nothing to choose. */
export function selectionOffer({ selection, plan }: Results, locale: Locale): string[] {
  if (selection?.rule !== 'none' || selection.candidates < 2) return [];
  const { share } = plan.selection;
  const f = formats(locale);
  const t = speaker(locale);
  return [t('offer.split', { share: f.rate(share), wider: f.rate(splitCost(share)) }), t('offer.select'), t('offer.derive')];
}

/** How much wider an interval becomes when this share of its images is set aside: 1/√(1 - share) - 1. */
export function splitCost(share: number): number {
  return Math.round(100 * (1 / Math.sqrt(1 - share) - 1)) / 100;
}
