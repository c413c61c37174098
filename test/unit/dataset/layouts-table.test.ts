/** One table of every layout: what it is recognised as, count, labels, tags, first and last image, each checked. */
import { hash } from 'node:crypto';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { decodeImage } from '../../../electron/engine/dataset/decode.ts';
import { describeDataset } from '../../../electron/engine/dataset/describe-dataset.ts';
import { layoutName, layoutTexts } from '../../../electron/shared/messages/layouts.ts';
import * as make from '../../fixtures/layouts/make.ts';
import { tempFolder } from '../../helpers/temp-folder.ts';
import { fixture } from './fixtures.ts';
import { rgbHash } from './layout-hash.ts';
import { zipBytes } from './zip-bytes.ts';

const root = tempFolder();

/** The pixels of a fixture image, or of the record i of a made one. */
const of = (name: string) => hash('sha256', decodeImage(fixture(name), name).pixels);
const record = (i: number, side: number) => rgbHash(side, (y, x, c) => make.pixelOf(i, { y, x, c }));
const gray = (i: number, height: number, width: number) =>
  hash(
    'sha256',
    Uint8Array.from({ length: height * width }, (_, p) => make.pixelOf(i, { y: Math.floor(p / width), x: p % width, c: 0 })),
  );
const RGB = of('png-rgb-8.png');
const JPEG = of('jpeg-444.jpg');
const JPEG_420 = of('jpeg-420.jpg');

interface Row {
  fill: (place: string) => unknown;
  /** What is pointed at; the folder itself when left out. */
  at?: string;
  count: number;
  labels?: string;
  tags?: string;
  first: string;
  last: string;
}

const zip = (place: string) =>
  make.makeFiles(place, { 'a.zip': zipBytes([{ name: 'x/1.png', data: fixture('png-rgb-8.png') }]) });
const tar = (place: string) => make.makeFiles(place, { 'a.tar': make.tarFile(make.archiveItems()) });
const flat = (place: string) => make.makeFiles(place, { '2.png': '=png-rgb-8.png', '10.jpg': '=jpeg-444.jpg' });

const ROWS: Readonly<Record<string, Row>> = {
  'image-file': { fill: flat, at: '2.png', count: 1, first: RGB, last: RGB },
  'image-folder': { fill: flat, count: 2, first: RGB, last: JPEG },
  'image-folder-classes': {
    fill: make.imageFolder,
    count: 5,
    labels: '10 1 2 2 __proto__ 1 train 1',
    first: of('png-rgb-8.png'),
    last: RGB,
  },
  archive: { fill: zip, at: 'a.zip', count: 1, first: RGB, last: RGB },
  'archive-classes': {
    fill: tar,
    at: 'a.tar',
    count: 4,
    labels: '10 1 2 2 __proto__ 1',
    first: JPEG,
    last: of('png-rgba-8.png'),
  },
  idx: {
    fill: make.mnist,
    at: 'raw/train-images-idx3-ubyte',
    count: 3,
    labels: '0 1 4 1 5 1',
    first: gray(0, 28, 28),
    last: gray(2, 28, 28),
  },
  emnist: {
    fill: make.emnist,
    at: 'emnist-letters-train-images-idx3-ubyte.gz',
    count: 3,
    labels: 'A 1 B 1 Z 1',
    first: gray(0, 28, 28),
    last: gray(2, 28, 28),
  },
  'cifar-10': {
    fill: (place) => make.cifarPython(place, 'python2/cifar10'),
    at: 'data_batch_1',
    count: 4,
    labels: 'airplane 1 automobile 1 bird 1 cat 1',
    first: record(0, 32),
    last: record(3, 32),
  },
  'cifar-100': {
    fill: make.cifar100,
    at: 'train.bin',
    count: 4,
    labels: 'fine_90 1 fine_91 1 fine_92 1 fine_93 1',
    tags: 'coarse',
    first: record(0, 32),
    last: record(3, 32),
  },
  stl10: {
    fill: make.stl10,
    at: 'train_X.bin',
    count: 3,
    labels: 'airplane 1 bird 1 truck 1',
    first: record(0, 96),
    last: record(2, 96),
  },
  svhn: {
    fill: make.svhn,
    at: 'train_32x32.mat',
    count: 5,
    labels: '0 2 1 1 2 1 3 1',
    first: record(0, 32),
    last: record(4, 32),
  },
  npy: { fill: make.numpyArrays, at: 'images.npy', count: 3, labels: '3 1 7 1', first: arrayHash(0), last: arrayHash(2) },
  npz: { fill: make.numpyArrays, at: 'planes.npz', count: 3, labels: '3 1 7 1', first: arrayHash(0), last: arrayHash(2) },
  dtd: { fill: make.dtd, count: 3, labels: 'banded 1 zigzagged 2', first: JPEG, last: JPEG },
  places365: { fill: make.places365, count: 3, labels: 'airfield 1 zen_garden 1', first: JPEG, last: JPEG_420 },
  isun: { fill: make.isun, count: 2, first: JPEG, last: JPEG_420 },
  'lsun-crop': { fill: make.lsunCrop, count: 3, first: RGB, last: of('png-rgba-8.png') },
  'lsun-resize': { fill: make.lsunResize, count: 1, first: JPEG, last: JPEG },
  cityscapes: {
    fill: make.cityscapes,
    at: 'leftImg8bit/val',
    count: 2,
    tags: 'city split',
    first: RGB,
    last: of('png-rgba-8.png'),
  },
  bdd100k: {
    fill: make.bdd100k,
    at: 'images/100k/val',
    count: 3,
    tags: 'scene split timeofday weather',
    first: JPEG,
    last: JPEG_420,
  },
  'pascal-voc': { fill: make.pascalVoc, count: 3, tags: 'objects', first: JPEG, last: JPEG },
  coco: { fill: make.coco, at: 'val2017', count: 4, tags: 'objects split', first: JPEG, last: JPEG_420 },
  'open-images': { fill: make.openImages, at: 'validation', count: 3, tags: 'objects split', first: JPEG_420, last: JPEG },
  woodscape: { fill: make.woodscape, count: 3, tags: 'camera objects split', first: RGB, last: RGB },
  'woodscape-soiling': { fill: make.woodscapeSoiling, at: 'train', count: 2, tags: 'camera split', first: RGB, last: RGB },
  'openood-imglist': {
    fill: make.openOod,
    at: 'benchmark_imglist/cifar10/test_mixed.txt',
    count: 2,
    labels: '7 1',
    first: RGB,
    last: JPEG,
  },
  'csv-manifest': {
    fill: make.manifest,
    count: 2,
    labels: '10 1 __proto__ 1',
    tags: 'city night weather',
    first: RGB,
    last: of('png-gray-8.png'),
  },
};

