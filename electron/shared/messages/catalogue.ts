/**
 * Texts for people in two languages. Every area of the product keeps one catalogue (a file beside this one): the English
 * texts name the keys, and a French text that lacks one, or has one too many, does not compile.
 */
export const LOCALES = ['en', 'fr'] as const;
export type Locale = (typeof LOCALES)[number];

export type Texts<Key extends string> = Readonly<Record<Key, string>>;
export type Catalogue<Key extends string> = Readonly<Record<Locale, Texts<Key>>>;

/** Values for the {names} in a text, already formatted for the language. */
export type Values = Readonly<Record<string, string | number>>;

export function catalogue<Key extends string>(en: Texts<Key>, fr: Texts<NoInfer<Key>>): Catalogue<Key> {
  return { en, fr };
}

/** The text of a key with its {names} filled in; a name without a value stays as it stands, so that a test can see it. */
export function say<Key extends string>(texts: Catalogue<Key>, locale: Locale, key: Key, values: Values = {}): string {
  return texts[locale][key].replace(/\{(\w+)\}/g, (whole, name: string) =>
    Object.hasOwn(values, name) ? String(values[name]) : whole,
  );
}

/** Picks `one` or `other` as the language counts: French says "0 image", English "0 images". */
export function plural(locale: Locale, count: number): 'one' | 'other' {
  return new Intl.PluralRules(locale).select(count) === 'one' ? 'one' : 'other';
}
