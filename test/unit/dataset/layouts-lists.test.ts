import { truncateSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
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
  return { layout, set: sets[0], rows: sets[0].images!.map(({ at, label, labelName, tags }) => [at, label, labelName, tags]) };
}
const choicesOf = async (given: string) => (await describeDataset(given, { images: false })).choices;

describe('COCO', () => {
  it('takes objects as tags by image id, whatever the order; gray stays gray; says what is missing', async () => {
    const folder = make.coco(place('x'));
    const choices = ['train2017', 'val2017'].map((split) => path.join(folder, split));
    for (const given of [folder, path.dirname(folder)]) expect(await choicesOf(given)).toEqual(choices);
    for (const given of [choices[1], path.join(folder, 'annotations/instances_val2017.json')]) {
      const { layout, set, rows } = await listed(given);
      expect(layout).toBe('coco');
      expect(rows.map(([at, , , tags]) => [at, tags])).toEqual([
        ['000000000139.jpg', { split: 'val2017', objects: 'dog+person' }],
        ['000000000632.jpg', { split: 'val2017' }],
        ['000000000785.jpg', { split: 'val2017', objects: '__proto__+dog' }],
        ['000000000999.jpg', { split: 'val2017' }],
      ]);
      expect(set.images![1].shape).toHaveLength(2);
      expect(set.rejected).toEqual([
        { at: 'instances_val2017.json', reason: 'names 2 images that are not there: 000000000009.jpg, passwd' },
      ]);
    }
  });

  it('with a label file that is cut short or of another kind is refused', async () => {
    const folder = make.coco(place());
    const labels = path.join(folder, 'annotations/instances_val2017.json');
    truncateSync(labels, 500);
    await expect(openDataset(labels, AUTO)).rejects.toThrow(/instances_val2017.json cannot be read: it is cut short/);
    make.makeFiles(folder, { 'annotations/instances_val2017.json': '[]' });
    await expect(openDataset(labels, AUTO)).rejects.toThrow(/holds no JSON object/);
  });
});

describe('Open Images', () => {
  it('takes what is there as tags, never what was looked for in vain; ids stay text', async () => {
    const folder = make.openImages(place('x'));
    for (const given of [
      folder,
      path.dirname(folder),
      path.join(folder, 'validation'),
      path.join(folder, 'validation-annotations-bbox.csv'),
    ]) {
      const { layout, rows } = await listed(given);
      expect(layout).toBe('open-images');
      expect(rows.map(([at, , , tags]) => [path.basename(at as string), tags])).toEqual([
        ['00e1000000000001.jpg', { split: 'validation', objects: 'Car+Person, standing' }],
        ['0000000000000100.jpg', { split: 'validation', objects: 'Car+Dog' }],
        ['1e10000000000000.jpg', { split: 'validation' }],
      ]);
    }
  });

  it("is read in FiftyOne's folders", async () => {
    const { layout, rows } = await listed(make.openImagesFiftyOne(place()));
    expect([layout, ...rows]).toEqual([
      'open-images',
      ['validation/data/0000000000000100.jpg', null, null, { split: 'validation', objects: 'Car' }],
    ]);
  });
});

describe('WoodScape', () => {
  it('is read through its doubled folders; an empty file of boxes is valid', async () => {
    const folder = make.woodscape(place('x'));
    const { layout, rows } = await listed(folder);
    expect(layout).toBe('woodscape');
    expect(rows.map(([at, , , tags]) => [at, tags])).toEqual([
      ['rgb_images/rgb_images/00000_FV.png', { split: 'rgb_images', camera: 'FV', objects: 'person+vehicles' }],
      ['rgb_images/rgb_images/00001_MVL.png', { split: 'rgb_images', camera: 'MVL' }],
      ['rgb_images/rgb_images/00002_RV.png', { split: 'rgb_images', camera: 'RV', objects: 'bicycle' }],
    ]);
    for (const given of [path.dirname(folder), path.join(folder, 'rgb_images/rgb_images')]) {
      expect((await listed(given)).layout).toBe('woodscape');
    }
  });

  it('is what a list names, in its order', async () => {
    const folder = make.woodscape(place());
    const { rows } = await listed(path.join(folder, 'train.txt'));
    expect(rows.map(([at, , , tags]) => [at, (tags as Record<string, string>).split])).toEqual([
      ['00002_RV.png', 'train'],
      ['00000_FV.png', 'train'],
    ]);
    await expect(openDataset(path.join(folder, 'broken.txt'), AUTO)).rejects.toThrow(
      /names 1 images that are not there: 09999_MVL/,
    );
  });

  it('soiling is another layout, with splits and cameras', async () => {
    const folder = make.woodscapeSoiling(place('x', 'soiling_dataset', 'soiling_dataset'));
    const choices = ['train', 'test'].map((split) => path.join(folder, split, 'rgbImages'));
    for (const given of [folder, path.dirname(folder)]) expect(await choicesOf(given)).toEqual(choices);
    for (const given of [choices[0], path.join(folder, 'train')]) {
      const { layout, set, rows } = await listed(given);
      expect({ layout, name: set.name }).toEqual({ layout: 'woodscape-soiling', name: 'woodscape-soiling train' });
      expect(rows.map(([, , , tags]) => tags)).toEqual([
        { split: 'train', camera: 'MVR' },
        { split: 'train', camera: 'FV' },
      ]);
    }
  });
});

