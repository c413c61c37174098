/**
 * Reader of IDX sets: an images file, or a folder that holds one; labels are found by the name beside it. EMNIST's files are
 * known by their names (emnist.ts).
 */
import path from 'node:path';
import { AppError } from '../../shared/errors.ts';
import { openSource, sourceFrom } from './byte-source.ts';
import { emnistOf } from './emnist.ts';
import { checkIdxSize, idxRank, isFile, labelsFileOf, readIdxHeader, readLabels } from './idx.ts';
import { hasImageExtension } from './image-format.ts';
import { namesIn, onlyFoldersOf } from './layout-place.ts';
import { recordSet } from './record-set.ts';
import type { OpenedSet, OpenOptions, Reader } from './types.ts';

const NAMED = /idx3|idx1/i;

export const idxReader: Reader = {
  id: 'idx',
  looksFor: 'IDX files (plain or .gz)',
  async recognise(given) {
    if (isFile(given)) return NAMED.test(path.basename(given)) || (!hasImageExtension(given) && idxRank(given) > 0);
    return imageFilesIn(given).length > 0;
  },
  async choices(given) {
    const files = isFile(given) ? [] : imageFilesIn(given);
    return files.length > 1 ? files : [];
  },
  async open(given, options) {
    const [file] = isFile(given) ? [given] : imageFilesIn(given);
    if (file !== undefined) return openIdx(file, given, options);
    throw new AppError('E_DATASET', `${path.basename(given)} holds no IDX file of images.`, {
      next: 'Point at the folder of the IDX files.',
    });
  },
};

/** IDX images directly in a folder, or in the only folder in it, in the order of their names. */
function imageFilesIn(given: string): string[] {
  const inFolder = (folder: string): string[] => {
    const names = namesIn(folder).filter((name) => !name.startsWith('.') && !hasImageExtension(name));
    const all = new Set(names);
    // torchvision leaves each .gz beside what it unpacked.
    const unpacked = names.filter((name) => !(name.endsWith('.gz') && all.has(name.slice(0, -3))));
    return unpacked
      .map((name) => path.join(folder, name))
      .filter((file) => isFile(file) && (/images[-.]idx3/i.test(path.basename(file)) || idxRank(file) === 3));
  };
  const found = onlyFoldersOf(given).map(inFolder);
  return found.find((files) => files.length > 0) ?? [];
}

async function openIdx(file: string, given: string, options: OpenOptions): Promise<OpenedSet> {
  const header = readIdxHeader(file, 3);
  if (options.verify !== false) await checkIdxSize(file, header, options.signal);
  const [count, height, width] = header.shape;
  const labelsFile = labelsFileOf(file);
  const stored = labelsFile === null ? null : await readLabels(labelsFile, count, options.signal);
  const emnist = emnistOf(file);
  const source = sourceFrom(openSource(file, header.totalBytes), header.headerBytes);
  return recordSet(
    {
      layout: emnist === null ? 'idx' : 'emnist',
      name: options.name ?? path.basename(given),
      classNames: stored === null ? null : (emnist?.classNames ?? null),
      given,
      parts: [{ file, source, count }],
      beside: labelsFile === null ? [] : [labelsFile],
      recordBytes: height * width,
      pixelsAt: 0,
      pixels: { width, height, planes: 1, order: emnist === null ? 'planar' : 'planar-columns' },
      labels: stored && Int16Array.from(stored, (label) => label - (emnist?.firstLabel ?? 0)),
      tagsOf: () => ({}),
    },
    options,
  );
}
