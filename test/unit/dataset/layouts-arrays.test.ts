import { existsSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { hash } from 'node:crypto';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { describeDataset } from '../../../electron/engine/dataset/describe-dataset.ts';
import { openDataset } from '../../../electron/engine/dataset/open-dataset.ts';
import { cifarPython, emnist, makeFiles, matFile, mnist, pixelOf, svhn, svhnMat } from '../../fixtures/layouts/make.ts';
import { tempFolder } from '../../helpers/temp-folder.ts';
import { rgbHash } from './layout-hash.ts';

const root = tempFolder();
let made = 0;
const place = (...more: string[]) => path.join(root, `set${++made}`, ...more);
const AUTO = { format: 'auto', limit: null };

async function listed(given: string) {
  const { layout, sets } = await describeDataset(given, { images: true });
  return { layout, set: sets[0], rows: sets[0].images!.map(({ at, label, labelName, tags }) => [at, label, labelName, tags]) };
}
const hashOf = (i: number) => rgbHash(32, (y, x, c) => pixelOf(i, { y, x, c }));
const grayHash = (i: number) =>
  hash(
    'sha256',
    Uint8Array.from({ length: 784 }, (_, p) => pixelOf(i, { y: Math.floor(p / 28), x: p % 28, c: 0 })),
  );

describe('SVHN', () => {
  it('offers its splits; 10 is the digit 0; columns come first', async () => {
    const folder = svhn(place('x'));
    const choices = ['extra', 'test', 'train'].map((split) => path.join(folder, `${split}_32x32.mat`));
    for (const given of [folder, path.dirname(folder)]) {
      expect(await describeDataset(given, { images: false })).toEqual({ layout: 'svhn', sets: [], choices });
    }
    const { layout, set, rows } = await listed(choices[2]);
    expect({ layout, name: set.name, count: set.count }).toEqual({ layout: 'svhn', name: 'svhn train', count: 5 });
    expect(rows.map(([at, label, name]) => [at, label, name])).toEqual([
      ['train_32x32.mat#0', 1, '1'],
      ['train_32x32.mat#1', 0, '0'],
      ['train_32x32.mat#2', 2, '2'],
      ['train_32x32.mat#3', 0, '0'],
      ['train_32x32.mat#4', 3, '3'],
    ]);
    expect(set.images!.map(({ sha256 }) => sha256)).toEqual([0, 1, 2, 3, 4].map(hashOf));
    expect((await listed(choices[0])).set.images![0].sha256).toBe(hashOf(0));
  });

  it('is read as scipy writes it', async () => {
    const { set, rows } = await listed(path.join(svhn(place()), 'test_32x32.mat'));
    expect(rows.map(([, label]) => label)).toEqual([0, 1, 9]);
    expect(set.images!.map(({ sha256 }) => sha256)).toEqual([0, 1, 2].map(hashOf));
  });

  it('that is damaged, cut short or something else is refused with the reason', async () => {
    const folder = place();
    const file = path.join(folder, 'train_32x32.mat');
    const refused = async (bytes: Buffer) => {
      makeFiles(folder, { 'train_32x32.mat': bytes });
      return openDataset(file, AUTO).then(
        () => 'accepted',
        (error: Error) => error.message,
      );
    };
    const whole = svhnMat([1, 2, 3]);
    expect(await refused(whole.subarray(0, 700))).toMatch(/cut short/);
    expect(await refused(svhnMat([1, 0]))).toMatch(/label 0 of image 1 is not 1 to 10/);
    expect(await refused(Buffer.from(`MATLAB 7.3 MAT-file${' '.repeat(200)}`))).toMatch(/HDF5/);
    expect(await refused(Buffer.from('MATLAB 5.0'))).toMatch(/no MATLAB 5 file/);
    expect(await refused(matFile([]))).toMatch(/no array X/);
    const damaged = Buffer.from(whole);
    damaged.fill(0x55, 140, 180);
    expect(await refused(damaged)).toMatch(/damaged|no array X/);
    // A claim of four gigabytes in an element of a few bytes.
    const bomb = svhnMat([1, 2], false);
    bomb.writeInt32LE(0x7fffffff, 128 + 8 + 16 + 8 + 12);
    expect(await refused(bomb)).toMatch(/variable X is damaged/);
  });

  it('whose compressed values end early rejects the images that are not there', async () => {
    const images = svhnMat([1, 2, 3], false).subarray(128);
    const folder = makeFiles(place(), { 'train_32x32.mat': matFile([images.subarray(0, 64 + 3072 + 1500)]) });
    const { set } = await listed(folder);
    expect(set.images!.map(({ sha256 }) => sha256)).toEqual([hashOf(0)]);
    expect(set.rejected).toEqual([1, 2].map((i) => ({ at: `train_32x32.mat#${i}`, reason: 'the file is cut short' })));
  });
});

describe('CIFAR python batches', () => {
  it('as Python 2 wrote them', async () => {
    const folder = cifarPython(place('x', 'y'), 'python2/cifar10');
    const choices = ['data_batch_1', 'test_batch'].map((name) => path.join(folder, name));
    for (const given of [folder, path.dirname(folder)]) {
      expect(await describeDataset(given, { images: false })).toEqual({ layout: 'cifar-python', sets: [], choices });
    }
    const { layout, set, rows } = await listed(path.join(folder, 'data_batch_2'));
    expect({ layout, name: set.name }).toEqual({ layout: 'cifar-10', name: 'cifar-10 train' });
    expect(rows).toEqual([
      ['data_batch_1#0', 0, 'airplane', {}],
      ['data_batch_1#1', 1, 'automobile', {}],
      ['data_batch_2#0', 2, 'bird', {}],
      ['data_batch_2#1', 3, 'cat', {}],
    ]);
    expect(set.images!.map(({ sha256 }) => sha256)).toEqual([0, 1, 2, 3].map(hashOf));
    const hundred = await listed(path.join(cifarPython(place(), 'python2/cifar100'), 'train'));
    expect(hundred.layout).toBe('cifar-100');
    expect(hundred.rows[2]).toEqual(['train#2', 92, 'fine_92', { coarse: 'coarse_2' }]);
    expect(hundred.set.images!.map(({ sha256 }) => sha256)).toEqual([0, 1, 2].map(hashOf));
  });

  it.each(['protocol2', 'protocol4', 'protocol5'])('saved again by Python 3, %s', async (protocol) => {
    const ten = await listed(path.join(cifarPython(place(), `${protocol}/cifar10`), 'test_batch'));
    expect(ten.rows).toEqual([
      ['test_batch#0', 4, null, {}],
      ['test_batch#1', 5, null, {}],
    ]);
    expect(ten.set.images!.map(({ sha256 }) => sha256)).toEqual([4, 5].map(hashOf));
    const hundred = await listed(path.join(cifarPython(place(), `${protocol}/cifar100`), 'test'));
    expect(hundred.rows).toEqual([['test#0', 93, null, { coarse: '3' }]]);
    expect(hundred.set.images![0].sha256).toBe(hashOf(3));
  });

  it('run nothing', async () => {
    const file = path.join(cifarPython(place(), 'hostile'), 'test_batch');
    await expect(openDataset(file, AUTO)).rejects.toThrow(/it wants to run (posix|os)\.system, and nothing in a pickle is run/);
    expect(existsSync('/tmp/oodlab-was-run')).toBe(false);
  });

  it('cut short or damaged anywhere are refused or read, never anything else', async () => {
    const folder = cifarPython(place(), 'python2/cifar10');
    const file = path.join(folder, 'test_batch');
    const whole = readFileSync(file);
    const outcome = () =>
      openDataset(file, AUTO).then(
        () => 'read',
        (error: { code?: string; message: string }) => error.code ?? error.message,
      );
    for (let length = 2; length < whole.length; length += length < 400 ? 3 : 500) {
      truncateSync(file, length);
      expect(await outcome()).toBe('E_DATASET');
      writeFileSync(file, whole);
    }
    for (let at = 2; at < 150; at++) {
      const damaged = Buffer.from(whole);
      damaged[at] ^= 0x55;
      writeFileSync(file, damaged);
      expect(['read', 'E_DATASET']).toContain(await outcome());
    }
  });
});

describe('MNIST and EMNIST', () => {
  it('torchvision leaves each .gz beside the raw file: one choice each', async () => {
    const folder = mnist(place('x'));
    const choices = ['t10k', 'train'].map((split) => path.join(folder, 'raw', `${split}-images-idx3-ubyte`));
    expect(await describeDataset(folder, { images: false })).toEqual({ layout: 'idx', sets: [], choices });
    const { set, rows } = await listed(choices[1]);
    expect(rows.map(([at, label]) => [at, label])).toEqual([
      ['train-images-idx3-ubyte#0', 5],
      ['train-images-idx3-ubyte#1', 0],
      ['train-images-idx3-ubyte#2', 4],
    ]);
    expect(set.images![2].sha256).toBe(grayHash(2));
  });

  it('EMNIST is turned upright; letters begin at 1', async () => {
    const folder = emnist(place());
    const { layout, set, rows } = await listed(path.join(folder, 'emnist-letters-train-images-idx3-ubyte.gz'));
    expect(layout).toBe('emnist');
    expect(rows.map(([, label, name]) => [label, name])).toEqual([
      [0, 'A'],
      [25, 'Z'],
      [1, 'B'],
    ]);
    expect(set.images!.map(({ sha256 }) => sha256)).toEqual([0, 1, 2].map(grayHash));
    const digits = await listed(path.join(folder, 'emnist-digits-test-images-idx3-ubyte.gz'));
    expect(digits.rows.map(([, label, name]) => [label, name])).toEqual([[7, '7']]);
  });
});
