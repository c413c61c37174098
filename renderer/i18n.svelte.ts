/** Texts in the chosen language: `translator(catalogue)` gives the function that components call; it follows the setting. */
import type { ModelWarning } from '../electron/shared/domain.ts';
import { plural, say, type Catalogue, type Locale, type Values } from '../electron/shared/messages/catalogue.ts';
import { warningText } from '../electron/shared/messages/hygiene.ts';
import { saidIn } from '../electron/shared/messages/sentences.ts';

class Language {
  locale = $state<Locale>('en');
}
export const language = new Language();

/** Keys that come as `name.one` and `name.other`. */
type Counted<Key extends string> = Key extends `${infer Base}.one` ? Base : never;

export interface Translator<Key extends string> {
  (key: Key, values?: Values): string;
  /** The text for a count, which is {count} in it. */
  count(base: Counted<Key>, count: number, values?: Values): string;
}

export function translator<Key extends string>(texts: Catalogue<Key>): Translator<Key> {
  const translate = (key: Key, values?: Values): string => say(texts, language.locale, key, values);
  return Object.assign(translate, {
    count(base: Counted<Key>, count: number, values?: Values): string {
      const key = `${base}.${plural(language.locale, count)}` as Key;
      return translate(key, { count: new Intl.NumberFormat(language.locale).format(count), ...values });
    },
  });
}

/** A sentence of the engine (error, next step, warning, reason) in the language of the window. */
export function said(sentence: string): string {
  return saidIn(language.locale, sentence);
}

/** A warning in the language of the window: by its code and values where a catalogue has it, else as a sentence. */
export function warned(warning: ModelWarning): string {
  return said(warningText(warning, language.locale));
}

/** "a, b, and c" as the language joins. */
export function listed(items: string[]): string {
  return new Intl.ListFormat(language.locale, { type: 'conjunction' }).format(items);
}
