import { truncateSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { describeDataset } from '../../../electron/engine/dataset/describe-dataset.ts';
import { openDataset } from '../../../electron/engine/dataset/open-dataset.ts';
import { bdd100k, cityscapes, makeFiles, pascalVoc } from '../../fixtures/layouts/make.ts';
import { tempFolder } from '../../helpers/temp-folder.ts';
import { EXPECTED } from './fixtures.ts';

const root = tempFolder();
let made = 0;
const place = (...more: string[]) => path.join(root, `set${++made}`, ...more);
const AUTO = { format: 'auto', limit: null };

async function listed(given: string) {
  const { layout, sets } = await describeDataset(given, { images: true });
  return { layout, set: sets[0], rows: sets[0].images!.map(({ at, tags }) => [at, tags]) };
}

describe('Cityscapes', () => {
  it('offers its splits from the folder, its parent and leftImg8bit; cities are tags', async () => {
    const folder = cityscapes(place('x'));
    const choices = ['train', 'val'].map((split) => path.join(folder, 'leftImg8bit', split));
    for (const given of [folder, path.dirname(folder), path.join(folder, 'leftImg8bit')]) {
      expect(await describeDataset(given, { images: false })).toEqual({ layout: 'cityscapes', sets: [], choices });
    }
    const { layout, set, rows } = await listed(choices[1]);
    expect({ layout, name: set.name, count: set.count }).toEqual({ layout: 'cityscapes', name: 'cityscapes val', count: 2 });
    expect(rows).toEqual([
      ['frankfurt/frankfurt_000000_000294_leftImg8bit.png', { split: 'val', city: 'frankfurt' }],
      ['munster/munster_000000_000019_leftImg8bit.png', { split: 'val', city: 'munster' }],
    ]);
    expect(set.images!.map(({ sha256 }) => sha256)).toEqual([
      EXPECTED.exact['png-rgb-8.png'].sha256,
      EXPECTED.exact['png-rgba-8.png'].sha256,
    ]);
  });
});

describe('BDD100k', () => {
  it('takes weather, scene and time of day as tags, and images that are in no json', async () => {
    const folder = bdd100k(place('y'));
    expect((await describeDataset(folder, { images: false })).choices).toHaveLength(2);
    const expected = [
      ['b1c66a42-6f7d68ca.jpg', { split: 'val', weather: 'rainy', scene: 'city street', timeofday: 'night' }],
      ['b1c81faa-3df17267.jpg', { split: 'val', weather: 'NaN "clear"' }],
      ['zz-in-no-json.jpg', { split: 'val' }],
    ];
    for (const given of ['images/100k/val', 'labels/bdd100k_labels_images_val.json']) {
      const { layout, rows } = await listed(path.join(folder, given));
      expect({ layout, rows }).toEqual({ layout: 'bdd100k', rows: expected });
    }
    expect((await listed(path.join(folder, 'images/100k/train'))).rows[0][1]).toMatchObject({ timeofday: 'night' });
  });

  it('with a label file that is cut short or no array is refused', async () => {
    const folder = bdd100k(place());
    const labels = path.join(folder, 'labels/bdd100k_labels_images_val.json');
    truncateSync(labels, 200);
    const open = () => openDataset(path.join(folder, 'images/100k/val'), AUTO);
    await expect(open()).rejects.toThrow(/bdd100k_labels_images_val.json cannot be read: it is cut short/);
    makeFiles(folder, { 'labels/bdd100k_labels_images_val.json': '{"frames": []}' });
    await expect(open()).rejects.toThrow(/holds no JSON array/);
  });

  it('has another hash with other tags', async () => {
    const folder = bdd100k(place());
    const hashOf = async () => (await openDataset(path.join(folder, 'images/100k/train'), AUTO)).contentSha256();
    const before = await hashOf();
    makeFiles(folder, { 'labels/det_20/det_train.json': '[]' });
    expect(await hashOf()).not.toBe(before);
  });
});

describe('Pascal VOC', () => {
  it('is all of JPEGImages with the classes of its objects, parts left out', async () => {
    const folder = pascalVoc(place('VOC', 'z'));
    const { layout, rows } = await listed(folder);
    expect(layout).toBe('pascal-voc');
    expect(rows).toEqual([
      ['JPEGImages/2007_000027.jpg', { objects: 'person' }],
      ['JPEGImages/2008_000002.jpg', { objects: 'tvmonitor' }],
      ['JPEGImages/2008_000003.jpg', { objects: 'person+train' }],
    ]);
    expect((await listed(path.dirname(folder))).rows[0][0]).toBe('z/JPEGImages/2007_000027.jpg');
  });

  it('is what a list names, in its order, never a file elsewhere', async () => {
    const folder = pascalVoc(place());
    for (const list of ['val', 'train_val']) {
      const { rows } = await listed(path.join(folder, `ImageSets/Main/${list}.txt`));
      expect(rows.map(([at]) => at)).toEqual(['JPEGImages/2008_000003.jpg', 'JPEGImages/2008_000002.jpg']);
    }
    await expect(openDataset(path.join(folder, 'ImageSets/Main/broken.txt'), AUTO)).rejects.toThrow(
      /names 1 images that are not in JPEGImages: ..\/..\/secret/,
    );
  });
});
