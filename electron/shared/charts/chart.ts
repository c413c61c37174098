/**
 * What every chart model is made of. A model is plain data in data units: it knows no pixels, no DOM and no page, so that
 * the window and the report draw the same chart. Each carries a sentence that says what it shows, and its numbers in
 * full precision as a table (the twin that a reader of the window may ask for instead).
 */
import type { Formats } from '../format.ts';

export interface Tick {
  value: number;
  label: string;
}

/** A straight axis from `min` to `max`; ticks lie on it. */
export interface Axis {
  title: string;
  min: number;
  max: number;
  ticks: Tick[];
}

/** A polyline: x[i], y[i] in the units of its axes. */
export interface Line {
  x: number[];
  y: number[];
}

export interface ChartTable {
  header: string[];
  rows: (string | number | null)[][];
}

export interface Chart {
  title: string;
  summary: string;
  table: ChartTable;
}

/** Which set a row or a curve belongs to: `oodIndex` gives its colour and marker (colours.ts), null is in-distribution. */
export interface SeriesId {
  name: string;
  oodIndex: number | null;
}

/** A set with its scores, higher = more in-distribution; none is NaN. */
export interface ScoredSet extends SeriesId {
  scores: Float64Array;
}

/** The smallest of 1, 2, 5 times a power of ten that is not below `size`. */
export function niceStep(size: number): number {
  const power = 10 ** Math.floor(Math.log10(size));
  const mantissa = size / power;
  return (mantissa <= 1 ? 1 : mantissa <= 2 ? 2 : mantissa <= 5 ? 5 : 10) * power;
}

/** At most `count` ticks at round values between min and max, both included where they are round. */
export function niceTicks(range: { min: number; max: number }, count: number, format: Pick<Formats, 'fixed'>): Tick[] {
  const { min, max } = range;
  if (!(max > min)) return [{ value: min, label: format.fixed(min, 2) }];
  const step = niceStep((max - min) / Math.max(1, count - 1));
  const decimals = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  const first = Math.ceil(min / step - 1e-9);
  const last = Math.floor(max / step + 1e-9);
  const ticks: Tick[] = [];
  for (let k = first; k <= last; k++) {
    // k * step, as the decimal it stands for: 3 * 0.1 must read and lie at 0.3.
    const value = Number((k * step).toFixed(Math.min(100, decimals)));
    ticks.push({ value, label: format.fixed(value, decimals) });
  }
  return ticks;
}
