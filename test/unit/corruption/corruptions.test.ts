/** What every corruption must do, whatever it draws. */
import { hash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { corrupt } from '../../../electron/engine/corruption/corrupt.ts';
import { CORRUPTION_IDS, SEVERITIES, type CorruptionId } from '../../../electron/shared/corruptions.ts';
import type { DecodedImage } from '../../../electron/shared/domain.ts';
import { scene } from '../../helpers/made-images.ts';

/** They draw nothing, so every image of a set is treated alike. */
const FIXED: readonly CorruptionId[] = ['defocus-blur', 'gaussian-blur', 'over-exposure', 'under-exposure', 'contrast', 'jpeg'];

const SHAPES = [
  { width: 28, height: 28, channels: 1 },
  { width: 32, height: 32, channels: 3 },
  { width: 53, height: 37, channels: 3 },
] as const;

const distance = (a: DecodedImage, b: DecodedImage): number =>
  Math.sqrt(a.pixels.reduce((sum, value, i) => sum + (value - b.pixels[i]) ** 2, 0) / a.pixels.length);

describe.each(CORRUPTION_IDS)('%s', (corruption) => {
  it.each(SHAPES)('keeps a picture of %o in its size, leaves the original alone and is the same every time', (shape) => {
    const image = scene(5, shape);
    const before = hash('sha256', image.pixels);
    for (const severity of SEVERITIES) {
      const out = corrupt(image, { corruption, severity, seed: 1 }, 9);
      expect(out).toMatchObject(shape);
      expect(out.pixels).toHaveLength(image.pixels.length);
      expect(out.pixels).not.toEqual(image.pixels);
      corrupt(scene(6, shape), { corruption, severity, seed: 3 }, 2);
      expect(corrupt(image, { corruption, severity, seed: 1 }, 9).pixels).toEqual(out.pixels);
    }
    expect(hash('sha256', image.pixels)).toBe(before);
  });

  it.each(SHAPES)('moves a picture of %o further away with every severity', (shape) => {
    const images = Array.from({ length: 8 }, (_, i) => scene(i, shape));
    const far = SEVERITIES.map((severity) =>
      images.reduce((sum, image, index) => sum + distance(image, corrupt(image, { corruption, severity, seed: 0 }, index)), 0),
    );
    for (let i = 1; i < far.length; i++) expect(far[i], far.join(' ')).toBeGreaterThan(far[i - 1]);
  });

  it('draws apart for each image and each seed, unless it draws nothing', () => {
    const image = scene(1, SHAPES[1]);
    const outs = [
      [0, 0],
      [0, 1],
      [1, 0],
    ].map(([seed, index]) => hash('sha256', corrupt(image, { corruption, severity: 4, seed }, index).pixels));
    expect(new Set(outs).size).toBe(FIXED.includes(corruption) ? 1 : 3);
  });

  it('takes pictures of one pixel, of one row, and black and white ones', () => {
    for (const [width, height] of [
      [1, 1],
      [7, 1],
      [1, 7],
    ]) {
      for (const value of [0, 255]) {
        const pixels = new Uint8Array(width * height * 3).fill(value);
        for (const severity of SEVERITIES) {
          const out = corrupt({ width, height, channels: 3, pixels }, { corruption, severity, seed: 0 }, 0);
          expect(out.pixels).toHaveLength(pixels.length);
        }
      }
    }
  });
});

it('gives the bytes that derived sets of earlier runs were made of', () => {
  const gray = scene(2, SHAPES[0]);
  const colour = scene(3, SHAPES[1]);
  const prints = CORRUPTION_IDS.map((corruption) => {
    const bytes = SEVERITIES.flatMap((severity) =>
      [gray, colour].map((image) => Buffer.from(corrupt(image, { corruption, severity, seed: 42 }, 7).pixels)),
    );
    return [corruption, hash('sha256', Buffer.concat(bytes)).slice(0, 16)];
  });
  expect(Object.fromEntries(prints)).toMatchInlineSnapshot(`
    {
      "contrast": "c59c3344bc9c2f1b",
      "dead-rows": "07107d20b2119735",
      "defocus-blur": "1fef1fc67724a1d8",
      "fog": "7a32c0886dd80f78",
      "gaussian-blur": "f7fd7f173a2f2dc8",
      "gaussian-noise": "b076ec2b7cfc3445",
      "jpeg": "885df6e14fa68bdc",
      "motion-blur": "a80f09eda73dbe62",
      "mud": "a0747795c1512c8e",
      "occlusion": "51033f942e67285b",
      "over-exposure": "7445b510bc4aafde",
      "rain": "476ed81d4f782792",
      "shot-noise": "5c0f903a2bec997b",
      "snow": "361d1b85bcac5234",
      "soiling": "b7abfb18192bed2c",
      "sun-flare": "7cd1d6ab0161bdd8",
      "under-exposure": "5edc3468eb1bc3d1",
    }
  `);
});
