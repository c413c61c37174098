import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { openSource } from '../../../electron/engine/dataset/byte-source.ts';
import { describeDataset } from '../../../electron/engine/dataset/describe-dataset.ts';
import { openDataset } from '../../../electron/engine/dataset/open-dataset.ts';
import { peekSize } from '../../../electron/engine/dataset/peek-size.ts';
import { tempFolder } from '../../helpers/temp-folder.ts';
import { idxImages, idxLabels } from './fixtures.ts';

const root = tempFolder();
const AUTO = { format: 'auto', limit: null };
const LABELS = [3, 1, 1, 0, 9, 3, 3];

/** A folder of its own with these files. @returns the path of the first. */
function write(files: Record<string, Uint8Array>): string {
  const folder = path.join(root, String(++made));
  mkdirSync(folder);
  for (const [name, bytes] of Object.entries(files)) writeFileSync(path.join(folder, name), bytes);
  return path.join(folder, Object.keys(files)[0]);
}
let made = 0;

const PLAIN = write({ 'a-images-idx3-ubyte': idxImages(7, 3, 4), 'a-labels-idx1-ubyte': idxLabels(LABELS) });
const GZ = write({
  'b-images-idx3-ubyte.gz': gzipSync(idxImages(7, 3, 4)),
  'b-labels-idx1-ubyte.gz': gzipSync(idxLabels(LABELS)),
});

describe('IDX', () => {
  it('reads the same from plain and .gz files', async () => {
    const pixelsOf = async (file: string) => {
      const set = await openDataset(file, AUTO);
      const all: unknown[] = [];
      for await (const record of set.images()) all.push([record.label, await record.load()]);
      return all;
    };
    const plain = await pixelsOf(PLAIN);
    expect(plain).toHaveLength(7);
    expect(plain[2]).toEqual([
      1,
      { width: 4, height: 3, channels: 1, pixels: Uint8Array.from({ length: 12 }, (_, i) => 14 + i) },
    ]);
    expect(await pixelsOf(GZ)).toEqual(plain);
  });

  it('describes it', async () => {
    const { layout, sets, choices } = await describeDataset(PLAIN, { images: true });
    expect({ layout, choices }).toEqual({ layout: 'idx', choices: [] });
    expect(sets[0]).toMatchObject({ count: 7, classCounts: { 0: 1, 1: 2, 3: 3, 9: 1 }, rejected: [], ignored: 0 });
    expect(sets[0].images?.[1]).toEqual({
      at: 'a-images-idx3-ubyte#1',
      shape: [3, 4],
      sha256: createHash('sha256')
        .update(Uint8Array.from({ length: 12 }, (_, i) => 7 + i))
        .digest('hex'),
      label: 1,
      labelName: null,
      tags: {},
    });
  });

  it('applies the limit, ranges and the name, and hashes what is left', async () => {
    const whole = await openDataset(PLAIN, AUTO);
    const part = await openDataset(PLAIN, { ...AUTO, limit: 3, name: 'digits' });
    expect(part).toMatchObject({ name: 'digits', count: 3, classCounts: { 1: 2, 3: 1 } });
    const indices: number[] = [];
    for await (const { index } of part.images({ from: 1, to: 99 })) indices.push(index);
    expect(indices).toEqual([1, 2]);
    const same = await openDataset(PLAIN, { ...AUTO, limit: 700 });
    expect(await same.contentSha256()).toBe(await whole.contentSha256());
    expect(await part.contentSha256()).not.toBe(await whole.contentSha256());
    expect(await peekSize(PLAIN, 'idx')).toEqual({ width: 4, height: 3, channels: 1 });
  });

  it('opens a folder with one set and offers the choice among several', async () => {
    expect((await openDataset(path.dirname(GZ), AUTO)).count).toBe(7);
    const first = write({ 'x-images-idx3-ubyte': idxImages(2, 2, 2), 'y-images-idx3-ubyte': idxImages(2, 2, 2) });
    const folder = path.dirname(first);
    const choices = [first, path.join(folder, 'y-images-idx3-ubyte')];
    expect(await describeDataset(folder, { images: false })).toEqual({ layout: 'idx', sets: [], choices });
    await expect(openDataset(folder, AUTO)).rejects.toMatchObject({
      code: 'E_DATASET',
      message: expect.stringContaining(choices[1]),
    });
  });

  const whole = idxImages(7, 3, 4);
  const other = Buffer.from(whole);
  other[2] = 0x0d;
  it.each([
    ['a file that is cut short', 'c-images-idx3-ubyte', whole.subarray(0, 60), '40 of them are missing'],
    ['a .gz of a file that is cut short', 'd-images-idx3-ubyte.gz', gzipSync(whole.subarray(0, 60)), '40 of them are missing'],
    ['a .gz that is cut short', 'e-images-idx3-ubyte.gz', gzipSync(whole).subarray(0, 50), 'cut short'],
    ['a cut header', 'f-images-idx3-ubyte', whole.subarray(0, 10), '6 are missing'],
    ['more bytes than announced', 'g-images-idx3-ubyte', Buffer.concat([whole, Buffer.alloc(5)]), 'more bytes than it should'],
    ['a bomb', 'h-images-idx3-ubyte.gz', gzipSync(Buffer.concat([whole, Buffer.alloc(1 << 22)])), 'more bytes than it should'],
    ['another magic number', 'i-images-idx3-ubyte', Buffer.from('hello, world, this is text'), 'begins with 68656c6c'],
    ['float values', 'j-images-idx3-ubyte', other, 'float32'],
    ['labels', 'k-labels-idx1-ubyte', idxLabels(LABELS), 'labels, not images'],
    ['an empty file', 'l-images-idx3-ubyte', Buffer.alloc(0), '16 are missing'],
  ])('refuses %s', async (_, name, bytes, sentence) => {
    await expect(openDataset(write({ [name]: bytes }), AUTO)).rejects.toMatchObject({
      code: 'E_DATASET',
      message: expect.stringContaining(sentence),
    });
  });

  it('refuses labels of another number', async () => {
    const file = write({ 'm-images-idx3-ubyte': whole, 'm-labels-idx1-ubyte': idxLabels([1, 2]) });
    await expect(openDataset(file, AUTO)).rejects.toThrow('2 labels for 7 images');
  });
});

describe('byte source', () => {
  it('streams a large .gz, forwards and back', async () => {
    const size = 70 << 20;
    const bytes = Buffer.alloc(size);
    for (let at = 0; at < size; at += 4096) bytes.writeUInt32LE(at, at);
    const file = write({ 'large.gz': gzipSync(bytes, { level: 1 }) });
    const source = openSource(file, size);
    const places = [0, 4096, 3 << 20, (3 << 20) - 4, 69 << 20, 8192, size - 10, size + 5, 1 << 20];
    const got = await Promise.all(places.map((at) => source.read(at, 5000)));
    places.forEach((at, i) => expect(Buffer.compare(got[i], bytes.subarray(at, at + 5000))).toBe(0));
  });
});
