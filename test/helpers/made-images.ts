/** Made-up pictures with structure at several scales, as photographs have it, and what happens to copies of them. */
import { fillUniforms } from '../../electron/engine/sampling/philox.ts';
import type { DecodedImage } from '../../electron/shared/domain.ts';

const WAVES = 24;

const made = new Map<string, DecodedImage>();

interface Shape {
  width: number;
  height: number;
  channels?: 1 | 3;
}

/** Sum of seeded waves whose strength falls with frequency, mean about 128, sd 40 a channel. Not to be written into. */
export function scene(seed: number, { width, height, channels = 3 }: Shape): DecodedImage {
  const key = [seed, width, height, channels].join(' ');
  let image = made.get(key);
  if (image === undefined) {
    const pixels = new Uint8Array(width * height * channels);
    for (let c = 0; c < channels; c++) paint(pixels, { width, height, channels, c, seed });
    image = { width, height, channels, pixels };
    made.set(key, image);
  }
  return image;
}

function paint(pixels: Uint8Array, { width, height, channels, c, seed }: Required<Shape> & { c: number; seed: number }): void {
  const draws = new Float32Array(WAVES * 4);
  fillUniforms(draws, { seed: 77 }, { stream: 9, image: seed, sample: c });
  const values = new Float64Array(width * height);
  for (let k = 0; k < WAVES; k++) {
    const [a, b, phase, sign] = draws.subarray(4 * k);
    const fx = 0.5 + 7 * a * a;
    const fy = (sign < 0.5 ? -1 : 1) * (0.5 + 7 * b * b);
    const strength = 1 / Math.hypot(fx, fy);
    // cos(α + β) = cos α cos β - sin α sin β
    const across = Array.from({ length: width }, (_, x) => 2 * Math.PI * ((fx * (x + 0.5)) / width + phase));
    const [cosines, sines] = [across.map(Math.cos), across.map(Math.sin)];
    for (let y = 0; y < height; y++) {
      const down = (2 * Math.PI * fy * (y + 0.5)) / height;
      const [cos, sin] = [strength * Math.cos(down), strength * Math.sin(down)];
      for (let x = 0; x < width; x++) values[y * width + x] += cos * cosines[x] - sin * sines[x];
    }
  }
  const sd = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length);
  values.forEach((value, i) => (pixels[i * channels + c] = clip(128 + (40 * value) / sd)));
}

const clip = (value: number): number => Math.max(0, Math.min(255, Math.round(value)));

export function mapPixels(image: DecodedImage, map: (value: number, channel: number, at: number) => number): DecodedImage {
  return { ...image, pixels: image.pixels.map((value, i) => clip(map(value, i % image.channels, i))) };
}

/** Luma quantisation table of ITU T.81, annex K.1, row by row. */
const STANDARD = [
  16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22, 29, 51, 87, 80, 62,
  18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92, 49, 64, 78, 87, 103, 121, 120, 101, 72, 92, 95, 98, 112,
  100, 103, 99,
];
const COSINES = Array.from({ length: 64 }, (_, i) => {
  const [u, x] = [i >> 3, i & 7];
  return (u === 0 ? Math.SQRT1_2 / 2 : 0.5) * Math.cos((Math.PI * u * (2 * x + 1)) / 16);
});

/** What saving as JPEG does to the pixels: cosine transform of 8 x 8 blocks, quantised and back, channel by channel. */
export function resaved(image: DecodedImage, quality: number): DecodedImage {
  const scale = quality < 50 ? 5000 / quality : 200 - 2 * quality;
  const table = STANDARD.map((value) => Math.max(1, Math.min(255, Math.floor((value * scale + 50) / 100))));
  const { width, height, channels, pixels } = image;
  const out = new Uint8Array(pixels.length);
  const at = (x: number, y: number, c: number): number =>
    (Math.min(y, height - 1) * width + Math.min(x, width - 1)) * channels + c;
  for (let c = 0; c < channels; c++) {
    for (let top = 0; top < height; top += 8) {
      for (let left = 0; left < width; left += 8) {
        const block = Float64Array.from({ length: 64 }, (_, i) => pixels[at(left + (i & 7), top + (i >> 3), c)] - 128);
        const terms = transform(block, false).map((value, i) => Math.round(value / table[i]) * table[i]);
        transform(terms, true).forEach((value, i) => {
          if (left + (i & 7) < width && top + (i >> 3) < height) out[at(left + (i & 7), top + (i >> 3), c)] = clip(value + 128);
        });
      }
    }
  }
  return { ...image, pixels: out };
}

function transform(block: Float64Array, isInverse: boolean): Float64Array {
  const basis = (frequency: number, position: number): number => COSINES[frequency * 8 + position];
  const rows = new Float64Array(64);
  const out = new Float64Array(64);
  for (let y = 0; y < 8; y++)
    for (let j = 0; j < 8; j++)
      for (let i = 0; i < 8; i++) rows[y * 8 + j] += block[y * 8 + i] * (isInverse ? basis(i, j) : basis(j, i));
  for (let j = 0; j < 8; j++)
    for (let x = 0; x < 8; x++)
      for (let i = 0; i < 8; i++) out[j * 8 + x] += rows[i * 8 + x] * (isInverse ? basis(i, j) : basis(j, i));
  return out;
}
