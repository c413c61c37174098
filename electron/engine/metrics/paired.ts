/**
 * Two detectors on the same images: is one better than the other, or is it the draw of the images? NUMERICS2 section 3.
 * The difference is always "first minus second".
 */
import { cephes } from './special-functions.ts';
import { placements, sampleVariance } from './auroc-interval.ts';
import { auroc } from './curves.ts';
import { normalQuantile } from './proportion.ts';
import { rank } from './ranking.ts';

/** Scores of the same images by both detectors, in the same order. */
export interface PairedScores {
  /** In-distribution images: the positive class. */
  positive: [Float64Array, Float64Array];
  negative: [Float64Array, Float64Array];
}

export interface PairedDifference {
  difference: number;
  /** 95 % interval, A₁ - A₂ ± z·se: not clipped, so that it stays symmetric. */
  low: number;
  high: number;
  z: number;
  /** Two-sided. */
  p: number;
}

/** A variance or a difference this small is rounding: both detectors rank the images alike. */
const NO_VARIANCE = 1e-28;
const NO_DIFFERENCE = 1e-14;

/** Paired test and interval of DeLong, DeLong & Clarke-Pearson (1988), from the differences of placements. */
export function delongPaired({ positive, negative }: PairedScores): PairedDifference {
  return delongDifference(delongParts(positive[0], negative[0]), delongParts(positive[1], negative[1]));
}

/** What a detector brings to every pair that it stands in: computed once, a pair then costs one pass over the images. */
export interface DelongParts {
  area: number;
  /** By image, the share of the other group that it beats, and is beaten by. */
  positive: Float64Array;
  negative: Float64Array;
}

export function delongParts(positive: Float64Array, negative: Float64Array): DelongParts {
  return {
    area: auroc(rank(positive, negative)),
    positive: placements(positive, negative, 'below'),
    negative: placements(negative, positive, 'above'),
  };
}

export function delongDifference(first: DelongParts, second: DelongParts): PairedDifference {
  return meanDelongDifference([first], [second]);
}

/**
 * The same of the mean AUROC over several OoD sets against the same in-distribution images: these are averaged image by
 * image, since they are shared; the sets are independent of each other. Sets in the same order in both.
 */
export function meanDelongDifference(first: readonly DelongParts[], second: readonly DelongParts[]): PairedDifference {
  const minus = first.map(({ positive, negative }, k) => ({
    positive: positive.map((value, i) => value - second[k].positive[i]),
    negative: negative.map((value, i) => value - second[k].negative[i]),
  }));
  const variance = meanDelongVariance(minus);
  const difference = meanArea(first) - meanArea(second);
  const half = normalQuantile(0.975) * Math.sqrt(Math.max(variance, 0));
  const z = variance < NO_VARIANCE ? certain(difference) : difference / Math.sqrt(variance);
  return { difference, low: difference - half, high: difference + half, z, p: twoSided(z) };
}

export function meanArea(parts: readonly DelongParts[]): number {
  return parts.reduce((sum, { area }) => sum + area, 0) / parts.length;
}

/** Variance of a mean AUROC over sets: s²(mean placement)/n + Σ s²(placements of set k)/(m_k K²). */
export function meanDelongVariance(parts: readonly Pick<DelongParts, 'positive' | 'negative'>[]): number {
  const sets = parts.length;
  const shared = parts[0].positive.map((_, i) => parts.reduce((sum, { positive }) => sum + positive[i], 0) / sets);
  const own = parts.reduce((sum, { negative }) => sum + sampleVariance(negative) / negative.length, 0);
  return sampleVariance(shared) / shared.length + own / (sets * sets);
}

/**
 * Two ways to score the same images, each drawn anew several times: the mean difference of AUROC over pairs of draws, with a
 * 95 % normal interval and two-sided p. Its variance is that of the images, the mean of DeLong's, plus that of the draws,
 * s²/R; images do not become more with draws, so that part is not divided.
 * @param draws each pair on the same images; one pair has the images' variance alone.
 */
