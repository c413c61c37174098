import { hash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { zipBytes } from './zip-bytes.ts';
import { describeDataset } from '../../../electron/engine/dataset/describe-dataset.ts';
import { openDataset } from '../../../electron/engine/dataset/open-dataset.ts';
import * as make from '../../fixtures/layouts/make.ts';
import { tempFolder } from '../../helpers/temp-folder.ts';
import { EXPECTED } from './fixtures.ts';

const root = tempFolder();
let made = 0;
const place = (...more: string[]) => path.join(root, `set${++made}`, ...more);
const AUTO = { format: 'auto', limit: null };

async function listed(given: string) {
  const { layout, sets } = await describeDataset(given, { images: true });
  return { layout, set: sets[0], rows: sets[0].images!.map(({ at, label, labelName }) => [at, label, labelName]) };
}
const choicesOf = async (given: string) => (await describeDataset(given, { images: false })).choices;
const refusal = (given: string) =>
  openDataset(given, AUTO).then(
    () => 'accepted',
    (error: Error) => error.message,
  );

/** The image i of make_arrays.py. */
const pixels = (i: number, channels: number) =>
  Uint8Array.from({ length: 20 * channels }, (_, p) => {
    const [at, c] = [Math.floor(p / channels), p % channels];
    return make.pixelOf(i, { y: Math.floor(at / 5), x: at % 5, c });
  });
const pixelHash = (i: number, channels: number) => hash('sha256', pixels(i, channels));

describe('numpy arrays', () => {
  it('in a folder are offered, one by one', async () => {
    const folder = make.numpyArrays(place());
    const choices = ['images.npy', 'keras.npz!/x_train.npy', 'keras.npz!/x_test.npy', 'planes.npz!/val_images.npy'];
    expect(await choicesOf(folder)).toEqual(choices.map((name) => path.join(folder, name)));
    expect(await choicesOf(path.join(folder, 'keras.npz'))).toEqual(choices.slice(1, 3).map((name) => path.join(folder, name)));
  });

  it('with the labels beside them; below 0 is no class', async () => {
    const folder = make.numpyArrays(place());
    const { layout, set, rows } = await listed(path.join(folder, 'images.npy'));
    expect(layout).toBe('npy');
    expect(rows).toEqual([
      ['images.npy#0', 3, null],
      ['images.npy#1', null, null],
      ['images.npy#2', 7, null],
    ]);
    expect(set.images!.map(({ shape, sha256 }) => [shape, sha256])).toEqual([0, 1, 2].map((i) => [[4, 5, 3], pixelHash(i, 3)]));
    expect(set.classCounts).toEqual({ 3: 1, 7: 1 });
  });

  it('stored or packed in an .npz, gray or by planes', async () => {
    const folder = make.numpyArrays(place());
    const keras = await listed(path.join(folder, 'keras.npz!/x_train'));
    expect(keras.rows).toEqual([
      ['keras.npz!/x_train.npy#0', 3, null],
      ['keras.npz!/x_train.npy#1', 5, null],
      ['keras.npz!/x_train.npy#2', 7, null],
    ]);
    expect(keras.set.images!.map(({ shape, sha256 }) => [shape, sha256])).toEqual(
      [0, 1, 2].map((i) => [[4, 5], pixelHash(i, 1)]),
    );
    const planes = await listed(path.join(folder, 'planes.npz'));
    expect(planes.rows[2]).toEqual(['planes.npz!/val_images.npy#2', 7, null]);
    expect(planes.set.images!.map(({ sha256 }) => sha256)).toEqual([0, 1, 2].map((i) => pixelHash(i, 3)));
  });

  it('of other types, damaged or cut short are refused with the reason', async () => {
    const folder = make.numpyArrays(place(), [
      'float.npy',
      'fortran.npy',
      'objects.npy',
      'keras.npz',
      'planes.npz',
      'images.npy',
    ]);
    const file = (name: string) => path.join(folder, name);
    expect(await refusal(file('float.npy'))).toMatch(/holds no images: found an array of <f4 \[3, 4, 5, 3\]/);
    expect(await refusal(file('fortran.npy'))).toMatch(/in Fortran order/);
    expect(await refusal(file('objects.npy'))).toMatch(/holds no images: found an array of \|O/);
    writeFileSync(file('images.npy'), readFileSync(file('images.npy')).subarray(0, 200));
    expect(await refusal(file('images.npy'))).toMatch(/images.npy cannot be read: it is cut short/);
    for (const [name, inner] of [
      ['keras.npz', '!/x_train'],
      ['planes.npz', ''],
    ]) {
      const bytes = readFileSync(file(name));
      const at = bytes.indexOf('NUMPY') > 0 ? bytes.indexOf('NUMPY') + 140 : 160;
      bytes[at] ^= 0xff;
      writeFileSync(file(name), bytes);
      expect(await refusal(file(name) + inner)).toMatch(/damaged: its checksum differs|holds no images/);
    }
  });
});

const CLASSES = [
  ['set/10/a.png', 0, '10'],
  ['set/2/img9.jpg', 1, '2'],
  ['set/2/img10.png', 1, '2'],
  [`set/__proto__/${'long/'.repeat(24)}e.png`, 2, '__proto__'],
];

describe('archives of images', () => {
  it.each([
    ['set.zip', () => zipBytes(make.archiveItems())],
    ['set.tar', () => make.tarFile(make.archiveItems())],
    ['set.tar.gz', () => gzipSync(make.tarFile(make.archiveItems(), false))],
    ['set.tgz', () => gzipSync(make.tarFile(make.archiveItems()))],
  ])('%s is read in place, its outer folder is no class', async (name, bytes) => {
    const folder = make.makeFiles(place(), { [name]: bytes() });
    for (const given of [folder, path.join(folder, name)]) {
      const { layout, set, rows } = await listed(given);
      expect(layout).toBe('archive-classes');
      expect([...rows].sort((a, b) => String(a[0]).localeCompare(String(b[0])))).toEqual(
        CLASSES.map(([at, ...label]) => [`${name}!/${at}`, ...label]).sort((a, b) => String(a[0]).localeCompare(String(b[0]))),
      );
      expect(rows.findIndex(([at]) => String(at).endsWith('img9.jpg'))).toBeLessThan(
        rows.findIndex(([at]) => String(at).endsWith('img10.png')),
      );
      expect(set.images!.find(({ at }) => at.endsWith('a.png'))!.sha256).toBe(EXPECTED.exact['png-rgb-8.png'].sha256);
      expect(set.ignored).toBe(name === 'set.zip' ? 3 : 4);
    }
  });

  it('with splits are offered by FILE!/FOLDER, with another hash each', async () => {
    const png = make.imageBytes('png-rgb-8.png');
    const items = ['train/a/1.png', 'train/b/2.png', 'val/a/3.png', 'val/b/4.png'].map((name) => ({ name, data: png }));
    const file = path.join(make.makeFiles(place(), { 's.zip': zipBytes(items) }), 's.zip');
    expect(await choicesOf(file)).toEqual([`${file}!/train`, `${file}!/val`]);
    const { set, rows } = await listed(`${file}!/val`);
    expect(rows).toEqual([
      ['s.zip!/val/a/3.png', 0, 'a'],
      ['s.zip!/val/b/4.png', 1, 'b'],
    ]);
    expect(set.classCounts).toEqual({ a: 1, b: 1 });
    const hashes = await Promise.all(
      ['train', 'val'].map(async (split) => (await openDataset(`${file}!/${split}`, AUTO)).contentSha256()),
    );
    expect(new Set(hashes).size).toBe(2);
  });

  it('whose names leave the folder are refused whole', async () => {
    for (const name of ['../../etc/cron.d/x.png', '/etc/x.png', 'a/../../x.png', 'C:\\x.png']) {
      const items = [
        { name: 'ok.png', data: make.imageBytes('png-rgb-8.png') },
        { name, data: Buffer.from('x') },
      ];
      const folder = make.makeFiles(place(), { 'a.tar': make.tarFile(items), 'b.zip': zipBytes(items) });
      for (const file of ['a.tar', 'b.zip'])
        expect(await refusal(path.join(folder, file))).toMatch(/leaves the archive's folder/);
    }
  });

  it('that are bombs or cut short reject the entry and keep the rest', async () => {
    const good = { name: 'a.png', data: make.imageBytes('png-rgb-8.png') };
    const bomb = zipBytes([
      good,
      { name: 'b.png', data: Buffer.alloc(50_000_000), size: 100 },
      { name: 'c.png', data: good.data, size: 2 ** 32 - 2 },
    ]);
    const tar = make.tarFile([good, { name: 'b.png', data: good.data, size: 3 * 2 ** 30 }]);
    const short = make.tarFile([good, { name: 'b.png', data: good.data }]);
    const folder = make.makeFiles(place(), {
      'a.zip': bomb,
      'b.tar': tar,
      'c.tar': short.subarray(0, short.length - 1024 - 512),
    });
    const reasons = async (file: string) =>
      (await listed(path.join(folder, file))).set.rejected.map(({ at, reason }) => `${at}: ${reason}`);
    const before = process.memoryUsage().rss;
    expect(await reasons('a.zip')).toEqual([
      expect.stringMatching(/^a.zip!\/b.png: .*cannot be unpacked/),
      expect.stringMatching(/^a.zip!\/c.png: an entry of 4294967294 bytes is larger/),
    ]);
    expect(process.memoryUsage().rss - before).toBeLessThan(200e6);
    expect(await reasons('b.tar')).toEqual([expect.stringMatching(/^b.tar!\/b.png: an entry of 3221225472 bytes is larger/)]);
    expect(await reasons('c.tar')).toEqual([expect.stringMatching(/^c.tar!\/b.png: the archive is cut short/)]);
  });

  it('that are damaged, or hold no images, are refused with the reason', async () => {
    const tar = make.tarFile(make.archiveItems());
    tar[600] ^= 1;
    const folder = make.makeFiles(place(), {
      'damaged.tar': tar,
      'text.tar': make.tarFile([{ name: 'a.txt', data: Buffer.from('x') }]),
      'no.zip': Buffer.from('PK\x03\x04'),
      'no.tar.gz': gzipSync(Buffer.alloc(700, 1)),
    });
    expect(await refusal(path.join(folder, 'damaged.tar'))).toMatch(
      /damaged.tar cannot be read: it is damaged: a checksum differs/,
    );
    expect(await refusal(path.join(folder, 'text.tar'))).toMatch(/text.tar holds no images: .* found 1 other files/);
    expect(await refusal(path.join(folder, 'no.zip'))).toMatch(/no.zip cannot be read: its end is cut off/);
    expect(await refusal(path.join(folder, 'no.tar.gz'))).toMatch(/no.tar.gz cannot be read: it is damaged/);
  });
});

describe('several data sets in one folder', () => {
  it('are offered and never merged', async () => {
    const folder = place();
    make.cifar10(path.join(folder, 'cifar-10-batches-bin'));
    make.dtd(path.join(folder, 'dtd'));
    make.makeFiles(folder, { 'photos/1.jpg': '=jpeg-444.jpg', 'notes/a.txt': 'x' });
    expect(await describeDataset(folder, { images: false })).toEqual({
      layout: 'several',
      sets: [],
      choices: ['cifar-10-batches-bin', 'dtd', 'photos'].map((name) => path.join(folder, name)),
    });
    await expect(openDataset(folder, AUTO)).rejects.toThrow(/holds 3 data sets/);
  });
});
