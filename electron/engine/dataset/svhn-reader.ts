/**
 * Reader of SVHN's cropped digits (ufldl.stanford.edu/housenumbers, "Format 2"): SPLIT_32x32.mat with X [32, 32, 3, n] and
 * y [n, 1]. Arrays are column-major, so that images follow one another; the label 10 is the digit 0.
 */
import path from 'node:path';
import { AppError } from '../../shared/errors.ts';
import { isFile } from './idx.ts';
import { namesIn, onlyFoldersOf } from './layout-place.ts';
import { isMat5, openMat5, readValues, UINT8, type MatVariable } from './mat5.ts';
import { bytesOf, type PixelOrder } from './pixel-order.ts';
import { recordSet } from './record-set.ts';
import type { Reader } from './types.ts';

const SPLIT = /^(train|test|extra)_32x32\.mat$/;
const PIXELS: PixelOrder = { width: 32, height: 32, planes: 3, order: 'planar-columns' };
const DIGITS = Array.from({ length: 10 }, (_, digit) => String(digit));

export const svhnReader: Reader = {
  id: 'svhn',
  looksFor: 'SVHN cropped digits (SPLIT_32x32.mat)',
  async recognise(given) {
    return filesOf(given).length > 0;
  },
  async choices(given) {
    const files = filesOf(given);
    return files.length > 1 ? files : [];
  },
  async open(given, options) {
    const [file] = filesOf(given);
    if (file === undefined) throw refuse(given, 'it is no MATLAB 5 file');
    const variables = openMat5(file);
    const images = variables.find(({ name }) => name === 'X');
    if (images === undefined) throw refuse(file, 'it holds no array X of images');
    const [height, width, planes, count = 1] = images.shape;
    if (height !== 32 || width !== 32 || planes !== 3 || images.stored !== UINT8 || images.shape.length > 4) {
      throw refuse(file, `X is ${images.shape.join(' x ')}, not 32 x 32 x 3 x images of uint8`);
    }
    const labels = variables.find(({ name }) => name === 'y');
    return recordSet(
      {
        layout: 'svhn',
        name: options.name ?? `svhn ${path.basename(file).split('_')[0]}`,
        classNames: labels === undefined ? null : DIGITS,
        given,
        parts: [{ file, source: images.source, count }],
        beside: [],
        recordBytes: bytesOf(PIXELS),
        pixelsAt: 0,
        pixels: PIXELS,
        labels: labels === undefined ? null : await readLabels(labels, count, file),
        tagsOf: () => ({}),
      },
      options,
    );
  },
};

function filesOf(given: string): string[] {
  if (isFile(given)) return given.endsWith('.mat') && (SPLIT.test(path.basename(given)) || isMat5(given)) ? [given] : [];
  const inFolder = (folder: string) =>
    namesIn(folder)
      .filter((name) => SPLIT.test(name))
      .map((name) => path.join(folder, name));
  return (
    onlyFoldersOf(given)
      .map(inFolder)
      .find((files) => files.length > 0) ?? []
  );
}

async function readLabels(variable: MatVariable, count: number, file: string): Promise<Uint8Array> {
  const values = variable.shape.reduce((product, length) => product * length, 1);
  if (values !== count) throw refuse(file, `it holds ${values} labels for ${count} images`);
  const labels = await readValues(variable, file);
  const wrong = labels.findIndex((label) => !(Number.isInteger(label) && label >= 1 && label <= 10));
  if (wrong >= 0) throw refuse(file, `the label ${labels[wrong]} of image ${wrong} is not 1 to 10`);
  return Uint8Array.from(labels, (label) => label % 10);
}

function refuse(file: string, why: string): AppError {
  return new AppError('E_DATASET', `${path.basename(file)} cannot be read as SVHN: ${why}.`, { next: 'Fetch the file again.' });
}
