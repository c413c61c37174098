/**
 * Hygiene checks of the data behind a run, as results.json holds them (key `hygiene`): can the sets be told apart without
 * the network, do images stand in two roles, is the network fed alike. What they found stands in `warnings`.
 */
import type { Role } from './domain.ts';
import type { Estimate } from './results.ts';

/** One number of an image each, known without any network. The first ones are of the file, the others of the picture. */
export const CUES = [
  'fileBytes',
  'jpegQuality',
  'pixels',
  'aspect',
  'brightness',
  'contrast',
  'redGreen',
  'yellowBlue',
  'sharpness',
] as const;
export type CueId = (typeof CUES)[number];

/** They say how an image was saved and not what it shows. */
export const FILE_CUES: readonly CueId[] = ['fileBytes', 'jpegQuality', 'pixels', 'aspect'];

/** How well one cue alone tells an OoD set from the in-distribution test images. */
export interface CueRow {
  ood: string;
  cue: CueId;
  /** Images of which the cue is known. */
  nInd: number;
  nOod: number;
  /** Share of pairs in which the OoD image has the larger value: 0 separates as well as 1 does. */
  auroc: Estimate;
  medianInd: number;
  medianOod: number;
  /** max(AUROC, 1 - AUROC) is at or above `cueBound`, and the interval leaves 0.5 out. */
  separates: boolean;
}

export interface NearDuplicate {
  a: { set: string; at: string };
  b: { set: string; at: string };
  /** Of 63, in the perceptual hash. */
  bits: number;
  /** Of the 16 x 16 thumbnails. */
  correlation: number;
}

export interface FedSet {
  set: string;
  role: Role;
  /** Of each channel as the network is fed it, over all images. */
  mean: number[];
  deviation: number[];
}

export interface Hygiene {
  cueBound: number;
  cues: CueRow[];
  nearDuplicates: {
    /** Images of each set that have a near-duplicate, not equal pixel for pixel, in a set of another role. */
    counts: Record<string, number>;
    /** Some of them, the closest first. */
    pairs: NearDuplicate[];
  };
  fed: FedSet[];
  /** Share of the entropies of each fit set that lie at the floor of the estimator; null without sampling. */
  atFloor: Record<string, number> | null;
  /** Sets whose images were sampled before these checks existed, or that came without images. */
  unknown: string[];
}
