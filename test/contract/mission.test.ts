/** The rows of the mission's table end to end through `oodlab run`: public layouts in miniature, every kind of network. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { encode } from 'fast-png';
import { expect, test } from 'vitest';
import { fillUniforms } from '../../electron/engine/sampling/philox.ts';
import type { Results } from '../../electron/shared/results.ts';
import { makeFiles } from '../fixtures/layouts/make.ts';
import { fixturePath } from '../helpers/onnx-fixtures.ts';
import { runCli } from '../helpers/run-cli.ts';
import { tempFolder } from '../helpers/temp-folder.ts';

const root = tempFolder();

/** Seeded noise of one brightness, channels last: what is out of distribution is darker. */
function noise(image: number, length: number, brightness: number): Uint8Array {
  const uniforms = new Float32Array(length);
  fillUniforms(uniforms, { seed: 3 }, { stream: 1, image, sample: 0 });
  return Uint8Array.from(uniforms, (value) => Math.floor(255 * brightness * value));
}

interface Pictures {
  count: number;
  name: (i: number) => string;
  height?: number;
  width?: number;
  brightness?: number;
}

/** Decoded by what it holds, an image may be a PNG under any name. */
function pictures({ count, name, height = 48, width = 64, brightness = 1 }: Pictures): Record<string, Uint8Array> {
  const images = Array.from({ length: count }, (_, i) => {
    const data = noise(i + 1000 * brightness, height * width * 3, brightness);
    return [name(i), encode({ width, height, channels: 3, depth: 8, data })] as const;
  });
  return Object.fromEntries(images);
}

/** Labels cycle through the classes. */
const cifarRecords = (count: number, from: number): Buffer =>
  Buffer.concat(Array.from({ length: count }, (_, i) => Buffer.concat([Buffer.of(i % 10), noise(from + i, 3072, 1)])));

const id = (i: number): string => String(i).padStart(6, '0');

function bdd(place: string): string {
  const name = (split: string) => (i: number) => `images/100k/${split}/${id(i)}-0a.jpg`;
  const weather = (i: number) => ({ weather: i % 2 === 0 ? 'rainy' : 'clear', timeofday: 'night' });
  const frames = Array.from({ length: 16 }, (_, i) => ({ name: `${id(i)}-0a.jpg`, attributes: weather(i), labels: [] }));
  makeFiles(place, pictures({ count: 48, name: name('train') }));
  makeFiles(place, pictures({ count: 16, name: name('val'), height: 40 }));
  return makeFiles(place, { 'labels/bdd100k_labels_images_val.json': JSON.stringify(frames) });
}

const city = (place: string): string => {
  const name = (split: string, town: string) => (i: number) =>
    `leftImg8bit/${split}/${town}/${town}_000000_${id(i)}_leftImg8bit.png`;
  makeFiles(place, pictures({ count: 48, name: name('train', 'aachen') }));
  return makeFiles(place, pictures({ count: 16, name: name('val', 'munster') }));
};

const voc = (place: string): string =>
  makeFiles(place, {
    ...pictures({ count: 12, name: (i) => `JPEGImages/2008_${id(i)}.jpg`, brightness: 0.3 }),
    'ImageSets/Main/val.txt': '2008_000000\n',
    'Annotations/2008_000000.xml': '<annotation><folder>VOC2012</folder><object><name>dog</name></object></annotation>',
  });

const soiling = (place: string): string =>
  makeFiles(place, {
    ...pictures({ count: 12, name: (i) => `train/rgbImages/${id(i)}_FV.png`, brightness: 0.3 }),
    'train/gtLabels/000000_FV.png': '=png-gray-8.png',
  });

const dtd = (place: string): string =>
  makeFiles(place, {
    ...pictures({ count: 12, name: (i) => `images/banded/banded_${id(i)}.jpg`, brightness: 0.3 }),
    'images/banded/.directory': 'x',
    'labels/labels_joint_anno.txt': 'banded/banded_000000.jpg banded\n',
  });

