/**
 * Figures as people read them (DESIGN.md section 8), the same in the command line's table, the report and the window.
 * A figure is never rounded to a claim that it does not make: nothing reads 1.000, 0 % or 100 % unless it is. Full
 * precision stays in the files and on hover.
 */
import type { Locale } from './messages/catalogue.ts';
import type { Estimate } from './results.ts';

/** U+202F: stands before % and between thousands in French. */
const NARROW_SPACE = '\u202f';
const MINUS = '\u2212';
const EN_DASH = '\u2013';
const NOT_A_NUMBER = EN_DASH;

const INTL: Record<Locale, string> = { en: 'en-US', fr: 'fr-FR' };

const WORDS = {
  en: { to: 'to', about: 'about', second: ['second', 'seconds'], minute: ['minute', 'minutes'], bytes: ['B', 'kB', 'MB', 'GB'] },
  fr: {
    to: 'à',
    about: 'environ',
    second: ['seconde', 'secondes'],
    minute: ['minute', 'minutes'],
    bytes: ['o', 'ko', 'Mo', 'Go'],
  },
} as const satisfies Record<Locale, unknown>;

/** The formats of one language. */
export interface Formats {
  locale: Locale;
  /** 578, 1,000. */
  count(value: number): string;
  /** Fixed number of decimals, minus as U+2212. */
  fixed(value: number, decimals: number): string;
  /** A score or threshold: three decimals. */
  score(value: number): string;
  /** About four significant digits: 0.0039, 12.35, 4.7e-7. For constants that have no format of their own. */
  number(value: number): string;
  /** Two digits and an exponent: 4.7e-7. */
  exponent(value: number): string;
  /** 0.927; from 0.9995 on 0.9998, rounded down. */
  area(value: number): string;
  /** 0.915–0.937 */
  areaInterval(low: number, high: number): string;
  /** +0.018, −0.046; a difference of nothing has no sign. */
  signed(value: number, decimals: number): string;
  /** 0.014 to 0.034: both ends by themselves. Figures that may be negative need a word between them. */
  fixedInterval(low: number, high: number, decimals?: number): string;
  /** +0.046 to +0.068. */
  signedInterval(low: number, high: number, decimals?: number): string;
  /** 57.8, without its unit. @param value a share, 0 to 1. */
  percent(value: number): string;
  /** 57.8 % with a narrow no-break space; exactly none or all are 0 % and 100 %. */
  rate(value: number): string;
  /** 54.7–60.9, without a unit. */
  rateInterval(low: number, high: number): string;
  /** 0.927 0.915–0.937 */
  areaEstimate(estimate: Estimate): string;
  /** 57.8 % 54.7–60.9 */
  rateEstimate(estimate: Estimate): string;
  /** A p-value without its letter: 0.21, 0.034, below one thousandth "<0.001". */
  probability(value: number): string;
  /** "about 3 seconds", "about 40 minutes", "about 2 h 10 min": for what is only guessed. */
  roughly(seconds: number): string;
  /** Measured time: 0.8 ms, 420 ms, 3.2 s, 12 min 05 s. */
  duration(seconds: number): string;
  /** 4.2 MB, in powers of 1,000. */
  bytes(value: number): string;
}

const made: Partial<Record<Locale, Formats>> = {};

export function formats(locale: Locale): Formats {
  return (made[locale] ??= makeFormats(locale));
}

