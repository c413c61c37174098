/**
 * Reader of CIFAR-10 and CIFAR-100 "binary version" (cs.toronto.edu/~kriz/cifar.html): records of one label byte, in
 * CIFAR-100 the coarse label and then the fine one, and 3072 bytes red, green, blue by rows. A file stands for its split:
 * any data_batch_*.bin opens all of them. Coarse classes come as the tag "coarse".
 */
import { closeSync, openSync, readSync, statSync } from 'node:fs';
import path from 'node:path';
import { AppError } from '../../shared/errors.ts';
import { firstBytes } from './image-format.ts';
import { isFile } from './idx.ts';
import { linesOf, namesIn, onlyFoldersOf } from './layout-place.ts';
import { bytesOf, type PixelOrder } from './pixel-order.ts';
import { plainParts, recordSet, recordsIn } from './record-set.ts';
import type { Reader } from './types.ts';

export const CIFAR_PIXELS: PixelOrder = { width: 32, height: 32, planes: 3, order: 'planar' };
const PIXELS = bytesOf(CIFAR_PIXELS);
const TRAIN_10 = /^data_batch_\d+\.bin$/;

export interface CifarSplit {
  classes: 10 | 100;
  name: 'train' | 'test';
  files: string[];
}

export const cifarReader: Reader = {
  id: 'cifar-binary',
  looksFor: 'CIFAR-10 or CIFAR-100 binary batches',
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
      throw new AppError('E_DATASET', `${path.basename(given)} is no CIFAR binary batch.`, {
        next: 'Point at a data_batch_1.bin, test_batch.bin, train.bin or test.bin.',
      });
    }
    const { classes, files } = split;
    const headerBytes = classes === 10 ? 1 : 2;
    const folder = path.dirname(files[0]);
    const fine = classNamesIn(folder, classes === 10 ? 'batches.meta.txt' : 'fine_label_names.txt', classes);
    const coarse = classes === 10 ? null : classNamesIn(folder, 'coarse_label_names.txt', 20);
    const heads = readHeads(files, headerBytes, PIXELS + headerBytes);
    const labels = heads.filter((_, i) => i % headerBytes === headerBytes - 1);
    const wrong = labels.findIndex((label) => label >= classes);
    if (wrong >= 0) throw badLabel(files, wrong, labels[wrong]);
    return recordSet(
      {
        layout: `cifar-${classes}`,
        name: options.name ?? `cifar-${classes} ${split.name}`,
        classNames: fine,
        given,
        parts: plainParts(files, PIXELS + headerBytes),
        beside: [],
        recordBytes: PIXELS + headerBytes,
        pixelsAt: headerBytes,
        pixels: CIFAR_PIXELS,
        labels,
        tagsOf: (i): Record<string, string> => (classes === 10 ? {} : { coarse: coarse?.[heads[2 * i]] ?? String(heads[2 * i]) }),
      },
      options,
    );
  },
};

/** The split of a file, or all splits in a folder or in the only folder inside it. */
export function cifarSplits(given: string, splitsIn: (folder: string) => CifarSplit[]): CifarSplit[] {
  if (isFile(given)) {
    const all = splitsIn(path.dirname(given));
    return all.filter(({ files }) => files.some((file) => path.basename(file) === path.basename(given)));
  }
  return (
    onlyFoldersOf(given)
      .map(splitsIn)
      .find((splits) => splits.length > 0) ?? []
  );
}

function splitsIn(folder: string): CifarSplit[] {
  const names = namesIn(folder);
  const files = (test: (name: string) => boolean) => names.filter(test).map((name) => path.join(folder, name));
  const is100 = names.includes('fine_label_names.txt');
  const splits: CifarSplit[] = [
    { classes: 10, name: 'train', files: files((name) => TRAIN_10.test(name)) },
    { classes: 10, name: 'test', files: files((name) => name === 'test_batch.bin') },
    { classes: 100, name: 'train', files: files((name) => name === 'train.bin' && (is100 || holds100(folder, name))) },
    { classes: 100, name: 'test', files: files((name) => name === 'test.bin' && (is100 || holds100(folder, name))) },
  ];
  return splits.filter((split) => split.files.length > 0);
}

/** Without its list of names a train.bin may be anything: size and labels must fit. */
function holds100(folder: string, name: string): boolean {
  const file = path.join(folder, name);
  const [coarse, fine] = firstBytes(file, 2);
  return coarse < 20 && fine < 100 && statSync(file).size % (PIXELS + 2) === 0;
}

function classNamesIn(folder: string, name: string, count: number): string[] | null {
  const file = path.join(folder, name);
  if (!isFile(file)) return null;
  const lines = linesOf(file);
  return lines.length === count && new Set(lines).size === count ? lines : null;
}

/** The label bytes of all records. */
function readHeads(files: readonly string[], headerBytes: number, recordBytes: number): Uint8Array {
  const counts = files.map((file) => recordsIn(file, recordBytes));
  const heads = new Uint8Array(headerBytes * counts.reduce((sum, count) => sum + count, 0));
  let o = 0;
  for (const [i, file] of files.entries()) {
    const fd = openSync(file, 'r');
    try {
      for (let r = 0; r < counts[i]; r++, o += headerBytes) readSync(fd, heads, o, headerBytes, r * recordBytes);
    } finally {
      closeSync(fd);
    }
  }
  return heads;
}

function badLabel(files: readonly string[], record: number, label: number): AppError {
  const where = files.length === 1 ? path.basename(files[0]) : path.basename(path.dirname(files[0]));
  return new AppError('E_DATASET', `${where} holds no CIFAR records: record ${record} has the label ${label}.`, {
    next: 'Fetch the binary version of the set again.',
  });
}