function cifar(place: string): string {
  return makeFiles(place, {
    'data_batch_1.bin': cifarRecords(48, 0),
    'test_batch.bin': cifarRecords(16, 500),
    'batches.meta.txt': 'airplane\nautomobile\nbird\ncat\ndeer\ndog\nfrog\nhorse\nship\ntruck\n',
  });
}

interface Mission {
  model: Record<string, unknown>;
  hook: Record<string, unknown>;
  sets: { fit: string; test: string; ood: Record<string, string | Record<string, unknown>> };
  images: number[];
  layouts: string[];
}

const at = (name: string): string => path.join(root, name);
const model = (file: string, height: number, width: number) => ({
  path: fixturePath(file),
  preprocess: { resize: { height, width } },
});

const MISSIONS: Record<string, () => Mission> = {
  'classification: CIFAR-10 against DTD, ResNet-18': () => ({
    model: model('resnet18_w4_fused.onnx', 64, 64),
    hook: { tensor: 'layer3.out' },
    sets: { fit: `${cifar(at('cifar'))}/data_batch_1.bin`, test: `${at('cifar')}/test_batch.bin`, ood: { dtd: dtd(at('dtd')) } },
    images: [48, 16, 12],
    layouts: ['cifar-10', 'cifar-10', 'dtd'],
  }),
  'detection: BDD100k against Pascal VOC, Faster R-CNN, pyramid': () => ({
    model: model('fasterrcnn_fpn_op13.onnx', 96, 128),
    hook: { tensor: [0, 1, 2, 3].map((level) => `rpn.head.conv.out.${level}`), kind: 'rpn' },
    sets: { fit: `${bdd(at('bdd'))}/images/100k/train`, test: `${at('bdd')}/images/100k/val`, ood: { voc: voc(at('voc')) } },
    images: [48, 16, 12],
    layouts: ['bdd100k', 'bdd100k', 'pascal-voc'],
  }),
  'segmentation: Cityscapes against soiled and derived anomalies, DeepLabv3+': () => ({
    model: model('deeplabv3plus_op13.onnx', 96, 128),
    hook: { tensor: 'aspp.out' },
    sets: {
      fit: `${city(at('city'))}/leftImg8bit/train`,
      test: `${at('city')}/leftImg8bit/val`,
      ood: { soiling: soiling(at('soiling')), mud: { from: 'test', corruption: 'mud', severity: 5, seed: 1 } },
    },
    images: [48, 16, 12, 16],
    layouts: ['cityscapes', 'cityscapes', 'woodscape-soiling', 'cityscapes'],
  }),
};

test.each(Object.entries(MISSIONS))('%s', async (name, mission) => {
  const { model: network, hook, sets, images, layouts } = mission();
  const ood = Object.entries(sets.ood).map(([set, from]) => ({
    ...{ name: set, role: 'ood' },
    ...(typeof from === 'string' ? { path: from } : { derive: from }),
  }));
  const plan = {
    ...{ schema: 'oodlab.plan/1', name, model: network, hook },
    sampling: { blockSize: 2, samples: 8 },
    datasets: [{ name: 'fit', role: 'fit', path: sets.fit }, { name: 'test', role: 'test', path: sets.test }, ...ood],
    pca: [4],
  };
  const out = path.join(root, name.slice(0, 5));
  makeFiles(out, { 'plan.json': JSON.stringify(plan) });
  const { code, stdout, stderr } = await runCli(['run', path.join(out, 'plan.json'), '--out', out]);
  expect(code, stderr).toBe(0);
  console.log(stdout);
  const results = JSON.parse(readFileSync(path.join(out, 'results.json'), 'utf8')) as Results;
  expect(results.datasets.map(({ count }) => count)).toEqual(images);
  expect(results.datasets.map(({ layout }) => layout)).toEqual(layouts);
  expect(results.datasets.flatMap(({ rejected }) => rejected)).toEqual([]);
});
