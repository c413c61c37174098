/** Figures, sizes, dates and names as the chosen language writes them: the shared formats, following the language setting. */
import { formats, type Formats } from '../electron/shared/format.ts';
import { language } from './i18n.svelte.ts';

export function fmt(): Formats {
  return formats(language.locale);
}

export function integer(value: number): string {
  return fmt().count(value);
}

export function decimal(value: number, digits: number): string {
  return fmt().fixed(value, digits);
}

/** How far something is, in whole per cent. Figures take `fmt().rate`, which never rounds to none or all. */
export function percent(share: number, digits = 0): string {
  return `${fmt().fixed(share * 100, digits)}\u202f%`;
}

export function bytes(value: number): string {
  return fmt().bytes(value);
}

/** 13:58 */
export function clock(iso: string): string {
  return new Intl.DateTimeFormat(language.locale, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(
    Date.parse(iso),
  );
}

/** "today, 14:02", "yesterday, 17:40", else the date. */
export function moment(iso: string, now = Date.now()): string {
  const time = Date.parse(iso);
  const day = new Intl.DateTimeFormat('sv', { dateStyle: 'short' });
  const days = Math.round((Date.parse(day.format(now)) - Date.parse(day.format(time))) / 86_400_000);
  if (days === 0 || days === 1) {
    return `${new Intl.RelativeTimeFormat(language.locale, { numeric: 'auto' }).format(-days, 'day')}, ${clock(iso)}`;
  }
  return new Intl.DateTimeFormat(language.locale === 'en' ? 'en-GB' : language.locale, { dateStyle: 'medium' }).format(time);
}

export function fileName(path: string): string {
  return path.split(/[/\\]/).filter(Boolean).at(-1) ?? path;
}

/** First and last characters of a hash. */
export function shortHash(hash: string): string {
  return `${hash.slice(0, 8)}…${hash.slice(-4)}`;
}
