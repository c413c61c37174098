/** Image fixtures with what Pillow makes of them (test/fixtures/images/make.py), and small writers of IDX files. */
import { readFileSync } from 'node:fs';
import path from 'node:path';

export const IMAGES = path.resolve(import.meta.dirname, '../../fixtures/images');

interface Expected {
  shape: number[];
  sha256: string;
  /** Base64, for formats whose decoders may differ by rounding. */
  pixels?: string;
}

export const EXPECTED = JSON.parse(readFileSync(path.join(IMAGES, 'expected.json'), 'utf8')) as {
  exact: Record<string, Expected>;
  lossy: Record<string, Expected>;
  /** A part of the reason. */
  refused: Record<string, string>;
};

export function fixture(name: string): Buffer {
  return readFileSync(path.join(IMAGES, name));
}

/** Images [count, height, width] with byte values that tell the records apart. */
export function idxImages(count: number, height: number, width: number): Buffer {
  const head = Buffer.from([0, 0, 8, 3, ...[count, height, width].flatMap(uint32)]);
  const size = height * width;
  return Buffer.concat([
    head,
    Uint8Array.from({ length: count * size }, (_, i) => (7 * Math.floor(i / size) + (i % size)) % 256),
  ]);
}

export function idxLabels(labels: readonly number[]): Buffer {
  return Buffer.from([0, 0, 8, 1, ...uint32(labels.length), ...labels]);
}

function uint32(value: number): number[] {
  return [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255];
}
