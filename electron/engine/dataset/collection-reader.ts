/**
 * A folder with several data sets in its sub-folders, at least one of a named layout: they are offered, never merged.
 * Asked before the reader of image folders, which would take them for classes.
 */
import { opendirSync, type Dirent } from 'node:fs';
import path from 'node:path';
import { AppError } from '../../shared/errors.ts';
import { isFile } from './idx.ts';
import { hasImageExtension } from './image-format.ts';
import { foldersIn } from './layout-place.ts';
import type { Reader } from './types.ts';
import { walkImages } from './walk-images.ts';

/** More folders are classes. */
const MOST_SETS = 100;
/** Names that tell whether a folder holds images directly. */
const LOOKED_AT = 64;

export function collectionReader(layouts: readonly Reader[]): Reader {
  return {
    id: 'several',
    looksFor: 'folders of several data sets',
    async recognise(given) {
      return (await setsIn(given, layouts)).length > 1;
    },
    choices: (given) => setsIn(given, layouts),
    async open(given) {
      throw new AppError('E_DATASET', `${path.basename(given)} holds several data sets.`, { next: 'Point at one of them.' });
    },
  };
}

/** Sub-folders of named layouts and, beside those, of images; none where there is no named one. */
async function setsIn(given: string, layouts: readonly Reader[]): Promise<string[]> {
  if (isFile(given) || holdsImages(given)) return [];
  const folders = foldersIn(given).map((name) => path.join(given, name));
  if (folders.length < 2 || folders.length > MOST_SETS) return [];
  const sets: string[] = [];
  let named = 0;
  for (const folder of folders) {
    const isNamed = !holdsImages(folder) && (await recognised(folder, layouts));
    if (isNamed) named++;
    if (isNamed || (await walkImages(folder, { most: 1 })).paths.length > 0) sets.push(folder);
  }
  return named === 0 ? [] : sets;
}

async function recognised(folder: string, layouts: readonly Reader[]): Promise<boolean> {
  for (const layout of layouts) if (await layout.recognise(folder)) return true;
  return false;
}

/** By its first names: folders of classes are large, and are never listed whole for this. */
function holdsImages(folder: string): boolean {
  try {
    return firstEntries(folder).some((entry) => entry.isFile() && hasImageExtension(entry.name));
  } catch {
    // Whoever reads it says what is wrong with it.
    return false;
  }
}

function firstEntries(folder: string): Dirent[] {
  const directory = opendirSync(folder);
  try {
    const entries: Dirent[] = [];
    for (let entry = directory.readSync(); entry !== null && entries.length < LOOKED_AT; entry = directory.readSync())
      entries.push(entry);
    return entries;
  } finally {
    directory.closeSync();
  }
}
