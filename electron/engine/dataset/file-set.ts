/** A set of image files with what is known of each: every reader of a folder layout ends here. Files are read when loaded. */
import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { DecodedImage } from '../../shared/domain.ts';
import { isSystemError } from '../../shared/errors.ts';
import { jpegQuality } from '../hygiene/jpeg-quality.ts';
import { decodeImage } from './decode.ts';
import { ImageError } from './image-error.ts';
import { throwIfAborted } from './range.ts';
import type { HashProgress, ImageRange, ImageRecord, OpenedSet } from './types.ts';

/** No image file is larger; reading one whole must not take all memory. */
const MAX_FILE_BYTES = 1 << 30;

export interface FileEntry {
  /** Relative to the root, with '/'. */
  at: string;
  labelName?: string | null;
  /** Where classes have numbers and no names. */
  label?: number | null;
  /** Why it is rejected without being read. */
  fault?: string;
  tags?: Record<string, string>;
}

export interface FileSet extends Pick<OpenedSet, 'layout' | 'name' | 'ignored' | 'classNames' | 'missing'> {
  root: string;
  entries: readonly FileEntry[];
  /** Labels and tags come from other files than the images: they belong to the hash. */
  annotated: boolean;
}

export function fileSet({ root, entries, annotated, ...set }: FileSet): OpenedSet {
  const labels = new Map(set.classNames?.map((name, label) => [name, label]));
  const record = (index: number): ImageRecord => {
    const { at, labelName = null, tags = {}, fault } = entries[index];
    const label = labelName === null ? (entries[index].label ?? null) : (labels.get(labelName) ?? null);
    const load = async (): Promise<DecodedImage> => {
      if (fault !== undefined) throw new ImageError(at, fault);
      const bytes = readImageFile(path.join(root, at), at);
      return { ...decodeImage(bytes, at), encoded: { bytes: bytes.length, jpegQuality: jpegQuality(bytes) } };
    };
    return { index, at, label, labelName, tags, load };
  };
  return {
    ...set,
    count: entries.length,
    classCounts: set.classNames === null ? countNumbers(entries) : countClasses(set.classNames, entries),
    contentSha256: (signal, onProgress) => hashFiles({ root, entries, annotated, signal, onProgress }),
    async *images({ from = 0, to = entries.length, signal }: ImageRange = {}) {
      for (let index = from; index < Math.min(to, entries.length); index++) {
        throwIfAborted(signal);
        yield record(index);
      }
    },
  };
}

function countClasses(classNames: readonly string[], entries: readonly FileEntry[]): Record<string, number> {
  const counts = new Map(classNames.map((name) => [name, 0]));
  for (const { labelName } of entries) if (labelName != null) counts.set(labelName, (counts.get(labelName) ?? 0) + 1);
  return Object.fromEntries(counts);
}

function countNumbers(entries: readonly FileEntry[]): Record<string, number> | null {
  const counts = new Map<number, number>();
  for (const { label } of entries) if (label != null) counts.set(label, (counts.get(label) ?? 0) + 1);
  return counts.size === 0 ? null : Object.fromEntries([...counts].sort(([a], [b]) => a - b));
}

/** Synchronous: for small files several times as fast, and decoding blocks the thread anyway. */
function readImageFile(file: string, name: string): Uint8Array {
  try {
    const { size } = statSync(file);
    if (size > MAX_FILE_BYTES) throw new ImageError(name, `a file of ${size} bytes is larger than any image that is read`);
    return readFileSync(file);
  } catch (error) {
    if (error instanceof ImageError) throw error;
    const why = isSystemError(error, 'ENOENT') ? 'the file is gone' : 'the file cannot be read';
    throw new ImageError(name, `${why} (${error instanceof Error ? error.message : String(error)})`, error);
  }
}

interface Hashed extends Pick<FileSet, 'root' | 'entries' | 'annotated'> {
  signal: AbortSignal | undefined;
  onProgress: HashProgress | undefined;
}

/** Relative paths and bytes in order. A file that cannot be read counts as empty: it is rejected when it is loaded. */
async function hashFiles({ root, entries, annotated, signal, onProgress }: Hashed): Promise<string> {
  const sha256 = createHash('sha256');
  for (const [index, { at, labelName = null, label, tags = {}, fault }] of entries.entries()) {
    throwIfAborted(signal);
    if (fault !== undefined) {
      sha256.update(`${at}\0rejected\0`);
      continue;
    }
    const file = path.join(root, at);
    const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
    const bytes = size > MAX_FILE_BYTES ? Buffer.alloc(0) : await readFile(file).catch(() => Buffer.alloc(0));
    // The length keeps the end of one file and the name of the next apart.
    sha256.update(`${at}\0${size}\0`).update(bytes);
    if (annotated) sha256.update(JSON.stringify([labelName ?? label ?? null, Object.entries(tags)]));
    onProgress?.(index + 1, entries.length);
  }
  return sha256.digest('hex');
}
