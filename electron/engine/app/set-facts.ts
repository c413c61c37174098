/**
 * What the Dataset step shows of a set: counts, rejections, classes, sizes, formats, content hash. Kept in the project by
 * path, format, limit and the stamps of its files, so that reopening a project reads no image.
 */
import { createHash, hash } from 'node:crypto';
import { existsSync, statSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import type { DatasetFacts } from '../../shared/app/views.ts';
import { unreadable } from '../dataset/byte-source.ts';
import { describeSet } from '../dataset/describe-dataset.ts';
import { isFile, labelsFileOf } from '../dataset/idx.ts';
import { firstBytes, sniffFormat } from '../dataset/image-format.ts';
import { innerPath } from '../dataset/inner-path.ts';
import { openSet, sourceOf, type SetSource } from '../dataset/set-source.ts';
import { throwIfAborted } from '../dataset/range.ts';
import { contentKey } from '../pipeline/keys.ts';
import { storageErrors, type Project } from '../storage/open-project.ts';
import { AppError } from '../../shared/errors.ts';

/** Bytes of each image's SHA-256 that are kept: plenty to tell images apart. */
export const HASH_BYTES = 16;

export interface SetFacts {
  facts: Omit<DatasetFacts, 'duplicates'>;
  /** HASH_BYTES an image. */
  hashes: Uint8Array;
}

export interface ReadOptions {
  project: Project;
  signal: AbortSignal;
  onProgress: (done: number, total: number | null) => void;
}

/** Finds the facts or reads the whole set. Throws E_DATASET or E_INPUT with the reason when it cannot be read. */
export async function readSetFacts(set: SetSource, { project, signal, onProgress }: ReadOptions): Promise<SetFacts> {
  const stamp = await sourceStamp(set.path, signal);
  const key = contentKey({ ...sourceOf(set), stamp });
  const stored = project.artifacts.bytes('set-facts', key);
  if (stored !== undefined) return { facts: stored.json as SetFacts['facts'], hashes: stored.bytes };
  const read = await describe(set, signal, onProgress);
  storageErrors(project.file, () => project.artifacts.putBytes('set-facts', key, { json: read.facts, bytes: read.hashes }));
  return read;
}

async function describe(set: SetSource, signal: AbortSignal, onProgress: ReadOptions['onProgress']): Promise<SetFacts> {
  const opened = await openSet(set, { signal });
  if (opened.count === 0)
    throw new AppError('E_DATASET', `${set.path} holds no images.`, { next: 'Choose another folder or file.' });
  const root = isFile(set.path) ? path.dirname(set.path) : set.path;
  const sizes = new Map<string, number>();
  const formats = new Map<string, number>();
  const hashes: Buffer[] = [];
  const described = await describeSet(opened, {
    images: false,
    signal,
    onProgress,
    onImage: ({ at }, { width, height, pixels }) => {
      count(sizes, `${width} ${height}`);
      count(formats, formatOf(path.join(root, at), opened.layout));
      hashes.push(hash('sha256', pixels, 'buffer').subarray(0, HASH_BYTES));
    },
  });
  return {
    facts: {
      layout: opened.layout,
      count: described.count,
      entries: opened.count,
      rejected: described.rejected,
      ignored: described.ignored,
      classCounts: described.classCounts === null ? null : Object.entries(described.classCounts),
      sizes: frequent(sizes).map(([size, n]) => [...(size.split(' ').map(Number) as [number, number]), n]),
      formats: frequent(formats),
      sha256: await opened.contentSha256(signal),
    },
    hashes: new Uint8Array(Buffer.concat(hashes)),
  };
}

/** By its first bytes; an image inside a container has the container's layout. */
function formatOf(file: string, layout: string): string {
  return existsSync(file) ? (sniffFormat(firstBytes(file, 30))?.toUpperCase() ?? layout) : layout.toUpperCase();
}

function count(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

function frequent(counts: Map<string, number>): [string, number][] {
  return [...counts].sort(([, a], [, b]) => b - a);
}

/** Names, sizes and times of everything a set is read from: changes with its content, and costs no reading. */
async function sourceStamp(place: string, signal: AbortSignal): Promise<string> {
  const given = innerPath(place).file;
  const sha256 = createHash('sha256');
  const add = (file: string): void => {
    const found = statSync(file, { throwIfNoEntry: false });
    if (found !== undefined) sha256.update(`${file}\0${found.size}\0${found.mtimeMs}\0`);
  };
  try {
    if (isFile(given)) {
      add(given);
      add(labelsFileOf(given) ?? '');
    } else {
      await stat(given);
      for (const name of (await readdir(given, { recursive: true })).sort()) {
        throwIfAborted(signal);
        add(path.join(given, name));
      }
    }
  } catch (error) {
    throw error instanceof AppError ? error : unreadable(given, error);
  }
  return sha256.digest('hex');
}