describe('Places365', () => {
  it('takes classes from the list of the folder that is there, and says what the list names in vain', async () => {
    const folder = make.places365(place('x'));
    const list = path.join(folder, 'filelist_places365-standard/places365_val.txt');
    for (const given of [folder, path.dirname(folder), path.join(folder, 'val_256'), list]) {
      const { layout, set, rows } = await listed(given);
      expect({ layout, count: set.count }).toEqual({ layout: 'places365', count: 3 });
      expect(rows.map(([at, label, name]) => [path.basename(at as string), label, name])).toEqual([
        ['Places365_val_00000001.jpg', 2, 'zen_garden'],
        ['Places365_val_00000002.jpg', 0, 'airfield'],
        ['Places365_val_00000009.jpg', null, null],
      ]);
      expect(set.classCounts).toEqual({ airfield: 1, 'apartment_building/outdoor': 0, zen_garden: 1 });
      expect(set.rejected).toEqual([
        { at: 'places365_val.txt', reason: 'names 1 images that are not in val_256: Places365_val_00000003.jpg' },
      ]);
    }
  });
});

describe('iSUN and LSUN', () => {
  it.each([
    ['isun', make.isun, 'iSUN/iSUN_patches/sun_aaajuldidvlcyzhv.jpeg', 2],
    ['lsun-crop', make.lsunCrop, 'test/0.png', 3],
    ['lsun-resize', make.lsunResize, 'LSUN_resize/LSUN_resize/0.jpg', 1],
  ] as const)('%s has no classes, the inner folder is none', async (layout, fill, first, count) => {
    const folder = fill(place('x'));
    const found = await listed(folder);
    expect({ layout: found.layout, count: found.set.count, classCounts: found.set.classCounts }).toEqual({
      layout,
      count,
      classCounts: null,
    });
    expect(found.rows[0]).toEqual([first, null, null, {}]);
    expect((await listed(path.dirname(folder))).layout).toBe(layout);
  });

  it('leave a class called "test" alone', async () => {
    const folder = make.makeFiles(place(), { 'test/photo.png': '=png-rgb-8.png', 'bus/1.png': '=png-rgb-8.png' });
    expect((await listed(folder)).set.classCounts).toEqual({ bus: 1, test: 1 });
  });
});

describe('OpenOOD lists', () => {
  it('are offered where their images are; one list mixes image roots; -1 is no class', async () => {
    const folder = make.openOod(place('x'));
    const lists = ['cifar10/test_mixed.txt', 'imagenet/val.txt'].map((name) => path.join(folder, 'benchmark_imglist', name));
    for (const given of [folder, path.dirname(folder), path.join(folder, 'benchmark_imglist')])
      expect(await choicesOf(given)).toEqual(lists);
    const { layout, set, rows } = await listed(lists[0]);
    expect(layout).toBe('openood-imglist');
    expect(rows).toEqual([
      ['images_classic/svhn/test/0.png', 7, null, {}],
      ['images_largescale/imagenet_1k/val/a b.JPEG', null, null, {}],
    ]);
    expect(set.classCounts).toEqual({ 1: 0, 3: 0, 7: 1 });
    expect(set.rejected).toEqual([
      { at: '../../secret.png', reason: 'its path leads out of the folder of the images' },
      { at: 'svhn/test/gone.png', reason: 'the list names it, and it is not there' },
    ]);
    expect((await listed(lists[1])).rows.map(([, label]) => label)).toEqual([null, 12]);
  });
});

describe('CSV manifests', () => {
  it('give labels and tags, and stay in their folder', async () => {
    const folder = make.manifest(place());
    for (const given of [folder, path.join(folder, 'set.csv')]) {
      const { layout, set, rows } = await listed(given);
      expect(layout).toBe('csv-manifest');
      expect(rows).toEqual([
        ['a/1.png', 2, '__proto__', { weather: 'rain', night: 'yes', city: 'Lyon, FR' }],
        ['a/2.png', 0, '10', {}],
      ]);
      expect(Object.entries(set.classCounts!)).toEqual([
        ['2', 0],
        ['10', 1],
        ['__proto__', 1],
      ]);
      expect(set.rejected).toEqual([
        { at: '../../etc/passwd', reason: "its path leads out of the manifest's folder" },
        { at: 'gone.png', reason: expect.stringContaining('the file is gone') },
      ]);
      expect(set.images![0].sha256).toBe(EXPECTED.exact['png-rgb-8.png'].sha256);
    }
  });

  it('with numbers only keep them as the numbers of classes', async () => {
    const folder = make.makeFiles(place(), {
      'm.csv': 'path,label\na.png,3\nb.png,-1\n',
      'a.png': '=png-rgb-8.png',
      'b.png': '=png-rgb-8.png',
    });
    const { rows } = await listed(path.join(folder, 'm.csv'));
    expect(rows.map(([, label, name]) => [label, name])).toEqual([
      [3, null],
      [null, null],
    ]);
  });
});
