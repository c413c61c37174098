/** Figures, sizes, dates and names as the chosen language writes them. Follows the language setting. */
import { language } from './i18n.svelte.ts';

export function integer(value: number): string {
  return new Intl.NumberFormat(language.locale).format(value);
}

export function decimal(value: number, digits: number): string {
  const options = { minimumFractionDigits: digits, maximumFractionDigits: digits };
  return new Intl.NumberFormat(language.locale, options).format(value).replace('-', '−');
}

/** A share of 1 in per cent, with a narrow no-break space. */
export function percent(share: number, digits = 1): string {
  return `${decimal(share * 100, digits)}\u202f%`;
}

export function bytes(value: number): string {
  const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const;
  const power = Math.min(units.length - 1, value < 1000 ? 0 : Math.floor(Math.log10(value) / 3));
  const options = {
    style: 'unit',
    unit: units[power],
    unitDisplay: power === 0 ? 'long' : 'short',
    maximumSignificantDigits: 3,
  } as const;
  return new Intl.NumberFormat(language.locale, options).format(value / 1000 ** power);
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

/** How long something takes, roughly: "3 seconds", "40 minutes", "2 h 10 min". */
export function duration(seconds: number): string {
  const unit = (value: number, name: 'second' | 'minute' | 'hour', unitDisplay: 'long' | 'short'): string =>
    new Intl.NumberFormat(language.locale, { style: 'unit', unit: name, unitDisplay }).format(value);
  if (seconds < 59.5) return unit(Math.max(1, Math.round(seconds)), 'second', 'long');
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return unit(minutes, 'minute', 'long');
  const rest = minutes % 60;
  return [unit(Math.floor(minutes / 60), 'hour', 'short'), ...(rest === 0 ? [] : [unit(rest, 'minute', 'short')])].join(' ');
}
