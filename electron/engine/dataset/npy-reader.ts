/**
 * Reader of numpy arrays of images (numpy.org/doc/stable/reference/generated/numpy.lib.format.html): .npy files, and arrays
 * in .npz files (FILE.npz!/NAME.npy), uint8 and C-ordered: [n, h, w], [n, h, w, 1|3|4] or [n, 1|3|4, h, w]. Labels are an
 * array of n whole numbers beside them: images -> labels, x_train -> y_train, or simply labels.
 */
import path from 'node:path';
import { AppError } from '../../shared/errors.ts';
import { NpyError } from '../npy/npy.ts';
import { isFile } from './idx.ts';
import { innerPath, joinInner } from './inner-path.ts';
import { namesIn } from './layout-place.ts';
import { isArrayFile, openArrays, readNumbers, type StoredArray } from './npy-arrays.ts';
import { bytesOf, type PixelOrder } from './pixel-order.ts';
import { recordSet } from './record-set.ts';
import type { OpenedSet, OpenOptions, Reader } from './types.ts';

export const npyReader: Reader = {
  id: 'npy',
  looksFor: 'NPY or NPZ arrays of images (uint8)',
  async recognise(given) {
    const { file } = innerPath(given);
    return isFile(file) ? isArrayFile(file) : (await imageArraysIn(given)).length > 0;
  },
  async choices(given) {
    const arrays = await imageArraysAt(given);
    return arrays.length > 1 ? arrays.map(({ file, member }) => (member === undefined ? file : joinInner(file, member))) : [];
  },
  async open(given, options) {
    const [array] = await imageArraysAt(given);
    if (array === undefined) throw await whyNot(given);
    return openArray(array, given, options);
  },
};

/** Of the file, of the array in it, or of the files directly in a folder. */
async function imageArraysAt(given: string): Promise<StoredArray[]> {
  const { file, inner } = innerPath(given);
  if (!isFile(file)) return imageArraysIn(given);
  const arrays = await read(file, openArrays);
  return arrays.filter(
    ({ member, head }) => imageOrder(head) !== null && (inner === '' || member === inner || member === `${inner}.npy`),
  );
}

async function imageArraysIn(folder: string): Promise<StoredArray[]> {
  const found: StoredArray[] = [];
  for (const name of namesIn(folder).filter((file) => /\.np[yz]$/i.test(file))) {
    const arrays = await openArrays(path.join(folder, name)).catch(() => []);
    found.push(...arrays.filter(({ head }) => imageOrder(head) !== null));
  }
  return found;
}

interface Images {
  count: number;
  order: PixelOrder;
}

/** null: no array of images that is read. */
function imageOrder({ descr, shape, fortranOrder }: StoredArray['head']): Images | null {
  if (!/^[|<>=]?u1$/.test(descr) || (fortranOrder && shape.length > 1) || shape.some((length) => length < 1)) return null;
  const [count, a, b, c] = shape;
  const isDepth = (length: number): length is PixelOrder['planes'] => length === 1 || length === 3 || length === 4;
  if (shape.length === 3) return { count, order: { height: a, width: b, planes: 1, order: 'planar' } };
  if (shape.length !== 4) return null;
  if (isDepth(c)) return { count, order: { height: a, width: b, planes: c, order: 'interleaved' } };
  return isDepth(a) ? { count, order: { height: b, width: c, planes: a, order: 'planar' } } : null;
}

async function openArray(array: StoredArray, given: string, options: OpenOptions): Promise<OpenedSet> {
  const { file, member, source } = array;
  const { count, order } = imageOrder(array.head)!;
  if (options.verify !== false) await read(file, () => array.check(options.signal));
  const labels = await labelsOf(array, count);
  return recordSet(
    {
      layout: member === undefined ? 'npy' : 'npz',
      name:
        options.name ?? (member === undefined ? path.basename(file) : `${path.basename(file)} ${member.replace(/\.npy$/, '')}`),
      classNames: null,
      given: innerPath(given).file,
      parts: [{ file, source, count, ...(member !== undefined && { member }) }],
      beside: labels === null || labels.file === file ? [] : [labels.file],
      recordBytes: bytesOf(order),
      pixelsAt: 0,
      pixels: order,
      labels: labels?.values ?? null,
      tagsOf: () => ({}),
    },
    options,
  );
}

/** Names that an array of labels may have, without ".npy". */
function labelNames(images: string): string[] {
  const paired = [
    images.replace(/images?|imgs?|data/i, 'labels'),
    images.replace(/images?|imgs?/i, 'label'),
    images.replace(/(^|_)x(?=_|$)/i, '$1y'),
    images.replace(/(^|_)X(?=_|$)/, '$1y'),
  ];
  return [...paired.filter((name) => name !== images), `${images}_labels`, 'labels', 'label', 'y', 'targets'];
}

async function labelsOf({ file, member }: StoredArray, count: number): Promise<{ file: string; values: number[] } | null> {
  const stem = (name: string): string => name.replace(/\.npy$/i, '');
  const arrays = member === undefined ? null : await openArrays(file);
  for (const name of labelNames(stem(member ?? path.basename(file)))) {
    const beside = path.join(path.dirname(file), `${name}.npy`);
    const [array] = arrays?.filter((one) => stem(one.member!) === name) ?? (isFile(beside) ? await openArrays(beside) : []);
    const values = array === undefined ? null : await readNumbers(array, count);
    if (values !== null) return { file: array.file, values };
  }
  return null;
}

async function whyNot(given: string): Promise<AppError> {
  const { file, inner } = innerPath(given);
  const arrays = isFile(file) ? await read(file, openArrays) : [];
  const found = arrays.map(
    ({ member, head }) =>
      `${member ?? 'an array'} of ${head.descr} [${head.shape.join(', ')}]${head.fortranOrder ? ' in Fortran order' : ''}`,
  );
  const what = inner === '' ? path.basename(file) : joinInner(path.basename(file), inner);
  return new AppError('E_DATASET', `${what} holds no images: found ${found.slice(0, 4).join('; ') || 'no arrays'}.`, {
    next: 'Save uint8 arrays [n, h, w], [n, h, w, 3] or [n, 3, h, w] in C order.',
  });
}

async function read<T>(file: string, use: (file: string) => Promise<T>): Promise<T> {
  try {
    return await use(file);
  } catch (error) {
    if (!(error instanceof NpyError)) throw error;
    throw new AppError('E_DATASET', `${path.basename(file)} cannot be read: ${error.message}.`, {
      next: 'Save the array again.',
      cause: error,
    });
  }
}
