/** Where the images of a set come from: files, and for a derived set what is drawn onto each image. */
import { createHash } from 'node:crypto';
import { corrupt, type CorruptionChoice } from '../corruption/corrupt.ts';
import { openDataset } from './open-dataset.ts';
import type { LoaderSet } from './loader-protocol.ts';
import type { ImageRecord, OpenedSet, OpenOptions } from './types.ts';

export interface SetSource {
  path: string;
  format: string;
  limit: number | null;
  derive?: CorruptionChoice | undefined;
}

/** Counts up when a corruption draws otherwise than before: vectors of older derived sets are then not used. */
const DRAWING = 1;

/** The source alone, for keys and for messages to other processes. */
export function sourceOf({ path, format, limit, derive }: SetSource): SetSource {
  if (derive === undefined) return { path, format, limit };
  const { corruption, severity, seed } = derive;
  return { path, format, limit, derive: { corruption, severity, seed } };
}

/** What a batch loader knows a set by. */
export function loaderSet(set: SetSource & { name: string }): LoaderSet {
  return { key: set.name, ...sourceOf(set), name: set.name };
}

/** Opens a set of a plan. Throws as openDataset does. */
export async function openSet(set: SetSource, options: Pick<OpenOptions, 'name' | 'signal' | 'verify'> = {}): Promise<OpenedSet> {
  const { path, format, limit, derive } = set;
  return derived(await openDataset(path, { format, limit, ...options }), derive);
}

/** The same entries, labels and tags, with an anomaly drawn onto each image when it is loaded. */
export function derived(source: OpenedSet, derive: CorruptionChoice | undefined): OpenedSet {
  if (derive === undefined) return source;
  const { corruption, severity, seed } = derive;
  return {
    ...source,
    async contentSha256(signal, onProgress) {
      const sha256 = await source.contentSha256(signal, onProgress);
      return createHash('sha256')
        .update(JSON.stringify([sha256, corruption, severity, seed, DRAWING]))
        .digest('hex');
    },
    async *images(range) {
      for await (const record of source.images(range)) {
        yield {
          ...record,
          load: async () => corrupt(await record.load(), derive, record.index),
        } satisfies ImageRecord;
      }
    },
  };
}
