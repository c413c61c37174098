/**
 * Hygiene checks of the data behind a run, as results.json holds them (key `hygiene`): can the sets be told apart without
 * the network, do images stand in two roles, is the network fed alike.
 */
import type { ModelWarning, Role } from './domain.ts';
import type { Estimate } from './results.ts';

/** One number of an image each, known without any network. */
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
  /** max(AUROC, 1 - AUROC) is at or above the bound. */
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
  /** A cue separates from here on. */
  cueBound: number;
  cues: CueRow[];
  nearDuplicates: {
    /** Images of each set that have a near-duplicate, not pixel for pixel, in a set of another role. */
    counts: Record<string, number>;
    /** The closest ones. */
    pairs: NearDuplicate[];
  };
  fed: FedSet[];
  /** Sets whose images were sampled before these checks existed, or came without images. */
  unknown: string[];
  /** What was found; the same stand in `warnings`. */
  findings: ModelWarning[];
}
