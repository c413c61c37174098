/**
 * Reader of image folders and of single images. Sub-folders are classes when every image lies in one (torchvision's
 * ImageFolder, also Textures/DTD by its images folder); folders of splits that each hold the classes are choices.
 */
import path from 'node:path';
import { fileSet } from './file-set.ts';
import { isFile } from './idx.ts';
import { looksLikeImage } from './image-format.ts';
import { foldersIn, namesIn } from './layout-place.ts';
import type { Reader } from './types.ts';
import { walkImages } from './walk-images.ts';

export const SPLITS: ReadonlySet<string> = new Set(['train', 'training', 'val', 'valid', 'validation', 'test', 'testing']);

export const folderReader: Reader = {
  id: 'folder',
  looksFor: 'PNG, JPEG, BMP and WebP images',
  async recognise(given) {
    return isFile(given) ? looksLikeImage(given) : (await walkImages(given, { most: 1 })).paths.length > 0;
  },
  async choices(given) {
    return isFile(given) ? [] : splitsOf(given);
  },
  async open(given, { limit, name, signal }) {
    const single = isFile(given);
    const root = single ? path.dirname(given) : given;
    const found = single ? { paths: [path.basename(given)], ignored: 0 } : await walkImages(given, signal && { signal });
    const classOf = (at: string): string | null => (at.includes('/') ? at.slice(0, at.indexOf('/')) : null);
    const hasClasses = !single && found.paths.length > 0 && found.paths.every((at) => classOf(at) !== null);
    const paths = limit === null ? found.paths : found.paths.slice(0, limit);
    return fileSet({
      root,
      entries: paths.map((at) => ({ at, labelName: hasClasses ? classOf(at) : null })),
      // By code units, as torchvision sorts: 0, 1, 10, 11, 2. Any other order would give a trained network wrong labels.
      classNames: hasClasses ? [...new Set(found.paths.map((at) => classOf(at)!))].sort() : null,
      annotated: false,
      layout: single ? 'image-file' : hasClasses ? 'image-folder-classes' : 'image-folder',
      name: name ?? path.basename(path.resolve(given)),
      ignored: found.ignored,
    });
  },
};

/** A class may be called "train": splits are all of the folders, at least two, and hold the same class folders. */
function splitsOf(given: string): string[] {
  const names = foldersIn(given);
  if (names.length < 2 || !names.every((name) => SPLITS.has(name.toLowerCase()))) return [];
  const inner = names.map((name) => foldersIn(path.join(given, name)));
  const same = inner[0].length > 0 && inner.every((classes) => classes.join('/') === inner[0].join('/'));
  const loose = [given, ...names.map((name) => path.join(given, name))];
  const images = loose.some((folder) => namesIn(folder).some((name) => looksLikeImage(path.join(folder, name))));
  return same && !images ? names.map((name) => path.join(given, name)) : [];
}
