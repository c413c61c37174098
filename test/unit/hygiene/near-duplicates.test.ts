import { describe, expect, it } from 'vitest';
import { resize } from '../../../electron/engine/dataset/resize.ts';
import { PRINT_BYTES } from '../../../electron/engine/hygiene/image-print.ts';
import { LEAST_CORRELATION, MOST_BITS, nearDuplicates } from '../../../electron/engine/hygiene/near-duplicates.ts';
import type { DecodedImage } from '../../../electron/shared/domain.ts';
import { mapPixels, resaved, scene } from '../../helpers/made-images.ts';
import { tracesOf } from '../../helpers/set-traces.ts';

const SIZE = { width: 96, height: 72 };
const scenes = (from: number, count: number): DecodedImage[] => Array.from({ length: count }, (_, i) => scene(from + i, SIZE));

const COPIES: [string, (image: DecodedImage) => DecodedImage][] = [
  ['resaved as JPEG, quality 90', (image) => resaved(image, 90)],
  ['resaved as JPEG, quality 50', (image) => resaved(image, 50)],
  ['enlarged by half', (image) => resize(image, { width: 144, height: 108 }, 'bicubic')],
  ['made smaller by a third', (image) => resize(image, { width: 64, height: 48 }, 'bilinear')],
  ['made brighter', (image) => mapPixels(image, (value) => 1.1 * value + 10)],
  ['made darker and flatter', (image) => mapPixels(image, (value) => 0.7 * value)],
  [
    'made gray',
    ({ pixels, ...image }) => ({
      ...image,
      channels: 1,
      pixels: Uint8Array.from({ length: image.width * image.height }, (_, i) =>
        Math.round(0.299 * pixels[3 * i] + 0.587 * pixels[3 * i + 1] + 0.114 * pixels[3 * i + 2]),
      ),
    }),
  ],
];

describe('near-duplicates across roles', () => {
  it.each(COPIES)('finds pictures that were %s, each with its own original', async (_, copy) => {
    const fit = tracesOf('fit', 'fit', { images: scenes(0, 40) });
    const test = tracesOf('test', 'test', { images: [...scenes(500, 10), ...scenes(0, 12).map(copy)] });
    const { counts, pairs } = await nearDuplicates([fit, test]);
    expect(counts).toEqual({ fit: 12, test: 12 });
    for (const { a, b } of pairs) expect(b.at).toBe(`test/${10 + Number(/\d+/.exec(a.at))}.png`);
  });

  it('finds none among other pictures, nor in a set of the same role, nor among copies that are equal', async () => {
    const originals = scenes(0, 30);
    const copies = originals.map((image) => resaved(image, 75));
    const sets = [
      tracesOf('fit', 'fit', { images: originals }),
      tracesOf('fit too', 'fit', { images: copies }),
      tracesOf('test', 'test', { images: scenes(900, 60) }),
      tracesOf('ood', 'ood', { images: originals.slice(0, 5).map((image) => ({ ...image })) }),
    ];
    const { counts } = await nearDuplicates([sets[0], sets[2], sets[3]]);
    expect(counts).toEqual({ fit: 0, test: 0, ood: 0 });
    // The resaved ones are near-duplicates of those that stand in the OoD set, and of nothing else.
    expect((await nearDuplicates(sets)).counts).toEqual({ fit: 0, 'fit too': 5, test: 0, ood: 5 });
  });

  it('tells pictures of one subject apart: moved, mirrored, or with something added', async () => {
    const originals = scenes(0, 20);
    const moved = originals.map((image) =>
      mapPixels(image, (_, c, i) => {
        const [x, y] = [Math.floor(i / 3) % image.width, Math.floor(i / 3 / image.width)];
        return image.pixels[(y * image.width + ((x + 8) % image.width)) * 3 + c];
      }),
    );
    const mirrored = originals.map((image) =>
      mapPixels(image, (_, c, i) => {
        const [x, y] = [Math.floor(i / 3) % image.width, Math.floor(i / 3 / image.width)];
        return image.pixels[(y * image.width + image.width - 1 - x) * 3 + c];
      }),
    );
    const added = originals.map((image) =>
      mapPixels(image, (value, _, i) => (Math.floor(i / 3) % image.width < 20 && i < image.pixels.length / 3 ? 250 : value)),
    );
    const { counts } = await nearDuplicates([
      tracesOf('fit', 'fit', { images: originals }),
      tracesOf('test', 'test', { images: [...moved, ...mirrored, ...added] }),
    ]);
    expect(counts).toEqual({ fit: 0, test: 0 });
  });

  it('passes over flat pictures, which are like nothing', async () => {
    const flat = (level: number): DecodedImage => mapPixels(scene(1, SIZE), () => level);
    const images = [flat(0), flat(90), flat(255)];
    const sets = [tracesOf('fit', 'fit', { images }), tracesOf('test', 'test', { images: [flat(91), flat(254)] })];
    expect((await nearDuplicates(sets)).counts).toEqual({ fit: 0, test: 0 });
  });

  it('marks the images that holding each against each marks', async () => {
    // Small noisy copies in families: many pairs on both sides of the bounds.
    const family = (from: number, strength: number): DecodedImage[] =>
      Array.from({ length: 160 }, (_, i) => {
        const noise = scene(3000 + from + i, { width: 24, height: 24, channels: 1 });
        return mapPixels(
          scene(i % 20, { width: 24, height: 24, channels: 1 }),
          (value, _, at) => value + strength * (noise.pixels[at] - 128),
        );
      });
    const fit = tracesOf('fit', 'fit', { images: family(0, 0.08) });
    const test = tracesOf('test', 'test', { images: family(500, 0.1) });
    const marked = [new Set<number>(), new Set<number>()];
    for (let i = 0; i < fit.rows; i++) {
      for (let j = 0; j < test.rows; j++) {
        const [a, b] = [fit, test].map(({ prints }, s) =>
          prints.subarray([i, j][s] * PRINT_BYTES, ([i, j][s] + 1) * PRINT_BYTES),
        );
        const bits = [...a.subarray(0, 8)].reduce(
          (sum, byte, k) => sum + (byte ^ b[k]).toString(2).replaceAll('0', '').length,
          0,
        );
        if (bits > MOST_BITS || pearson(a.subarray(8), b.subarray(8)) < LEAST_CORRELATION) continue;
        marked[0].add(i);
        marked[1].add(j);
      }
    }
    expect(marked[0].size).toBeGreaterThan(10);
    expect(marked[0].size).toBeLessThan(160);
    expect((await nearDuplicates([fit, test])).counts).toEqual({ fit: marked[0].size, test: marked[1].size });
  });

  it('stops when it is told to', async () => {
    const images = Array.from({ length: 3000 }, (_, i) =>
      mapPixels(scene(0, { width: 8, height: 8, channels: 1 }), (v) => v + (i % 3)),
    );
    const traces = tracesOf('fit', 'fit', { images });
    const stopped = AbortSignal.abort(new Error('enough'));
    await expect(nearDuplicates([traces, { ...traces, set: { ...traces.set } }], stopped)).rejects.toThrow('enough');
  });
});

function pearson(a: Uint8Array, b: Uint8Array): number {
  const mean = (values: Uint8Array): number => values.reduce((x, y) => x + y, 0) / values.length;
  const [ma, mb] = [mean(a), mean(b)];
  const product = (x: Uint8Array, mx: number, y: Uint8Array, my: number): number =>
    x.reduce((sum, value, i) => sum + (value - mx) * (y[i] - my), 0);
  return product(a, ma, b, mb) / Math.sqrt(product(a, ma, a, ma) * product(b, mb, b, mb));
}
