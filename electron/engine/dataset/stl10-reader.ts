/**
 * Reader of STL-10 binary (cs.stanford.edu/~acoates/stl10): NAME_X.bin holds 96 x 96 images as red, green, blue, each
 * plane column by column; NAME_y.bin one label byte an image, 1 to 10. The unlabelled split has none.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { AppError } from '../../shared/errors.ts';
import { isFile } from './idx.ts';
import { linesOf, namesIn, onlyFoldersOf } from './layout-place.ts';
import { plainParts, recordSet, recordsIn } from './record-set.ts';
import type { Reader } from './types.ts';

const SIDE = 96;
const IMAGES = /^(train|test|unlabeled)_X\.bin$/;

export const stl10Reader: Reader = {
  id: 'stl10',
  looksFor: 'STL-10 binary files',
  async recognise(given) {
    return imageFiles(given).length > 0;
  },
  async choices(given) {
    const files = imageFiles(given);
    return files.length > 1 ? files : [];
  },
  async open(given, options) {
    const [file] = imageFiles(given);
    if (file === undefined) {
      throw new AppError('E_DATASET', `${path.basename(given)} is no STL-10 file.`, {
        next: 'Point at train_X.bin or test_X.bin.',
      });
    }
    const recordBytes = 3 * SIDE * SIDE;
    const labelsFile = file.replace(/_X\.bin$/, '_y.bin');
    const namesFile = path.join(path.dirname(file), 'class_names.txt');
    const labels = isFile(labelsFile) ? readLabels(labelsFile, recordsIn(file, recordBytes)) : null;
    const names = isFile(namesFile) ? linesOf(namesFile) : [];
    return recordSet(
      {
        layout: 'stl10',
        name: options.name ?? `stl10 ${path.basename(file).split('_')[0]}`,
        classNames: labels !== null && names.length === 10 ? names : null,
        given,
        parts: plainParts([file], recordBytes),
        beside: labels === null ? [] : [labelsFile],
        recordBytes,
        pixelsAt: 0,
        pixels: { width: SIDE, height: SIDE, planes: 3, order: 'planar-columns' },
        labels,
        tagsOf: () => ({}),
      },
      options,
    );
  },
};

function imageFiles(given: string): string[] {
  if (isFile(given)) {
    const file = path.join(path.dirname(given), path.basename(given).replace(/_y\.bin$/, '_X.bin'));
    return IMAGES.test(path.basename(file)) && isFile(file) ? [file] : [];
  }
  const inFolder = (folder: string) =>
    namesIn(folder)
      .filter((name) => IMAGES.test(name))
      .map((name) => path.join(folder, name));
  return (
    onlyFoldersOf(given)
      .map(inFolder)
      .find((files) => files.length > 0) ?? []
  );
}

function readLabels(file: string, count: number): Uint8Array {
  // Checked before it is read: one byte an image, so never large.
  if (recordsIn(file, 1) !== count) {
    throw new AppError('E_DATASET', `${path.basename(file)} holds ${recordsIn(file, 1)} labels for ${count} images.`, {
      next: 'Use the labels file that belongs to these images.',
    });
  }
  const labels = new Uint8Array(readFileSync(file));
  const wrong = labels.findIndex((label) => label < 1 || label > 10);
  if (wrong >= 0) {
    throw new AppError('E_DATASET', `${path.basename(file)}: label ${labels[wrong]} of image ${wrong} is not 1 to 10.`, {
      next: 'Fetch the file again.',
    });
  }
  return labels.map((label) => label - 1);
}
