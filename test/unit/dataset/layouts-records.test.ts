import { truncateSync, writeFileSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { describeDataset } from '../../../electron/engine/dataset/describe-dataset.ts';
import { openDataset } from '../../../electron/engine/dataset/open-dataset.ts';
import { CIFAR10, cifar10, cifar100, dtd, imageFolder, makeFiles, pixelOf, stl10 } from '../../fixtures/layouts/make.ts';
import { tempFolder } from '../../helpers/temp-folder.ts';
import { rgbHash } from './layout-hash.ts';

const root = tempFolder();
let made = 0;
/** Names say nothing of the layout. */
const place = (...more: string[]) => path.join(root, `set${++made}`, ...more);
const AUTO = { format: 'auto', limit: null };

async function listed(given: string) {
  const { layout, sets } = await describeDataset(given, { images: true });
  return { layout, set: sets[0], rows: sets[0].images!.map(({ at, label, labelName, tags }) => [at, label, labelName, tags]) };
}
const hashOf = (i: number, side: number) => rgbHash(side, (y, x, c) => pixelOf(i, { y, x, c }));

describe('CIFAR binary batches', () => {
  it('of CIFAR-10: the folder offers its splits, a batch stands for all of its split', async () => {
    const folder = cifar10(place());
    const choices = ['data_batch_1.bin', 'test_batch.bin'].map((name) => path.join(folder, name));
    expect(await describeDataset(folder, { images: false })).toEqual({ layout: 'cifar-binary', sets: [], choices });
    const { layout, set, rows } = await listed(path.join(folder, 'data_batch_3.bin'));
    expect({ layout, name: set.name, count: set.count }).toEqual({ layout: 'cifar-10', name: 'cifar-10 train', count: 10 });
    expect([rows[0], rows[9]]).toEqual([
      ['data_batch_1.bin#0', 0, 'airplane', {}],
      ['data_batch_5.bin#1', 9, 'truck', {}],
    ]);
    expect([set.images![0].sha256, set.images![9].sha256]).toEqual([hashOf(0, 32), hashOf(9, 32)]);
    expect(set.classCounts).toEqual(Object.fromEntries(CIFAR10.map((name) => [name, 1])));
  });

  it('of CIFAR-10 are found from the parent', async () => {
    const inner = cifar10(place('anything'));
    const { choices } = await describeDataset(path.dirname(inner), { images: false });
    expect(choices).toHaveLength(2);
  });

  it('of CIFAR-100: the second byte is the class, the first a tag', async () => {
    const { layout, set, rows } = await listed(path.join(cifar100(place()), 'train.bin'));
    expect({ layout, count: set.count }).toEqual({ layout: 'cifar-100', count: 4 });
    expect([rows[0], rows[3]]).toEqual([
      ['train.bin#0', 90, 'fine_90', { coarse: 'coarse_0' }],
      ['train.bin#3', 93, 'fine_93', { coarse: 'coarse_3' }],
    ]);
    expect([set.images![0].sha256, set.images![3].sha256]).toEqual([hashOf(0, 32), hashOf(3, 32)]);
  });

  it('cut short or with labels that cannot be are refused', async () => {
    const folder = cifar10(place());
    const test = path.join(folder, 'test_batch.bin');
    truncateSync(test, 3073 * 2 + 5);
    await expect(openDataset(test, AUTO)).rejects.toThrow(/cut short or damaged: its 6151 bytes/);
    writeFileSync(test, Buffer.alloc(3073, 10));
    await expect(openDataset(test, AUTO)).rejects.toThrow(/record 0 has the label 10/);
  });

  it('are limited and hashed by what they hold', async () => {
    const file = path.join(cifar10(place()), 'data_batch_1.bin');
    const set = await openDataset(file, { format: 'auto', limit: 3 });
    expect(set.count).toBe(3);
    const all = await (await openDataset(file, AUTO)).contentSha256();
    expect(await set.contentSha256()).not.toBe(all);
    const bytes = readFileSync(file);
    bytes[0] = 5;
    writeFileSync(file, bytes);
    expect(await (await openDataset(file, AUTO)).contentSha256()).not.toBe(all);
  });
});

describe('STL-10', () => {
  it('is turned upright, its labels begin at 1', async () => {
    const folder = stl10(place());
    expect((await describeDataset(folder, { images: false })).choices).toHaveLength(3);
    const { layout, set, rows } = await listed(path.join(folder, 'train_X.bin'));
    expect({ layout, count: set.count }).toEqual({ layout: 'stl10', count: 3 });
    expect(rows).toEqual([
      ['train_X.bin#0', 0, 'airplane', {}],
      ['train_X.bin#1', 9, 'truck', {}],
      ['train_X.bin#2', 1, 'bird', {}],
    ]);
    expect([set.images![0].sha256, set.images![2].sha256]).toEqual([hashOf(0, 96), hashOf(2, 96)]);
    expect((await listed(path.join(folder, 'unlabeled_X.bin'))).rows).toEqual([['unlabeled_X.bin#0', null, null, {}]]);
    expect((await listed(path.join(folder, 'test_y.bin'))).set.classCounts).toMatchObject({ car: 2, cat: 0 });
  });

  it('with labels of another file or outside 1 to 10 is refused', async () => {
    const folder = stl10(place());
    writeFileSync(path.join(folder, 'train_y.bin'), Buffer.from([1, 2]));
    await expect(openDataset(path.join(folder, 'train_X.bin'), AUTO)).rejects.toThrow(/2 labels for 3 images/);
    writeFileSync(path.join(folder, 'train_y.bin'), Buffer.from([1, 2, 0]));
    await expect(openDataset(path.join(folder, 'train_X.bin'), AUTO)).rejects.toThrow(/label 0 of image 2/);
  });
});

describe('DTD', () => {
  it('is read as folder, from its parent and by a split list that cannot leave the folder', async () => {
    const folder = dtd(place('x'));
    const { layout, set, rows } = await listed(folder);
    expect({ layout, count: set.count, ignored: set.ignored }).toEqual({ layout: 'dtd', count: 3, ignored: 1 });
    expect(rows[0]).toEqual(['images/banded/banded_0002.jpg', 0, 'banded', {}]);
    expect((await listed(path.dirname(folder))).rows[2][0]).toBe('x/images/zigzagged/zigzagged_0010.jpg');
    const list = await listed(path.join(folder, 'labels/test1.txt'));
    expect(list.rows.map(([at, label]) => [at, label])).toEqual([
      ['images/zigzagged/zigzagged_0001.jpg', 1],
      ['images/zigzagged/zigzagged_0010.jpg', 1],
    ]);
    expect((await listed(path.join(folder, 'images'))).layout).toBe('image-folder-classes');
  });
});

describe('ImageFolder', () => {
  it("numbers classes in torchvision's order, whatever their names", async () => {
    const { layout, set, rows } = await listed(imageFolder(place()));
    expect(layout).toBe('image-folder-classes');
    expect(Object.fromEntries(rows.map(([at, label, name]) => [at, [label, name]]))).toEqual({
      '10/a.png': [0, '10'],
      '2/b.png': [1, '2'],
      '2/c.png': [1, '2'],
      '__proto__/e.png': [2, '__proto__'],
      'train/d.png': [3, 'train'],
    });
    expect(Object.entries(set.classCounts!)).toEqual([
      ['2', 2],
      ['10', 1],
      ['__proto__', 1],
      ['train', 1],
    ]);
  });

  it('offers split folders that hold the same classes', async () => {
    const split = { 'a/1.png': '=png-rgb-8.png', 'b/2.png': '=png-rgb-8.png' };
    const folder = place();
    for (const name of ['train', 'val']) makeFiles(path.join(folder, name), split);
    expect((await describeDataset(folder, { images: false })).choices).toEqual(['train', 'val'].map((n) => path.join(folder, n)));
    expect((await listed(path.join(folder, 'val'))).set.classCounts).toEqual({ a: 1, b: 1 });
  });
});
