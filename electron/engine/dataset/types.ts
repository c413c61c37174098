/**
 * What a data set looks like to the rest of the engine, and what a reader of one layout must provide.
 * Records are lazy: an image is read and decoded when `load` is called, so that a set of any size fits in memory.
 */
import type { DecodedImage, RejectedImage } from '../../shared/domain.ts';

export interface ImageRecord {
  index: number;
  /** Path relative to the given PATH with '/', `FILE#i` for record i of a container. */
  at: string;
  label: number | null;
  labelName: string | null;
  tags: Record<string, string>;
  /** Throws ImageError (an AppError E_DATASET) with the reason when the image is damaged. */
  load(): Promise<DecodedImage>;
}

export interface ImageRange {
  from?: number;
  /** End, not included. */
  to?: number;
  signal?: AbortSignal;
}

/** Files or records hashed so far, of how many. */
export type HashProgress = (done: number, total: number) => void;

export interface OpenedSet {
  layout: string;
  name: string;
  /** Entries, the limit applied; damaged ones are among them. */
  count: number;
  classNames: string[] | null;
  classCounts: Record<string, number> | null;
  /** Hidden files and files that are no images. */
  ignored: number;
  /** What a list of the set names and the folder lacks, told by the list. */
  missing?: readonly RejectedImage[];
  /** Hex digest of what the set holds; its name and place do not matter. */
  contentSha256(signal?: AbortSignal, onProgress?: HashProgress): Promise<string>;
  images(range?: ImageRange): AsyncIterable<ImageRecord>;
}

export interface OpenOptions {
  /** 'auto' or the id of a reader. */
  format: string;
  limit: number | null;
  name?: string;
  signal?: AbortSignal;
  /** False: the set was checked before, whole-file checks are left out (threads of a loader). */
  verify?: boolean;
}

/** One layout. Registered in readers.ts, asked in that order. */
export interface Reader {
  id: string;
  /** What it looks for, for the sentence that says that nothing was found. */
  looksFor: string;
  recognise(path: string): Promise<boolean>;
  /** Paths, one of which the user must choose, when several sets of this layout lie under the path. */
  choices(path: string): Promise<string[]>;
  open(path: string, options: OpenOptions): Promise<OpenedSet>;
}
