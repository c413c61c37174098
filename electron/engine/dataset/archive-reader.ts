/**
 * Readers of ZIP and TAR archives of images: the file, a folder in it (FILE!/FOLDER), or a folder that holds nothing but
 * archives. Inside, folders are classes and splits as on a disk; folders around everything do not count.
 */
import path from 'node:path';
import { AppError } from '../../shared/errors.ts';
import { decodeImage } from './decode.ts';
import { SPLITS } from './folder-reader.ts';
import { hashFiles } from './hash-files.ts';
import { isFile } from './idx.ts';
import { isArchive, MOST_IMAGE_BYTES, openImageArchive, type ArchivedImage } from './image-archive.ts';
import { ImageError } from './image-error.ts';
import { innerPath, joinInner } from './inner-path.ts';
import { baseOf, namesIn, relativeTo } from './layout-place.ts';
import { throwIfAborted } from './range.ts';
import type { ImageRange, ImageRecord, OpenedSet, OpenOptions, Reader } from './types.ts';

export const archiveReader: Reader = {
  id: 'archive',
  looksFor: 'a ZIP or TAR archive of images',
  async recognise(given) {
    const { file } = innerPath(given);
    return isFile(file) && isArchive(file);
  },
  async choices(given) {
    const { file, inner } = innerPath(given);
    const { images } = await openImageArchive(file);
    return splitsIn(within(images, inner)).map((split) => joinInner(file, split));
  },
  open: (given, options) => openArchive(given, given, options),
};

/** Asked last: archives are often left beside what was unpacked from them. */
export const archiveFolderReader: Reader = {
  id: 'archive-folder',
  looksFor: 'a folder of archives',
  async recognise(given) {
    return archivesIn(given).length > 0;
  },
  async choices(given) {
    const files = archivesIn(given);
    return files.length > 1 ? files : archiveReader.choices(files[0]);
  },
  open: (given, options) => openArchive(archivesIn(given)[0] ?? given, given, options),
};

function archivesIn(given: string): string[] {
  return isFile(given)
    ? []
    : namesIn(given)
        .filter(isArchive)
        .map((name) => path.join(given, name))
        .filter(isFile);
}

async function openArchive(place: string, given: string, { limit, name, signal }: OpenOptions): Promise<OpenedSet> {
  const { file, inner } = innerPath(place);
  const archive = await openImageArchive(file, signal);
  const all = within(archive.images, inner);
  if (all.length === 0) {
    throw new AppError(
      'E_DATASET',
      `${path.basename(place)} holds no images: looked for PNG, JPEG, BMP and WebP, found ${archive.ignored} other files.`,
      {
        next: 'Unpack it, and point at the folder or file of the data set in it.',
      },
    );
  }
  const images = limit === null ? all : all.slice(0, limit);
  const classOf = classesOf(all);
  // By code units, as torchvision sorts.
  const classNames = classOf === null ? null : [...new Set(all.map(classOf))].sort();
  const archiveName = relativeTo(baseOf(given, path.dirname(path.resolve(file))), path.resolve(file));
  const labels = new Map(classNames?.map((className, label) => [className, label]));
  const record = (index: number): ImageRecord => {
    const image = images[index];
    const labelName = classOf === null ? null : classOf(image);
    const at = joinInner(archiveName, image.name);
    return {
      index,
      at,
      labelName,
      label: labelName === null ? null : labels.get(labelName)!,
      tags: {},
      load: () => load(image, at),
    };
  };
  return {
    layout: classNames === null ? 'archive' : 'archive-classes',
    name: name ?? path.basename(place),
    count: images.length,
    classNames,
    classCounts: classOf === null ? null : countClasses(classNames!, images.map(classOf)),
    ignored: archive.ignored,
    contentSha256: (signal_, onProgress) =>
      hashOf({ file, inner, limit: images.length < all.length ? limit : null }, signal_, onProgress),
    async *images({ from = 0, to = images.length, signal: stop }: ImageRange = {}) {
      for (let index = from; index < Math.min(to, images.length); index++) {
        throwIfAborted(stop);
        yield record(index);
      }
    },
  };
}

async function load(image: ArchivedImage, at: string): Promise<ReturnType<typeof decodeImage>> {
  if (image.size > MOST_IMAGE_BYTES)
    throw new ImageError(at, `an entry of ${image.size} bytes is larger than any image that is read`);
  const bytes = await image.read().catch((error: unknown) => {
    throw new ImageError(at, error instanceof Error ? error.message : String(error), error);
  });
  return decodeImage(bytes, at);
}

function hashOf(
  { file, inner, limit }: { file: string; inner: string; limit: number | null },
  ...[signal, onProgress]: Parameters<OpenedSet['contentSha256']>
): Promise<string> {
  const which = inner === '' ? null : `inner ${inner}`;
  return hashFiles([file], { limit, also: which, signal, onProgress });
}

function within(images: readonly ArchivedImage[], inner: string): ArchivedImage[] {
  return inner === '' ? [...images] : images.filter(({ name }) => name === inner || name.startsWith(`${inner}/`));
}

/** Length of the path of the folders that all images lie in. */
function commonLength(images: readonly ArchivedImage[]): number {
  const [first] = images;
  let length = 0;
  for (let end = first?.name.indexOf('/') ?? -1; end >= 0; end = first.name.indexOf('/', end + 1)) {
    const folder = first.name.slice(0, end + 1);
    if (!images.every(({ name }) => name.startsWith(folder))) break;
    length = end + 1;
  }
  return length;
}

/** The class of an image is its folder, when every image lies in one. */
function classesOf(images: readonly ArchivedImage[]): ((image: ArchivedImage) => string) | null {
  const from = commonLength(images);
  if (!images.every(({ name }) => name.includes('/', from))) return null;
  return ({ name }) => name.slice(from, name.indexOf('/', from));
}

/** Folders of splits that hold the same classes, by their path. */
function splitsIn(images: readonly ArchivedImage[]): string[] {
  const from = commonLength(images);
  const classes = new Map<string, Set<string>>();
  for (const { name } of images) {
    const [split, inner, image] = name.slice(from).split('/', 3);
    if (inner === undefined || !SPLITS.has(split.toLowerCase())) return [];
    const known = classes.get(split) ?? new Set();
    classes.set(split, known.add(image === undefined ? '' : inner));
  }
  const sets = [...classes.values()].map((names) => [...names].sort().join('/'));
  const same = classes.size > 1 && sets.every((names) => names === sets[0] && names !== '');
  return same ? [...classes.keys()].sort().map((split) => `${images[0].name.slice(0, from)}${split}`) : [];
}

function countClasses(classNames: readonly string[], images: readonly string[]): Record<string, number> {
  const counts = new Map(classNames.map((name) => [name, 0]));
  for (const name of images) counts.set(name, counts.get(name)! + 1);
  return Object.fromEntries(counts);
}