function arrayHash(i: number): string {
  const value = (p: number) => ({ y: Math.floor(p / 15), x: Math.floor(p / 3) % 5, c: p % 3 });
  return hash(
    'sha256',
    Uint8Array.from({ length: 60 }, (_, p) => make.pixelOf(i, value(p))),
  );
}

async function read(layout: string, { fill, at = '' }: Row) {
  const place = path.join(root, layout, 'x');
  fill(place);
  const { layout: recognised, sets } = await describeDataset(path.join(place, at), { images: true });
  const [set] = sets;
  const images = set.images!;
  const labels = Object.entries(set.classCounts ?? {}).filter(([, count]) => count > 0);
  return {
    recognised,
    count: set.count,
    labels: labels
      .map(([name, count]) => `${name} ${count}`)
      .sort()
      .join(' '),
    tags: [...new Set(images.flatMap(({ tags }) => Object.keys(tags)))].sort().join(' '),
    first: images[0].sha256,
    last: images.at(-1)!.sha256,
  };
}

describe('every layout', () => {
  it('is recognised with its count, labels, tags and pixels', async () => {
    const lines: string[] = [];
    const found: Record<string, unknown> = {};
    for (const [layout, row] of Object.entries(ROWS)) {
      const { first, last, ...facts } = (found[layout] = await read(layout, row));
      const cells = [
        layout,
        facts.recognised,
        facts.count,
        facts.labels || '-',
        facts.tags || '-',
        first.slice(0, 10),
        last.slice(0, 10),
      ];
      lines.push(`| ${cells.join(' | ')} |`);
    }
    console.log(['| layout | recognised as | count | labels | tags | first image | last image |', ...lines].join('\n'));
    const expected = Object.entries(ROWS).map(([layout, { count, labels = '', tags = '', first, last }]) => {
      return [layout, { recognised: layout, count, labels, tags, first, last }];
    });
    expect(found).toEqual(Object.fromEntries(expected));
  });

  it('has a name in English and in French', () => {
    for (const layout of Object.keys(ROWS)) {
      expect(Object.keys(layoutTexts.en)).toContain(layout);
      expect(layoutName('fr', layout)).not.toBe('');
    }
    expect(layoutName('en', 'of tomorrow')).toBe('of tomorrow');
  });
});
