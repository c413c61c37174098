/**
 * Reader of Pascal VOC (host.robots.ox.ac.uk/pascal/VOC, devkit_doc): JPEGImages/*.jpg, Annotations/*.xml, and lists of
 * names in ImageSets/Main|Segmentation|Layout|Action/*.txt. The folder is all images; a list is those it names. The classes
 * of the objects come as the tag "objects", joined by "+"; a part of an object (head, hand, foot) is no class.
 */
import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { AppError } from '../../shared/errors.ts';
import { fileSet, type FileEntry } from './file-set.ts';
import { isFile } from './idx.ts';
import { baseOf, isFolder, isWithin, joinNames, linesOf, relativeTo, rootOf, someOf } from './layout-place.ts';
import { throwIfAborted } from './range.ts';
import type { Reader } from './types.ts';
import { walkImages } from './walk-images.ts';

/** An annotation of one image is never larger. */
const MAX_XML_BYTES = 1 << 20;

export const vocReader: Reader = {
  id: 'pascal-voc',
  looksFor: 'Pascal VOC (JPEGImages and ImageSets folders)',
  async recognise(given) {
    const root = rootOf(given, isRoot);
    if (root === null) return false;
    if (isFile(given)) return isList(root, given);
    const folder = path.resolve(given);
    return isWithin(folder, root) || folder === path.join(root, 'JPEGImages');
  },
  async choices() {
    return [];
  },
  async open(given, { limit, name, signal }) {
    const root = rootOf(given, isRoot) ?? path.resolve(given);
    const base = baseOf(given, root);
    const images = path.join(root, 'JPEGImages');
    const found = await walkImages(images, signal && { signal });
    const paths = isFile(given) ? listed(given, found.paths) : found.paths;
    const entries: FileEntry[] = [];
    for (const at of paths.slice(0, limit ?? paths.length)) {
      throwIfAborted(signal);
      const objects = objectsIn(path.join(root, 'Annotations', `${path.parse(at).name}.xml`));
      entries.push({ at: relativeTo(base, path.join(images, at)), tags: objects === '' ? {} : { objects } });
    }
    const set = { layout: 'pascal-voc', name: name ?? path.basename(path.resolve(given)), ignored: found.ignored };
    return fileSet({ ...set, root: base, entries, classNames: null, annotated: true });
  },
};

function isRoot(folder: string): boolean {
  return isFolder(path.join(folder, 'JPEGImages')) && isFolder(path.join(folder, 'ImageSets'));
}

function isList(root: string, file: string): boolean {
  return file.endsWith('.txt') && relativeTo(root, path.resolve(file)).startsWith('ImageSets/');
}

/** Only the first column names images: lists of one class have 1, 0 or -1 behind it. Names lead to listed files only. */
function listed(file: string, paths: readonly string[]): string[] {
  const byName = new Map(paths.map((at) => [path.parse(at).name, at]));
  const names = [...new Set(linesOf(file).map((line) => line.split(/\s+/)[0]))];
  const missing = names.filter((name) => !byName.has(name));
  if (missing.length > 0) {
    throw new AppError(
      'E_DATASET',
      `${path.basename(file)} names ${missing.length} images that are not in JPEGImages: ${someOf(missing)}.`,
      {
        next: 'Unpack the whole set, or use another list.',
      },
    );
  }
  return names.map((name) => byName.get(name)!);
}

function objectsIn(file: string): string {
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  if (size === 0 || size > MAX_XML_BYTES) return '';
  const xml = readFileSync(file, 'utf8').replace(/<part>[\s\S]*?<\/part>/g, '');
  const objects = [...xml.matchAll(/<object>[\s\S]*?<\/object>/g)];
  const names = objects.map(([object]) => /<name>\s*([^<]*?)\s*<\/name>/.exec(object)?.[1] ?? '');
  return joinNames(names.filter((name) => name !== ''));
}
