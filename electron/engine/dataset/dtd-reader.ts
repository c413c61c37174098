/**
 * Reader of Describable Textures (robots.ox.ac.uk/~vgg/data/dtd): images/CLASS/*.jpg, labels/{train,val,test}1..10.txt
 * and labels/labels_joint_anno.txt. The folder is the whole set; one of the split lists is the images it names.
 */
import path from 'node:path';
import { fileSet, type FileEntry } from './file-set.ts';
import { isFile } from './idx.ts';
import { baseOf, foldersIn, isFolder, isWithin, linesOf, relativeTo, rootOf } from './layout-place.ts';
import type { Reader } from './types.ts';
import { walkImages } from './walk-images.ts';

const LIST = /^(train|val|test)\d+\.txt$/;

export const dtdReader: Reader = {
  id: 'dtd',
  looksFor: 'DTD textures (images and labels folders)',
  async recognise(given) {
    if (isFile(given) && !LIST.test(path.basename(given))) return false;
    const root = rootOf(given, isRoot);
    return root !== null && (isFile(given) || isWithin(path.resolve(given), root));
  },
  async choices() {
    return [];
  },
  async open(given, { limit, name, signal }) {
    const root = rootOf(given, isRoot) ?? path.resolve(given);
    const images = path.join(root, 'images');
    const base = baseOf(given, root);
    const found = await walkImages(images, signal && { signal });
    const listed = isFile(given) ? new Set(linesOf(given)) : null;
    const inSet = found.paths.filter((at) => at.includes('/') && (listed === null || listed.has(at)));
    const entries = inSet.map((at): FileEntry => ({ at: relativeTo(base, path.join(images, at)), labelName: at.split('/')[0] }));
    return fileSet({
      root: base,
      entries: limit === null ? entries : entries.slice(0, limit),
      classNames: foldersIn(images),
      annotated: false,
      layout: 'dtd',
      name: name ?? path.basename(path.resolve(given)),
      ignored: found.ignored + (found.paths.length - inSet.length),
    });
  },
};

function isRoot(folder: string): boolean {
  return isFolder(path.join(folder, 'images')) && isFile(path.join(folder, 'labels', 'labels_joint_anno.txt'));
}
