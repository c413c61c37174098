/**
 * What the draw of the masks does to scores and decisions: the same images under repeats of the draw, every repeat with its
 * own fit and threshold. Nothing here is fitted; each figure is a count or a mean over the images.
 */
import type { NoiseFigures } from '../../shared/noise.ts';
import { aurocInterval, sampleVariance } from './auroc-interval.ts';
import { auroc } from './curves.ts';
import { rank } from './ranking.ts';
import { isAlarm, type Threshold } from './threshold.ts';

/** Share of the images, by distance from the threshold, that are near it. */
const NEAR = 0.1;

/** Scores of one repeat; images stand in the same order in every repeat. */
export interface Repeat {
  threshold: Threshold;
  /** In-distribution test images. */
  ind: Float64Array;
  oods: readonly { name: string; scores: Float64Array }[];
}

/**
 * @param repeats two or more of the same sets.
 * @param ind name of the in-distribution test images.
 */
export function noiseFigures(repeats: readonly Repeat[], ind: string): NoiseFigures {
  const [{ oods }] = repeats;
  const indSd = mean(repeats.map((repeat) => Math.sqrt(sampleVariance(repeat.ind))));
  const sets = [
    imagesOf(repeats, ({ ind: scores }) => scores),
    ...oods.map((_, i) => imagesOf(repeats, (r) => r.oods[i].scores)),
  ];
  const images = sets.flat();
  const scoreSd = mean(images.map(({ sd }) => sd));
  const near = images
    .map((image, at) => ({ image, at }))
    .sort((a, b) => a.image.distance - b.image.distance || a.at - b.at)
    .slice(0, Math.ceil(NEAR * images.length))
    .map(({ image }) => image);
  const aurocs = oods.map(({ name }, i) => {
    const each = repeats.map(({ ind: positive, oods: sides }) => {
      const value = auroc(rank(positive, sides[i].scores));
      return [value, ...aurocInterval(value, positive, sides[i].scores)];
    });
    const [value, low, high] = [0, 1, 2].map((column) => mean(each.map((row) => row[column])));
    return { ood: name, value, low, high };
  });
  const names = [ind, ...oods.map(({ name }) => name)];
  return {
    scoreSd,
    scoreSdRelative: indSd > 0 ? scoreSd / indSd : null,
    ...flipsOf(images),
    flipsNear: flipsOf(near).flips,
    sets: sets.map((set, i) => ({ name: names[i], images: set.length, ...flipsOf(set) })),
    aurocs,
  };
}

interface ImageNoise {
  /** Of its score over the repeats, divisor R - 1. */
  sd: number;
  /** |mean over the repeats of score minus threshold|. */
  distance: number;
  /** Repeats that raise an alarm, of all. */
  alarms: number;
  repeats: number;
}

function imagesOf(repeats: readonly Repeat[], scoresOf: (repeat: Repeat) => Float64Array): ImageNoise[] {
  const all = repeats.map(scoresOf);
  return Array.from(all[0], (_, i) => {
    const scores = Float64Array.from(all, (one) => one[i]);
    return {
      sd: Math.sqrt(sampleVariance(scores)),
      distance: Math.abs(mean(repeats.map(({ threshold }, r) => scores[r] - threshold.value))),
      alarms: repeats.reduce((sum, { threshold }, r) => sum + Number(isAlarm(scores[r], threshold)), 0),
      repeats: repeats.length,
    };
  });
}

/** flips: not decided alike by all repeats. flipsPair: decided differently by two repeats, over all pairs of them. */
function flipsOf(images: readonly ImageNoise[]): { flips: number; flipsPair: number } {
  return {
    flips: mean(images.map(({ alarms, repeats }) => Number(alarms > 0 && alarms < repeats))),
    flipsPair: mean(images.map(({ alarms: a, repeats: r }) => (2 * a * (r - a)) / (r * (r - 1)))),
  };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
