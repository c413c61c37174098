import { readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { preprocessTopic } from '../../../electron/engine/conformance/preprocess.ts';
import { Check, type GoldenFile, type TopicContext } from '../../../electron/engine/conformance/types.ts';
import { preprocessInto, type InputTarget } from '../../../electron/engine/dataset/preprocess.ts';
import { resize, type ResizeMode } from '../../../electron/engine/dataset/resize.ts';
import type { DecodedImage } from '../../../electron/shared/domain.ts';
import { preprocessSchema } from '../../../electron/shared/plan.ts';

const image = (height: number, width: number, pixels: number[]): DecodedImage => ({
  height,
  width,
  channels: pixels.length === height * width ? 1 : 3,
  pixels: Uint8Array.from(pixels),
});

describe('golden topic preprocess', () => {
  it('passes, every value exact', async () => {
    const file = path.resolve(import.meta.dirname, '../../../resources/golden/preprocess.json');
    const golden = JSON.parse(readFileSync(file, 'utf8')) as GoldenFile;
    const check = new Check();
    for (const one of golden.cases) {
      check.startCase(one.name);
      await preprocessTopic(one, check, {} as TopicContext);
    }
    expect(check.failures).toEqual([]);
    expect(check.values).toBeGreaterThan(10_000);
  });
});

describe('resize', () => {
  const kernels: Record<'box' | 'bilinear' | 'bicubic', (x: number) => number> = {
    box: (x) => (x > -0.5 && x <= 0.5 ? 1 : 0),
    bilinear: (x) => Math.max(0, 1 - Math.abs(x)),
    bicubic: (signed) => {
      const x = Math.abs(signed);
      if (x < 1) return 1.5 * x ** 3 - 2.5 * x ** 2 + 1;
      return x < 2 ? -0.5 * x ** 3 + 2.5 * x ** 2 - 4 * x + 2 : 0;
    },
  };
  const support = { box: 0.5, bilinear: 1, bicubic: 2 };

  /** One line, weights over every input pixel, no rounding. */
  function line(values: number[], to: number, mode: keyof typeof kernels): number[] {
    if (values.length === to) return values;
    const scale = values.length / to;
    const f = Math.max(scale, 1);
    return Array.from({ length: to }, (_, o) => {
      const centre = (o + 0.5) * scale;
      const inside = (x: number) =>
        x >= Math.trunc(Math.max(0, centre - support[mode] * f + 0.5)) && x < Math.trunc(centre + support[mode] * f + 0.5);
      const weights = values.map((_, x) => (inside(x) ? kernels[mode]((x - centre + 0.5) / f) : 0));
      const sum = weights.reduce((a, b) => a + b, 0);
      const value = values.reduce((total, v, x) => total + v * weights[x], 0) / sum;
      return Math.min(255, Math.max(0, value));
    });
  }

  it('is within a level of the sum written out in floats', () => {
    const size = fc.integer({ min: 1, max: 14 });
    fc.assert(
      fc.property(
        fc.tuple(size, size, size, size),
        fc.constantFrom('box', 'bilinear', 'bicubic'),
        fc.nat(),
        ([h, w, th, tw], mode, seed) => {
          const pixels = Array.from({ length: h * w }, (_, i) => Math.imul(seed + i + 1, 2654435761) >>> 24);
          const rows = Array.from({ length: h }, (_, y) => line(pixels.slice(y * w, (y + 1) * w), tw, mode as 'box'));
          const columns = Array.from({ length: tw }, (_, x) =>
            line(
              rows.map((row) => row[x]),
              th,
              mode as 'box',
            ),
          );
          const got = resize(image(h, w, pixels), { height: th, width: tw }, mode as ResizeMode).pixels;
          // Both passes round to bytes: half a level each, the first weighted by the sum of |weights|.
          const most = mode === 'bicubic' ? 1.3 : 1.01;
          for (let y = 0; y < th; y++) {
            for (let x = 0; x < tw; x++) expect(Math.abs(got[y * tw + x] - columns[x][y])).toBeLessThanOrEqual(most);
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('preprocessInto', () => {
  const target = (change: Partial<InputTarget> = {}): InputTarget => ({
    dtype: 'float32',
    channels: 3,
    height: 1,
    width: 2,
    layout: 'NCHW',
    ...change,
  });
  const colour = image(1, 2, [10, 20, 30, 40, 50, 60]);
  const run = (source: DecodedImage, plan: object, goal: InputTarget) => {
    const out = goal.dtype === 'uint8' ? new Uint8Array(8) : new Float32Array(8);
    preprocessInto(source, preprocessSchema.parse(plan), goal, { out, offset: 1 });
    return [...out];
  };

  it('orders channels and pixels by layout and colour', () => {
    const bytes = { dtype: 'uint8' } as const;
    expect(run(colour, {}, target(bytes))).toEqual([0, 10, 40, 20, 50, 30, 60, 0]);
    expect(run(colour, { color: 'bgr' }, target(bytes))).toEqual([0, 30, 60, 20, 50, 10, 40, 0]);
    expect(run(colour, { layout: 'NHWC' }, target({ ...bytes, layout: 'NHWC' }))).toEqual([0, 10, 20, 30, 40, 50, 60, 0]);
    expect(run(image(1, 2, [7, 9]), {}, target(bytes))).toEqual([0, 7, 9, 7, 9, 7, 9, 0]);
    expect(run(image(1, 2, [7, 9]), { color: 'gray' }, target({ ...bytes, channels: 1 })).slice(0, 4)).toEqual([0, 7, 9, 0]);
  });

  it('scales, subtracts and divides in float32, one mean for all channels', () => {
    const got = run(colour, { scale: 1, mean: [10], std: [4] }, target());
    expect(got).toEqual([0, 0, 7.5, 2.5, 10, 5, 12.5, 0]);
    expect(run(colour, {}, target())[1]).toBe(Math.fround(10 / 255));
  });

  it('refuses an image that does not fit the model', () => {
    expect(() => run(colour, {}, target({ height: 5 }))).toThrow('is 1x2 (height x width), the model takes 5x2');
    expect(() => run(colour, {}, target({ channels: 1 }))).toThrow('the model takes 1 channels');
  });
});