export function differenceOverDraws(draws: readonly PairedScores[]): Omit<PairedDifference, 'z'> {
  const each = draws.map(delongPaired);
  const z = normalQuantile(0.975);
  const differences = Float64Array.from(each, ({ difference }) => difference);
  const difference = differences.reduce((sum, value) => sum + value, 0) / each.length;
  const images = each.reduce((sum, { low, high }) => sum + ((high - low) / (2 * z)) ** 2, 0) / each.length;
  const drawn = each.length > 1 ? sampleVariance(differences) / each.length : 0;
  const se = Math.sqrt(images + drawn);
  const p = se ** 2 < NO_VARIANCE ? twoSided(certain(difference)) : twoSided(difference / se);
  return { difference, low: difference - z * se, high: difference + z * se, p };
}

function certain(difference: number): number {
  return Math.abs(difference) < NO_DIFFERENCE ? 0 : Math.sign(difference) * Infinity;
}

/** Beyond this many standard errors the tail is below the smallest double, which cephes refuses to round to 0. */
const FARTHEST_Z = 37;

function twoSided(z: number): number {
  return Math.abs(z) > FARTHEST_Z ? 0 : cephes.erfc(Math.abs(z) / Math.SQRT2);
}

/** Exact McNemar test: two-sided binomial on the b + c images that only one of the two alarms on. 1 where there are none. */
export function mcnemarExact(onlyFirst: number, onlySecond: number): number {
  const n = onlyFirst + onlySecond;
  return n === 0 ? 1 : Math.min(1, 2 * cephes.bdtr(Math.min(onlyFirst, onlySecond), n, 0.5));
}

/** McNemar (1947): (b - c)²/(b + c) with its p; `corrected` takes 1 off |b - c|, as R does. NaN where no image differs. */
export function mcnemarChiSquare(onlyFirst: number, onlySecond: number, corrected = false): { chiSquare: number; p: number } {
  const gap = Math.max(0, Math.abs(onlyFirst - onlySecond) - Number(corrected));
  const chiSquare = onlyFirst + onlySecond === 0 ? NaN : gap ** 2 / (onlyFirst + onlySecond);
  return { chiSquare, p: twoSided(Math.sqrt(chiSquare)) };
}

/**
 * Difference of two alarm rates on the same n images, with the 95 % adjusted Wald interval of Bonett & Price (2012):
 * half an image is added to each discordant cell, so that "no image differs" still has a width. p is McNemar's exact one.
 */
export function pairedRates(onlyFirst: number, onlySecond: number, n: number): Omit<PairedDifference, 'z'> {
  const [b, c] = [(onlyFirst + 1) / (n + 2), (onlySecond + 1) / (n + 2)];
  const half = normalQuantile(0.975) * Math.sqrt((b + c - (b - c) ** 2) / (n + 2));
  return {
    difference: (onlyFirst - onlySecond) / n,
    low: Math.max(-1, b - c - half),
    high: Math.min(1, b - c + half),
    p: mcnemarExact(onlyFirst, onlySecond),
  };
}

/** Holm (1979): p-values adjusted for being asked together, in the order they came. NaN stays out of the count. */
export function holm(pValues: readonly number[]): number[] {
  const adjusted = pValues.slice();
  const order = [...pValues.keys()].filter((i) => !Number.isNaN(pValues[i])).sort((i, j) => pValues[i] - pValues[j]);
  let running = 0;
  order.forEach((index, i) => {
    running = Math.max(running, (order.length - i) * pValues[index]);
    adjusted[index] = Math.min(1, running);
  });
  return adjusted;
}

/** Step-down decisions of Holm at this level, on the p-values themselves. */
export function holmRejects(pValues: readonly number[], alpha: number): boolean[] {
  const rejects = pValues.map(() => false);
  const order = [...pValues.keys()].sort((i, j) => pValues[i] - pValues[j]);
  for (const [i, index] of order.entries()) {
    if (!(pValues[index] <= alpha / (order.length - i))) break;
    rejects[index] = true;
  }
  return rejects;
}
