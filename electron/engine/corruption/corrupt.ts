/**
 * Draws a synthetic anomaly onto an image. Own implementation after Hendrycks & Dietterich, "Benchmarking Neural Network
 * Robustness to Common Corruptions and Perturbations" (ICLR 2019), where they have the corruption; each file says which
 * constants are theirs. Pure: the same image, index and derivation give the same bytes, wherever and in whatever order.
 */
import type { CorruptionId, SeverityLevel } from '../../shared/corruptions.ts';
import type { DecodedImage } from '../../shared/domain.ts';
import { ImageRandom } from './image-random.ts';
import { imageOf, planesOf } from './planes.ts';
import { CORRUPTIONS } from './registry.ts';

export interface CorruptionChoice {
  corruption: CorruptionId;
  severity: SeverityLevel;
  /** Of the draws; a non-negative integer up to 2^53 - 1. */
  seed: number;
}

/** @param index of the image in its set: images draw apart. @returns an image of the same size and channels, of no file. */
export function corrupt(image: DecodedImage, { corruption, severity, seed }: CorruptionChoice, index: number): DecodedImage {
  const random = new ImageRandom({ seed, corruption, image: index });
  return imageOf(CORRUPTIONS[corruption](planesOf(image), severity, random));
}
