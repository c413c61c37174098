/**
 * Reader of CIFAR-10 and CIFAR-100 "python version" (cs.toronto.edu/~kriz/cifar.html): pickled dictionaries with data
 * [n, 3072] (red, green, blue by rows) and labels, or fine_labels and coarse_labels. Keys may be bytes. A file stands for
 * its split: any data_batch_* opens all of them. Coarse classes come as the tag "coarse".
 */
import path from 'node:path';
import { AppError } from '../../shared/errors.ts';
import { openSource, sourceFrom } from './byte-source.ts';
import { CIFAR_PIXELS, cifarSplits, type CifarSplit } from './cifar-reader.ts';
import { isFile } from './idx.ts';
import { firstBytes } from './image-format.ts';
import { namesIn } from './layout-place.ts';
import { PickledArray } from './pickle-numpy.ts';
import { PickleError } from './pickle-bytes.ts';
import { readPickle, type PickleValue } from './pickle.ts';
import { bytesOf } from './pixel-order.ts';
import { recordSet, type RecordPart } from './record-set.ts';
import type { Reader } from './types.ts';

const PIXELS = bytesOf(CIFAR_PIXELS);

export const cifarPickleReader: Reader = {
  id: 'cifar-python',
  looksFor: 'CIFAR-10 or CIFAR-100 python batches',
  async recognise(given) {
    return cifarSplits(given, splitsIn).length > 0;
  },
  async choices(given) {
    const splits = cifarSplits(given, splitsIn);
    return splits.length > 1 ? splits.map(({ files }) => files[0]) : [];
  },
  async open(given, options) {
    const [split] = cifarSplits(given, splitsIn);
    if (split === undefined) {
      throw new AppError('E_DATASET', `${path.basename(given)} is no CIFAR python batch.`, {
        next: 'Point at data_batch_1, test_batch, train or test.',
      });
    }
    const { classes, files, name } = split;
    const batches = files.map((file) => openBatch(file, classes));
    const coarse = batches.flatMap((batch) => batch.coarse);
    const [fineNames, coarseNames] = metaOf(path.dirname(files[0]), classes);
    return recordSet(
      {
        layout: `cifar-${classes}`,
        name: options.name ?? `cifar-${classes} ${name}`,
        classNames: fineNames,
        given,
        parts: batches.map(({ part }) => part),
        beside: [],
        recordBytes: PIXELS,
        pixelsAt: 0,
        pixels: CIFAR_PIXELS,
        labels: batches.flatMap(({ labels }) => labels),
        tagsOf: (i): Record<string, string> => (classes === 10 ? {} : { coarse: coarseNames?.[coarse[i]] ?? String(coarse[i]) }),
      },
      options,
    );
  },
};

function splitsIn(folder: string): CifarSplit[] {
  const names = namesIn(folder);
  const files = (test: RegExp) => names.filter((name) => test.test(name)).map((name) => path.join(folder, name));
  const splits: CifarSplit[] = [
    { classes: 10, name: 'train', files: files(/^data_batch_\d+$/) },
    { classes: 10, name: 'test', files: files(/^test_batch$/) },
    { classes: 100, name: 'train', files: files(/^train$/) },
    { classes: 100, name: 'test', files: files(/^test$/) },
  ];
  return splits.filter((split) => split.files.length > 0 && split.files.every(isPickle));
}

/** Protocols 2 to 5. */
function isPickle(file: string): boolean {
  if (!isFile(file)) return false;
  const [mark, protocol] = firstBytes(file, 2);
  return mark === 0x80 && protocol >= 2 && protocol <= 5;
}

interface Batch {
  part: RecordPart;
  labels: number[];
  coarse: number[];
}

function openBatch(file: string, classes: 10 | 100): Batch {
  const batch = dictionaryIn(file);
  const data = batch.get('data');
  if (!(data instanceof PickledArray)) throw refuse(file, 'it holds no array "data"');
  const [count] = data.shape;
  const whole = data.shape.length === 2 && data.shape[1] === PIXELS && data.type === 'u1' && !data.fortranOrder;
  if (!whole) throw refuse(file, `its data are ${data.shape.join(' x ')} of ${data.type}, not images x ${PIXELS} of uint8`);
  if (data.data.length !== count * PIXELS) throw refuse(file, 'its data are cut short');
  const { start } = data.data;
  const source =
    start === null ? { read: async (at: number, n: number) => data.data.read(at, n) } : sourceFrom(openSource(file, 0), start);
  const labelsOf = (key: string, most: number) => numbersIn(file, { batch, key, count, most });
  return {
    part: { file, source, count },
    labels: labelsOf(classes === 10 ? 'labels' : 'fine_labels', classes),
    coarse: classes === 10 ? [] : labelsOf('coarse_labels', 20),
  };
}

/** Keys that are bytes or text, as text. */
function dictionaryIn(file: string): Map<string, PickleValue> {
  try {
    const value = readPickle(file);
    if (value instanceof Map) return new Map([...value].map(([key, entry]) => [String(key), entry]));
  } catch (error) {
    if (error instanceof PickleError) throw refuse(file, error.message, error);
    throw error;
  }
  throw refuse(file, 'it holds no dictionary');
}

interface Numbers {
  batch: Map<string, PickleValue>;
  key: string;
  count: number;
  most: number;
}

function numbersIn(file: string, { batch, key, count, most }: Numbers): number[] {
  const values = batch.get(key);
  if (!Array.isArray(values)) throw refuse(file, `it holds no list "${key}"`);
  if (values.length !== count) throw refuse(file, `it holds ${values.length} ${key} for ${count} images`);
  const wrong = values.findIndex((value) => !(Number.isInteger(value) && Number(value) >= 0 && Number(value) < most));
  if (wrong >= 0) throw refuse(file, `${key} of image ${wrong} is not a number from 0 to ${most - 1}`);
  return values as number[];
}

/** Names of the classes and of the coarse ones. */
function metaOf(folder: string, classes: 10 | 100): (string[] | null)[] {
  const file = path.join(folder, classes === 10 ? 'batches.meta' : 'meta');
  if (!isPickle(file)) return [null, null];
  const meta = dictionaryIn(file);
  const names = (key: string, count: number): string[] | null => {
    const list = meta.get(key);
    const texts = Array.isArray(list) ? list.filter((name) => typeof name === 'string') : [];
    return texts.length === count && new Set(texts).size === count ? texts : null;
  };
  return classes === 10 ? [names('label_names', 10), null] : [names('fine_label_names', 100), names('coarse_label_names', 20)];
}

function refuse(file: string, why: string, cause?: unknown): AppError {
  return new AppError('E_DATASET', `${path.basename(file)} cannot be read: ${why}.`, {
    next: 'Fetch the python version of the set again.',
    ...(cause !== undefined && { cause }),
  });
}
