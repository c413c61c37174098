/** The layouts Oodlab knows, in the order in which they are asked. A new layout is a new file and a line here. */
import { statSync } from 'node:fs';
import path from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { AppError } from '../../shared/errors.ts';
import { unreadable } from './byte-source.ts';
import { archiveFolderReader, archiveReader } from './archive-reader.ts';
import { bdd100kReader } from './bdd100k-reader.ts';
import { cifarReader } from './cifar-reader.ts';
import { cifarPickleReader } from './cifar-pickle-reader.ts';
import { collectionReader } from './collection-reader.ts';
import { cocoReader } from './coco-reader.ts';
import { imglistReader } from './imglist-reader.ts';
import { withListings } from './layout-place.ts';
import { throwIfAborted } from './range.ts';
import { manifestReader } from './manifest-reader.ts';
import { openImagesReader } from './open-images-reader.ts';
import { places365Reader } from './places365-reader.ts';
import { sceneCropsReader } from './scene-crops-reader.ts';
import { soilingReader, woodscapeReader } from './woodscape-reader.ts';
import { cityscapesReader } from './cityscapes-reader.ts';
import { dtdReader } from './dtd-reader.ts';
import { folderReader } from './folder-reader.ts';
import { idxReader } from './idx-reader.ts';
import { isFile } from './idx.ts';
import { innerPath } from './inner-path.ts';
import { npyReader } from './npy-reader.ts';
import { stl10Reader } from './stl10-reader.ts';
import { svhnReader } from './svhn-reader.ts';
import type { Reader } from './types.ts';
import { vocReader } from './voc-reader.ts';
import { walkImages } from './walk-images.ts';

const LAYOUTS: readonly Reader[] = [
  archiveReader,
  npyReader,
  idxReader,
  cifarReader,
  cifarPickleReader,
  svhnReader,
  stl10Reader,
  dtdReader,
  cityscapesReader,
  bdd100kReader,
  vocReader,
  cocoReader,
  openImagesReader,
  woodscapeReader,
  soilingReader,
  places365Reader,
  imglistReader,
  manifestReader,
  sceneCropsReader,
];

export const READERS: readonly Reader[] = [...LAYOUTS, collectionReader(LAYOUTS), folderReader, archiveFolderReader];

/** The reader for a path: the named one, or with 'auto' the first that recognises it. */
export async function findReader(given: string, format: string, signal?: AbortSignal): Promise<Reader> {
  const named = READERS.find(({ id }) => id === format);
  if (named === undefined && format !== 'auto') {
    throw new AppError('E_INPUT', `"${format}" is not a data set format.`, {
      next: `Use one of auto, ${READERS.map(({ id }) => id).join(', ')}.`,
    });
  }
  try {
    statSync(innerPath(given).file);
  } catch (error) {
    throw unreadable(given, error);
  }
  // Told what a file is, its reader says best what is wrong with it.
  if (named !== undefined && isFile(innerPath(given).file)) return named;
  try {
    const reader = await withListings(() => firstOf(named === undefined ? READERS : [named], given, signal));
    if (reader !== null) return reader;
  } catch (error) {
    throw error instanceof AppError ? error : unreadable(given, error);
  }
  throw await nothingFound(given, named === undefined ? READERS : [named], signal);
}

async function firstOf(readers: readonly Reader[], given: string, signal?: AbortSignal): Promise<Reader | null> {
  for (const reader of readers) {
    throwIfAborted(signal);
    if (await reader.recognise(given)) return reader;
    await setImmediate();
  }
  return null;
}

async function nothingFound(given: string, asked: readonly Reader[], signal?: AbortSignal): Promise<AppError> {
  const looked = asked.map(({ looksFor }) => looksFor).join('; ');
  const next = 'Point at the folder or file of one data set.';
  if (isFile(innerPath(given).file)) {
    return new AppError('E_DATASET', `${path.basename(given)} is none of what was looked for: ${looked}.`, { next });
  }
  const { others, paths } = await walkImages(given, signal && { signal });
  const found = [...others].sort(([, a], [, b]) => b - a).map(([what, count]) => `${count} ${what}`);
  if (paths.length > 0) found.unshift(`${paths.length} images`);
  const shown = found.length === 0 ? 'nothing' : found.slice(0, 6).join(', ');
  return new AppError(
    'E_DATASET',
    `${path.basename(path.resolve(given))} holds no data set: looked for ${looked}; found ${shown}.`,
    { next },
  );
}
