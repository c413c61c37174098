import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeImage } from '../../../electron/engine/dataset/decode.ts';
import { ImageError } from '../../../electron/engine/dataset/image-error.ts';
import type { DecodedImage } from '../../../electron/shared/domain.ts';
import { EXPECTED, fixture } from './fixtures.ts';

const shapeOf = ({ height, width, channels }: DecodedImage) => (channels === 1 ? [height, width] : [height, width, channels]);

describe('decoding against Pillow', () => {
  it.each(Object.entries(EXPECTED.exact))('%s has the same pixels', (name, { shape, sha256 }) => {
    const image = decodeImage(fixture(name), name);
    expect(shapeOf(image)).toEqual(shape);
    expect(createHash('sha256').update(image.pixels).digest('hex')).toBe(sha256);
  });

  it.each(Object.entries(EXPECTED.lossy))('%s is within 2 levels', (name, { shape, pixels }) => {
    const image = decodeImage(fixture(name), name);
    expect(shapeOf(image)).toEqual(shape);
    const wanted = Buffer.from(pixels!, 'base64');
    expect(Math.max(...wanted.map((value, i) => Math.abs(value - image.pixels[i])))).toBeLessThanOrEqual(2);
  });

  it.each(Object.entries(EXPECTED.refused))('%s is refused with its reason', (name, reason) => {
    const decode = () => decodeImage(fixture(name), name);
    expect(decode).toThrow(ImageError);
    expect(decode).toThrow(reason);
  });
});

describe('damaged files', () => {
  const names = [...Object.keys(EXPECTED.exact), ...Object.keys(EXPECTED.lossy)];

  /** Decodes or throws ImageError; anything else fails the test. */
  function survives(bytes: Uint8Array, name: string): void {
    try {
      const { width, height, channels, pixels } = decodeImage(bytes, name);
      expect(pixels.length).toBe(width * height * channels);
    } catch (error) {
      expect(error).toBeInstanceOf(ImageError);
      expect((error as ImageError).message.startsWith(`${name}: `)).toBe(true);
    }
  }

  it('say so wherever they are cut', () => {
    fc.assert(
      fc.property(fc.constantFrom(...names), fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (name, part) => {
        const bytes = fixture(name);
        survives(bytes.subarray(0, Math.floor(part * bytes.length)), name);
      }),
      { numRuns: 400 },
    );
  });

  it('cut before the last line are never decoded', () => {
    for (const name of names.filter((candidate) => !candidate.includes('1x1') && !candidate.includes('animated'))) {
      const bytes = fixture(name);
      expect(() => decodeImage(bytes.subarray(0, Math.floor(bytes.length * 0.7)), name), name).toThrow(ImageError);
    }
  });

  it('with any byte changed end in pixels or a reason', () => {
    fc.assert(
      fc.property(fc.constantFrom(...names), fc.nat(), fc.nat(255), (name, place, value) => {
        const bytes = Buffer.from(fixture(name));
        bytes[place % bytes.length] = value;
        survives(bytes, name);
      }),
      { numRuns: 400 },
    );
  });

  it('do not spoil the images after them', () => {
    const good = fixture('jpeg-444.jpg');
    const before = decodeImage(good, 'good').pixels;
    for (let at = 200; at < good.length; at += 40)
      survives(Buffer.concat([good.subarray(0, at), Buffer.from([0xff, 0xd9])]), 'cut');
    expect(decodeImage(good, 'good').pixels).toEqual(before);
  });
});
