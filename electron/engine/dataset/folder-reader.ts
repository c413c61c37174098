/** Reader of image folders and of single images. Sub-folders are classes when every image lies in one. */
import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { isSystemError } from '../../shared/errors.ts';
import { decodeImage } from './decode.ts';
import { isFile } from './idx.ts';
import { ImageError } from './image-error.ts';
import { looksLikeImage } from './image-format.ts';
import { throwIfAborted } from './range.ts';
import type { HashProgress, ImageRange, ImageRecord, OpenedSet, Reader } from './types.ts';
import { walkImages } from './walk-images.ts';

/** No image file is larger; reading one whole must not take all memory. */
const MAX_FILE_BYTES = 1 << 30;

export const folderReader: Reader = {
  id: 'folder',
  looksFor: 'PNG, JPEG, BMP and WebP images',
  async recognise(given) {
    return isFile(given) ? looksLikeImage(given) : (await walkImages(given, { most: 1 })).paths.length > 0;
  },
  async choices() {
    return [];
  },
  async open(given, { limit, name, signal }) {
    const single = isFile(given);
    const root = single ? path.dirname(given) : given;
    const found = single ? { paths: [path.basename(given)], ignored: 0 } : await walkImages(given, signal && { signal });
    const classOf = (at: string): string | null => (at.includes('/') ? at.slice(0, at.indexOf('/')) : null);
    const hasClasses = !single && found.paths.length > 0 && found.paths.every((at) => classOf(at) !== null);
    const classNames = hasClasses ? [...new Set(found.paths.map((at) => classOf(at)!))] : null;
    const paths = limit === null ? found.paths : found.paths.slice(0, limit);
    return describe(
      { root, paths, classNames, classOf },
      {
        layout: single ? 'image-file' : hasClasses ? 'image-folder-classes' : 'image-folder',
        name: name ?? path.basename(path.resolve(given)),
        ignored: found.ignored,
      },
    );
  },
};

interface Files {
  root: string;
  paths: readonly string[];
  classNames: string[] | null;
  classOf(at: string): string | null;
}

function describe({ root, paths, classNames, classOf }: Files, set: Pick<OpenedSet, 'layout' | 'name' | 'ignored'>): OpenedSet {
  const labels = new Map(classNames?.map((name, label) => [name, label]));
  const record = (index: number): ImageRecord => {
    const at = paths[index];
    const labelName = classNames === null ? null : classOf(at);
    return {
      index,
      at,
      label: labelName === null ? null : (labels.get(labelName) ?? null),
      labelName,
      tags: {},
      load: async () => decodeImage(readImageFile(path.join(root, at), at), at),
    };
  };
  let classCounts: Record<string, number> | null = null;
  if (classNames !== null) {
    const counts = new Map(classNames.map((name) => [name, 0]));
    for (const at of paths) counts.set(classOf(at)!, counts.get(classOf(at)!)! + 1);
    classCounts = Object.fromEntries(counts);
  }
  return {
    ...set,
    count: paths.length,
    classNames,
    classCounts,
    contentSha256: (signal, onProgress) => hashFolder(root, paths, signal, onProgress),
    async *images({ from = 0, to = paths.length, signal }: ImageRange = {}) {
      for (let index = from; index < Math.min(to, paths.length); index++) {
        throwIfAborted(signal);
        yield record(index);
      }
    },
  };
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

/** Relative paths and bytes in order. A file that cannot be read counts as empty: it is rejected when it is loaded. */
async function hashFolder(
  root: string,
  paths: readonly string[],
  signal?: AbortSignal,
  onProgress?: HashProgress,
): Promise<string> {
  const sha256 = createHash('sha256');
  for (const [index, at] of paths.entries()) {
    throwIfAborted(signal);
    const file = path.join(root, at);
    const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
    const bytes = size > MAX_FILE_BYTES ? Buffer.alloc(0) : await readFile(file).catch(() => Buffer.alloc(0));
    // The length keeps the end of one file and the name of the next apart.
    sha256.update(`${at}\0${size}\0`).update(bytes);
    onProgress?.(index + 1, paths.length);
  }
  return sha256.digest('hex');
}