function makeFormats(locale: Locale): Formats {
  const fixed = fixedOf(locale);
  const count = (value: number): string => fixed(Math.round(value), 0);
  const area = (value: number): string => (value < 1 && value >= 0.9995 ? fixed(floorTo(value, 4), 4) : fixed(value, 3));
  const percent = (value: number): string => fixed(100 * value, percentDecimals(value));
  const rate = (value: number): string => {
    if (Number.isNaN(value)) return NOT_A_NUMBER;
    return `${value === 0 || value === 1 ? fixed(100 * value, 0) : percent(value)}${NARROW_SPACE}%`;
  };
  const areaInterval = (low: number, high: number): string => `${area(low)}${EN_DASH}${area(high)}`;
  const rateInterval = (low: number, high: number): string => `${percent(low)}${EN_DASH}${percent(high)}`;
  const exponent = (value: number): string => {
    const [mantissa, power] = value.toExponential(1).split('e');
    return `${fixed(Number(mantissa), 1)}e${Number(power)}`;
  };
  const signed = (value: number, decimals: number): string =>
    `${Number(value.toFixed(decimals)) > 0 ? '+' : ''}${fixed(value, decimals)}`;
  return {
    locale,
    count,
    fixed,
    score: (value) => (value === -Infinity ? `${MINUS}∞` : fixed(value, 3)),
    number: (value) => plainNumber(value, fixed, exponent),
    exponent,
    area,
    areaInterval,
    signed,
    fixedInterval: (low, high, decimals = 3) => `${fixed(low, decimals)} ${WORDS[locale].to} ${fixed(high, decimals)}`,
    signedInterval: (low, high, decimals = 3) => `${signed(low, decimals)} ${WORDS[locale].to} ${signed(high, decimals)}`,
    percent,
    rate,
    rateInterval,
    areaEstimate: ({ value, low, high }) => `${area(value)} ${areaInterval(low, high)}`,
    rateEstimate: ({ value, low, high }) => `${rate(value)} ${rateInterval(low, high)}`,
    probability: (value) => (value < 0.001 ? `<${fixed(0.001, 3)}` : fixed(value, value < 0.1 ? 3 : 2)),
    roughly: (seconds) => roughly(seconds, locale, count),
    duration: (seconds) => duration(seconds, fixed),
    bytes: (value) => bytes(value, locale, fixed),
  };
}

type Fixed = (value: number, decimals: number) => string;

function fixedOf(locale: Locale): Fixed {
  const cache = new Map<number, Intl.NumberFormat>();
  return (value, decimals) => {
    if (Number.isNaN(value)) return NOT_A_NUMBER;
    let format = cache.get(decimals);
    if (format === undefined) {
      format = new Intl.NumberFormat(INTL[locale], {
        minimumFractionDigits: decimals,
        maximumFractionDigits: decimals,
        signDisplay: 'negative',
      });
      cache.set(decimals, format);
    }
    return format.format(value).replace('-', MINUS);
  };
}

function floorTo(value: number, decimals: number): number {
  const scale = 10 ** decimals;
  return Math.floor(value * scale) / scale;
}

/** One decimal, and as many more (at most six) as keep a share from reading as none or all of it. */
function percentDecimals(share: number): number {
  if (!(share > 0 && share < 1)) return 1;
  let decimals = 1;
  const reads = (): number => Number((100 * share).toFixed(decimals));
  while (decimals < 6 && (reads() === 0 || reads() === 100)) decimals++;
  return decimals;
}

function plainNumber(value: number, fixed: Fixed, exponent: (value: number) => string): string {
  if (!Number.isFinite(value)) return value === -Infinity ? `${MINUS}∞` : value === Infinity ? '∞' : NOT_A_NUMBER;
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-3 || size >= 1e9)) return exponent(value);
  const decimals = Number.isInteger(value) ? 0 : Math.max(0, 3 - Math.floor(Math.log10(size)));
  const shortest = Number(value.toFixed(decimals)).toString().split('.')[1]?.length ?? 0;
  return fixed(value, Math.min(decimals, shortest));
}

function roughly(seconds: number, locale: Locale, count: (value: number) => string): string {
  const { about, second, minute } = WORDS[locale];
  const unit = (value: number, [one, other]: readonly [string, string]): string =>
    `${about} ${count(value)} ${value === 1 ? one : other}`;
  if (seconds < 59.5) return unit(Math.max(1, Math.round(seconds)), second);
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return unit(minutes, minute);
  const tens = Math.round(minutes / 10) * 10;
  return `${about} ${count(Math.floor(tens / 60))} h ${String(tens % 60).padStart(2, '0')} min`;
}

function duration(seconds: number, fixed: Fixed): string {
  if (seconds < 0.01) return `${fixed(1000 * seconds, 2)} ms`;
  if (seconds < 1) return `${fixed(1000 * seconds, 0)} ms`;
  if (seconds < 60) return `${fixed(seconds, 1)} s`;
  const whole = Math.round(seconds);
  const two = (value: number): string => String(value).padStart(2, '0');
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${two(whole % 60)} s`;
  return `${fixed(Math.floor(whole / 3600), 0)} h ${two(Math.floor((whole % 3600) / 60))} min`;
}

function bytes(value: number, locale: Locale, fixed: Fixed): string {
  const units = WORDS[locale].bytes;
  const power = value < 1000 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(value) / 3));
  return `${fixed(value / 1000 ** power, power === 0 ? 0 : 1)} ${units[power]}`;
}
