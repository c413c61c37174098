/** Lists the image files of a folder, nested, in natural order; follows links, and leaves loops of links out. */
import { readdir, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { unreadable } from './byte-source.ts';
import { looksLikeImage } from './image-format.ts';
import { compareNames, sortCalmly } from './natural-order.ts';
import { throwIfAborted } from './range.ts';

export interface FoundImages {
  /** Relative to the folder, with '/'. */
  paths: string[];
  ignored: number;
  /** Extensions of what was ignored, with how many. */
  others: Map<string, number>;
}

/** Deeper folders than any data set has. */
const MAX_DEPTH = 64;

/** @param options.most Stop after that many images. */
export async function walkImages(folder: string, options: { signal?: AbortSignal; most?: number } = {}): Promise<FoundImages> {
  const found: FoundImages = { paths: [], ignored: 0, others: new Map() };
  await walk({ folder, relative: '', above: [] }, found, options);
  return found;
}

interface Place {
  folder: string;
  relative: string;
  /** Real paths of the folders above. */
  above: readonly string[];
}

async function walk(
  { folder, relative, above }: Place,
  found: FoundImages,
  options: { signal?: AbortSignal; most?: number },
): Promise<void> {
  const real = await realpath(folder).catch((error: unknown) => Promise.reject(unreadable(folder, error)));
  if (above.includes(real) || above.length > MAX_DEPTH) {
    ignore(found, 'link loop');
    return;
  }
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) =>
    Promise.reject(unreadable(folder, error)),
  );
  const byName = new Map(entries.map((entry) => [entry.name, entry]));
  const names = await sortCalmly([...byName.keys()], compareNames);
  let seen = 0;
  for (const name of names) {
    if (++seen % 256 === 0) await setImmediate();
    throwIfAborted(options.signal);
    if (found.paths.length >= (options.most ?? Infinity)) return;
    const full = path.join(folder, name);
    const at = relative === '' ? name : `${relative}/${name}`;
    const entry = byName.get(name)!;
    const kind = entry.isSymbolicLink() ? await stat(full).catch(() => null) : entry;
    if (name.startsWith('.') || name === '__MACOSX') ignore(found, 'hidden');
    else if (kind?.isDirectory() === true) await walk({ folder: full, relative: at, above: [...above, real] }, found, options);
    else if (kind?.isFile() === true && looksLikeImage(full)) found.paths.push(at);
    else ignore(found, path.extname(name).toLowerCase() || 'without extension');
  }
}

function ignore(found: FoundImages, what: string): void {
  found.ignored++;
  found.others.set(what, (found.others.get(what) ?? 0) + 1);
}
