/**
 * Reader of OpenOOD's lists (github.com/Jingkang50/OpenOOD, openood/datasets/imglist_dataset.py): lines "PATH LABEL" or
 * "PATH {'label': LABEL ...}" in benchmark_imglist/BENCHMARK/*.txt, for images in images_classic, images_largescale and so
 * on beside it. One list can mix these folders. The label -1 is no class.
 */
import path from 'node:path';
import { AppError } from '../../shared/errors.ts';
import { fileSet, type FileEntry } from './file-set.ts';
import { isFile } from './idx.ts';
import { firstBytes, hasImageExtension } from './image-format.ts';
import { fileWithin, foldersIn, linesOf, namesIn, onlyFoldersOf, relativeTo } from './layout-place.ts';
import type { Reader } from './types.ts';

const LINE = /^(\S.*?)\s+(-?\d+|\{.*\})$/;
/** How far above a list its images are looked for. */
const ABOVE = 4;

export const imglistReader: Reader = {
  id: 'openood-imglist',
  looksFor: 'OpenOOD image lists (benchmark_imglist/*/*.txt)',
  async recognise(given) {
    return isFile(given) ? isList(given) : listsIn(given).length > 0;
  },
  async choices(given) {
    const lists = isFile(given) ? [] : listsIn(given);
    return lists.length > 1 ? lists : [];
  },
  async open(given, { limit, name }) {
    const [list] = isFile(given) ? [path.resolve(given)] : listsIn(given);
    const lines = list === undefined ? [] : linesOf(list).map((line) => LINE.exec(line));
    const wrong = lines.findIndex((line) => line === null);
    if (list === undefined || lines.length === 0 || wrong >= 0) {
      throw new AppError('E_DATASET', `${path.basename(given)}: line ${wrong + 1} is not an image and its label.`, {
        next: 'Use a list of OpenOOD: a path and a number in each line.',
      });
    }
    const roots = rootsOf(list);
    const base = commonFolder(roots);
    const find = finder(roots, base);
    const entries = lines
      .slice(0, limit ?? lines.length)
      .map((line): FileEntry => ({ ...find(line![1]), label: labelIn(line![2]) }));
    const set = { layout: 'openood-imglist', name: name ?? path.parse(list).name, ignored: 0, annotated: true };
    return fileSet({ ...set, root: base, entries, classNames: null });
  },
};

/** By its first line. */
function isList(file: string): boolean {
  if (path.extname(file) !== '.txt') return false;
  const [first] = Buffer.from(firstBytes(file, 4096)).toString('utf8').split(/\r?\n/);
  const image = LINE.exec(first.trim())?.[1];
  return image !== undefined && hasImageExtension(image);
}

/** Lists in benchmark_imglist whose first image is there: the folder itself, one inside it or the one above. */
function listsIn(given: string): string[] {
  const absolute = path.resolve(given);
  const root = onlyFoldersOf(absolute)
    .map((folder) => path.join(folder, 'benchmark_imglist'))
    .find((folder) => foldersIn(path.dirname(folder)).includes('benchmark_imglist'));
  const inside = absolute.split(path.sep).includes('benchmark_imglist') ? absolute : root;
  if (inside === undefined) return [];
  const folders = [inside, ...foldersIn(inside).map((name) => path.join(inside, name))];
  const lists = folders.flatMap((folder) => namesIn(folder).map((name) => path.join(folder, name))).filter(isList);
  return lists.filter((list) => {
    const roots = rootsOf(list);
    return finder(roots, commonFolder(roots))(LINE.exec(linesOf(list)[0])![1]).fault === undefined;
  });
}

/** Folders that paths may begin at, nearest first: those above the list and the images_* in them. */
function rootsOf(list: string): string[] {
  const above = Array.from({ length: ABOVE }, (_, up) => path.join(path.dirname(list), ...Array<string>(up).fill('..')));
  return above.flatMap((folder) => [
    folder,
    ...foldersIn(folder)
      .filter((name) => /^images(?:_|$)/.test(name))
      .map((name) => path.join(folder, name)),
  ]);
}

/** The outermost of the folders in use: `at` begins there. */
function commonFolder(roots: readonly string[]): string {
  const withImages = roots.filter((root) => /^images(?:_|$)/.test(path.basename(root))).map((root) => path.dirname(root));
  return withImages.at(-1) ?? roots[0];
}

/** Finds the file of a path in any of the roots; the root that had the last one is asked first. */
function finder(roots: readonly string[], base: string): (named: string) => Pick<FileEntry, 'at' | 'fault'> {
  let order = [...roots];
  return (named) => {
    if (fileWithin(base, named) === null) return { at: named, fault: 'its path leads out of the folder of the images' };
    const root = order.find((folder) => isFile(path.join(folder, named)));
    if (root === undefined) return { at: named, fault: 'the list names it, and it is not there' };
    if (root !== order[0]) order = [root, ...order.filter((folder) => folder !== root)];
    return { at: relativeTo(base, path.join(root, named)) };
  };
}

/** Below 0: no class. */
function labelIn(text: string): number | null {
  const label = Number(/^-?\d+$/.test(text) ? text : (/['"]label['"]\s*:\s*(-?\d+)/.exec(text)?.[1] ?? -1));
  return label < 0 ? null : label;
}
