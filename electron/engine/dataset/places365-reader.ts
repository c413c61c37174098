/**
 * Reader of Places365 (places2.csail.mit.edu/download.html; torchvision.datasets.Places365 names the folders): val_256 or
 * val_large with places365_val.txt ("NAME NUMBER"), test_256, and data_256_standard/a/airfield with
 * places365_train_standard.txt; categories_places365.txt names the classes. The lists come in one archive for all folders:
 * most of what they name is not there.
 */
import path from 'node:path';
import { AppError } from '../../shared/errors.ts';
import { fileSet, type FileEntry } from './file-set.ts';
import { isFile } from './idx.ts';
import { baseOf, foldersIn, isFolder, isWithin, linesOf, relativeTo, rootOf, someOf } from './layout-place.ts';
import type { Reader } from './types.ts';
import { walkImages } from './walk-images.ts';

/** A folder of images and the list that belongs to it. */
const LISTS: readonly [folder: RegExp, list: string][] = [
  [/^val_(?:256|large)$|^val$/, 'places365_val.txt'],
  [/^test_(?:256|large)$/, 'places365_test.txt'],
  [/^data_(?:256|large)(?:_standard)?$/, 'places365_train_standard.txt'],
  [/^data_(?:256|large)_challenge$/, 'places365_train_challenge.txt'],
];

interface Split {
  folder: string;
  list: string;
}

export const places365Reader: Reader = {
  id: 'places365',
  looksFor: 'Places365 (val_256 and places365_val.txt)',
  async recognise(given) {
    return splitsAt(given).length > 0;
  },
  async choices(given) {
    const splits = splitsAt(given);
    return splits.length > 1 ? splits.map(({ folder }) => folder) : [];
  },
  async open(given, { limit, name, signal }) {
    const [split] = splitsAt(given);
    if (split === undefined) {
      throw new AppError('E_DATASET', `${path.basename(given)} holds no Places365 images with their list.`, {
        next: 'Point at the folder that holds val_256 and places365_val.txt.',
      });
    }
    const { folder, list } = split;
    const found = await walkImages(folder, signal && { signal });
    const labels = readList(list);
    const categories = path.join(path.dirname(list), 'categories_places365.txt');
    const classNames = isFile(categories) ? namesOf(categories) : null;
    const base = baseOf(given, folder);
    const entries = found.paths.slice(0, limit ?? found.paths.length).map((at): FileEntry => {
      const label = labels.get(at) ?? null;
      const labelName = label === null ? null : (classNames?.[label] ?? null);
      return { at: relativeTo(base, path.join(folder, at)), label, labelName };
    });
    const there = new Set(found.paths);
    const gone = [...labels.keys()].filter((at) => !there.has(at));
    const reason = `names ${gone.length} images that are not in ${path.basename(folder)}: ${someOf(gone)}`;
    return fileSet({
      root: base,
      entries,
      classNames,
      annotated: true,
      layout: 'places365',
      name: name ?? `places365 ${path.basename(folder)}`,
      ignored: found.ignored,
      missing: gone.length === 0 ? [] : [{ at: path.basename(list), reason }],
    });
  },
};

/** Splits whose images and list are there: all in a root, or the one that a folder or list in it is. */
function splitsAt(given: string): Split[] {
  const root = rootOf(given, (folder) => splitsIn(folder).length > 0);
  if (root === null) return [];
  const absolute = path.resolve(given);
  const splits = splitsIn(root);
  if (isFile(absolute)) return splits.filter(({ list }) => list === absolute).slice(0, 1);
  return splits.filter(({ folder }) => isWithin(absolute, folder));
}

function splitsIn(root: string): Split[] {
  const inner = foldersIn(root);
  const places = [root, ...inner.filter((name) => name.startsWith('filelist')).map((name) => path.join(root, name))];
  return inner.flatMap((name) => {
    const list = LISTS.find(([folder]) => folder.test(name))?.[1];
    if (list === undefined) return [];
    const file = places.map((place) => path.join(place, list)).find(isFile);
    return file !== undefined && isFolder(path.join(root, name)) ? [{ folder: path.join(root, name), list: file }] : [];
  });
}

/** Number of the class by the path in the folder; null where the list has none. */
function readList(file: string): Map<string, number | null> {
  return new Map(
    linesOf(file).map((line) => {
      const [at, number] = line.split(/\s+/);
      return [at.replace(/^\//, ''), number === undefined ? null : Number(number)];
    }),
  );
}

/** "/a/airfield 0": the letter is only a folder. */
function namesOf(file: string): string[] | null {
  const names: string[] = [];
  for (const line of linesOf(file)) {
    const [at, number] = line.split(/\s+/);
    names[Number(number)] = at.replace(/^\/[a-z]\//, '');
  }
  return names.length > 0 && new Set(names).size === names.length && !names.includes(undefined as never) ? names : null;
}
