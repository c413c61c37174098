/** Plans for the rows of the mission's table: public layouts in miniature, every kind of network. */
import path from 'node:path';
import { encode } from 'fast-png';
import { fillUniforms } from '../../electron/engine/sampling/philox.ts';
import { makeFiles } from '../fixtures/layouts/make.ts';
import { fixturePath } from './onnx-fixtures.ts';

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

interface Network {
  title: string;
  model: Record<string, unknown>;
  hook: Record<string, unknown>;
}

interface Sets {
  fit: string;
  test: string;
  /** A path, or what the set is made from. */
  ood: Record<string, string | Record<string, unknown>>;
}

const model = (file: string, height: number, width: number) => ({
  path: fixturePath(file),
  preprocess: { resize: { height, width } },
});

const NETWORKS = {
  classification: {
    title: 'CIFAR-10 against DTD, ResNet-18',
    model: model('resnet18_w4_fused.onnx', 64, 64),
    hook: { tensor: 'layer3.out' },
  },
  detection: {
    title: 'BDD100k against Pascal VOC, Faster R-CNN, feature pyramid',
    model: model('fasterrcnn_fpn_op13.onnx', 96, 128),
    hook: { tensor: [0, 1, 2, 3].map((level) => `rpn.head.conv.out.${level}`), kind: 'rpn' },
  },
  segmentation: {
    title: 'Cityscapes against soiled and derived anomalies, DeepLabv3+',
    model: model('deeplabv3plus_op13.onnx', 96, 128),
    hook: { tensor: 'aspp.out' },
  },
} satisfies Record<string, Network>;
export type MissionRow = keyof typeof NETWORKS;
export const MISSION_ROWS = Object.keys(NETWORKS) as MissionRow[];

const SETS: Readonly<Record<MissionRow, (at: (name: string) => string) => Sets>> = {
  classification: (at) => {
    const place = cifar(at('cifar'));
    return { fit: `${place}/data_batch_1.bin`, test: `${place}/test_batch.bin`, ood: { dtd: dtd(at('dtd')) } };
  },
  detection: (at) => {
    const place = `${bdd(at('bdd'))}/images/100k`;
    return { fit: `${place}/train`, test: `${place}/val`, ood: { voc: voc(at('voc')) } };
  },
  segmentation: (at) => {
    const place = `${city(at('city'))}/leftImg8bit`;
    const mud = { from: 'test', corruption: 'mud', severity: 5, seed: 1 };
    return { fit: `${place}/train`, test: `${place}/val`, ood: { soiling: soiling(at('soiling')), mud } };
  },
};

/** Images and layouts of the sets, in the order of the plan. */
export const MISSION_SETS: Readonly<Record<MissionRow, { counts: number[]; layouts: string[] }>> = {
  classification: { counts: [48, 16, 12], layouts: ['cifar-10', 'cifar-10', 'dtd'] },
  detection: { counts: [48, 16, 12], layouts: ['bdd100k', 'bdd100k', 'pascal-voc'] },
  segmentation: { counts: [48, 16, 12, 16], layouts: ['cityscapes', 'cityscapes', 'woodscape-soiling', 'cityscapes'] },
};

/** Makes the sets in a folder and a plan beside them. @returns the plan's file. */
export function missionPlan(row: MissionRow, folder: string): string {
  const { title, ...network } = NETWORKS[row];
  const { fit, test, ood } = SETS[row]((name) => path.join(folder, name));
  const derivedOrFound = Object.entries(ood).map(([name, from]) => ({
    ...{ name, role: 'ood' },
    ...(typeof from === 'string' ? { path: from } : { derive: from }),
  }));
  const plan = {
    ...{ schema: 'oodlab.plan/1', name: title, ...network },
    sampling: { blockSize: 2, samples: 8 },
    datasets: [{ name: 'fit', role: 'fit', path: fit }, { name: 'test', role: 'test', path: test }, ...derivedOrFound],
    pca: [4],
  };
  makeFiles(folder, { 'plan.json': JSON.stringify(plan) });
  return path.join(folder, 'plan.json');
}
