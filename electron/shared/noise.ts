/** Noise of the Monte-Carlo draw in results, and the rule that recommends a number of samples. */
import type { ConfigName } from './results.ts';

/** Numbers of samples that are tried; the plan's own as well. */
export const NOISE_SAMPLES: readonly number[] = [8, 16, 32, 64, 128, 256];
/** Two draws may decide this share of the images differently. */
export const FLIP_BOUND = 0.01;

/** Means over the repeats, over all test and OoD images together unless a set is named. */
export interface NoiseFigures {
  /**
   * Mean standard deviation of an image's score over the repeats, and the same as a share of that of the InD scores; null
   * where those do not differ.
   */
  scoreSd: number;
  scoreSdRelative: number | null;
  /** Share of images that not all repeats decide alike; of the tenth nearest to the threshold; that two repeats decide differently. */
  flips: number;
  flipsNear: number;
  flipsPair: number;
  /** In-distribution first. */
  sets: { name: string; images: number; flips: number; flipsPair: number }[];
  /** AUROC and the ends of its 95 % interval. */
  aurocs: { ood: string; value: number; low: number; high: number }[];
}

export interface NoiseLevel extends NoiseFigures {
  samples: number;
}

export interface DetectorNoise extends ConfigName {
  /** By number of samples, ascending. */
  levels: NoiseLevel[];
  /** By `recommendedSamples`; null: none of them is enough. */
  recommended: number | null;
}

/** The same plan under other masks: images, hold-out and rules stay, every repeat is fitted and gets its threshold anew. */
export interface Noise {
  /** Of the masks; the plan's own first. */
  seeds: number[];
  flipBound: number;
  /** Of the detectors that work on entropies. */
  detectors: DetectorNoise[];
  /** In plain English sentences. */
  reading: string[];
}

/**
 * The smallest N at which two draws decide at most FLIP_BOUND of the images differently, and at which no OoD set gains by a
 * larger N more than its interval leaves open: the mean AUROC there is not above the upper end at N.
 */
export function recommendedSamples(levels: readonly NoiseLevel[]): number | null {
  const enough = levels.find(
    ({ samples, flipsPair, aurocs }) =>
      flipsPair <= FLIP_BOUND &&
      levels.every((more) => more.samples <= samples || more.aurocs.every(({ value }, i) => value <= aurocs[i].high)),
  );
  return enough?.samples ?? null;
}
