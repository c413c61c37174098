/**
 * The engine writes its sentences (errors, next steps, warnings, reasons) in English, as the command line and the files
 * hold them. The window shows them in its own language: a sentence is recognised by its English pattern and said anew with
 * the same values. What no pattern fits is shown as it is.
 */
import type { Locale } from './catalogue.ts';
import { APP_SENTENCES } from './sentences-app.ts';
import { CLUSTER_SENTENCES } from './sentences-cluster.ts';
import { DATASET_SENTENCES } from './sentences-dataset.ts';
import { MODEL_SENTENCES } from './sentences-model.ts';
import { RUN_SENTENCES } from './sentences-run.ts';

/** `{name}` stands for a value, `{said…}` for a part that is a sentence of this list itself. */
export type SentencePair = readonly [english: string, french: string];

interface Pattern {
  regex: RegExp;
  names: string[];
  french: string;
  /** Letters that must stand there: of several patterns that fit, the one with the most is meant. */
  weight: number;
}

const PATTERNS: readonly Pattern[] = [
  ...APP_SENTENCES,
  ...CLUSTER_SENTENCES,
  ...RUN_SENTENCES,
  ...MODEL_SENTENCES,
  ...DATASET_SENTENCES,
]
  .map(patternOf)
  .sort((a, b) => b.weight - a.weight);

export function saidIn(locale: Locale, text: string): string {
  if (locale === 'en') return text;
  return (
    oneSaid(text) ??
    text
      .split(/(?<=[.?]) (?=[\p{Lu}"])/u)
      .map((part) => oneSaid(part) ?? part)
      .join(' ')
  );
}

function oneSaid(text: string): string | null {
  for (const { regex, names, french } of PATTERNS) {
    const found = regex.exec(text);
    if (found === null) continue;
    const values = new Map(names.map((name, i) => [name, found[i + 1]]));
    return french.replace(/\{(\w+)\}/g, (_, name: string) => shown(name, values.get(name) ?? ''));
  }
  return null;
}

/** Numbers as French writes them; parts that are sentences themselves in French. */
function shown(name: string, value: string): string {
  if (name.startsWith('said')) return oneSaid(value) ?? value;
  if (/^\d{1,3}(,\d{3})+$/.test(value)) return value.replaceAll(',', '\u202f');
  return /^-?\d+\.\d+$/.test(value) ? value.replace('.', ',') : value;
}

function patternOf([english, french]: SentencePair): Pattern {
  const names: string[] = [];
  const source = english
    .split(/(\{\w+\})/)
    .map((part) => {
      const name = /^\{(\w+)\}$/.exec(part)?.[1];
      if (name === undefined) return part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
      names.push(name);
      return '([^]+?)';
    })
    .join('');
  return { regex: new RegExp(`^${source}$`), names, french, weight: english.replace(/\{\w+\}/g, '').length };
}
