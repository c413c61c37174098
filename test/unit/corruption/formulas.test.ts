/** Corruptions against their formulas, computed another way: by brute force, by moments, by the sRGB standard. */
import { describe, expect, it } from 'vitest';
import { corrupt } from '../../../electron/engine/corruption/corrupt.ts';
import { SEVERITIES, type CorruptionId, type SeverityLevel } from '../../../electron/shared/corruptions.ts';
import type { DecodedImage } from '../../../electron/shared/domain.ts';
import { resaved, scene } from '../../helpers/made-images.ts';

const flat = (value: number, side = 128): DecodedImage => ({
  width: side,
  height: side,
  channels: 1,
  pixels: new Uint8Array(side * side).fill(value),
});
const act = (image: DecodedImage, corruption: CorruptionId, severity: SeverityLevel, index = 0): Uint8Array =>
  corrupt(image, { corruption, severity, seed: 11 }, index).pixels;

function moments(pixels: Uint8Array): { mean: number; sd: number } {
  const mean = pixels.reduce((a, b) => a + b, 0) / pixels.length;
  return { mean, sd: Math.sqrt(pixels.reduce((sum, value) => sum + (value - mean) ** 2, 0) / pixels.length) };
}

describe('noise', () => {
  it('Gaussian: the deviation that is asked for, the same on all channels and independent between them', () => {
    const { mean, sd } = moments(act(flat(128), 'gaussian-noise', 1));
    // 16,384 values: the standard error of the sd is 0.55 % of it.
    expect(Math.abs(sd - 255 * 0.08)).toBeLessThan(3 * 0.0055 * 255 * 0.08 + 0.05);
    expect(Math.abs(mean - 128)).toBeLessThan((4 * sd) / 128);
    const colour = act({ ...flat(128), channels: 3, pixels: new Uint8Array(128 * 128 * 3).fill(128) }, 'gaussian-noise', 1);
    const [red, green] = [0, 1].map((c) => colour.filter((_, i) => i % 3 === c));
    const products = red.reduce((sum, value, i) => sum + (value - 128) * (green[i] - 128), 0);
    expect(Math.abs(products / 16384 / sd ** 2)).toBeLessThan(4 / 128);
  });

  it('shot: mean kept and variance x / λ, as a Poisson count has it; black stays black', () => {
    const { mean, sd } = moments(act(flat(128), 'shot-noise', 1));
    const wanted = 255 * Math.sqrt(128 / 255 / 60);
    expect(Math.abs(mean - 128)).toBeLessThan((4 * wanted) / 128);
    expect(Math.abs(sd - wanted)).toBeLessThan(0.03 * wanted);
    expect(moments(act(flat(0), 'shot-noise', 5))).toEqual({ mean: 0, sd: 0 });
  });
});

/** Weighted mean over every pixel in reach, the border's pixels going on outside. */
function convolved(image: DecodedImage, reach: number, weight: (dx: number, dy: number) => number): number[] {
  const { width, height, pixels } = image;
  return Array.from(pixels, (_, i) => {
    let [sum, total] = [0, 0];
    for (let dy = -reach; dy <= reach; dy++) {
      for (let dx = -reach; dx <= reach; dx++) {
        const x = Math.min(width - 1, Math.max(0, (i % width) + dx));
        const y = Math.min(height - 1, Math.max(0, Math.floor(i / width) + dy));
        sum += weight(dx, dy) * pixels[y * width + x];
        total += weight(dx, dy);
      }
    }
    return sum / total;
  });
}

function worst(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return Math.max(...Array.from(a, (value, i) => Math.abs(value - b[i])));
}

describe('blur', () => {
  it('Gaussian: a two-dimensional convolution', () => {
    const image = scene(1, { width: 56, height: 60, channels: 1 });
    const sigma = 2 * 0.5; // severity 2; 56 pixels are a quarter of 224
    const wanted = convolved(image, 3, (dx, dy) => Math.exp(-(dx * dx + dy * dy) / (2 * sigma * sigma)));
    expect(worst(act(image, 'gaussian-blur', 2), wanted)).toBeLessThan(0.51);
  });

  it('defocus: every pixel weighs as much as the disc covers of it', () => {
    const image = scene(2, { width: 56, height: 56, channels: 1 });
    const radius = 4 * 0.5 + 0.5;
    const soft: DecodedImage = {
      ...image,
      pixels: Uint8Array.from(
        convolved(image, 1, (dx, dy) => Math.exp(-(dx * dx + dy * dy) / (2 * 0.25 * 0.25))),
        Math.round,
      ),
    };
    const covered = (dx: number, dy: number): number => {
      let inside = 0;
      for (let k = 0; k < 1600; k++)
        inside += Number(Math.hypot(dx + ((k % 40) + 0.5) / 40 - 0.5, dy + (Math.floor(k / 40) + 0.5) / 40 - 0.5) < radius);
      return inside / 1600;
    };
    const table = new Map<string, number>();
    for (let dy = -3; dy <= 3; dy++) for (let dx = -3; dx <= 3; dx++) table.set(`${dx} ${dy}`, covered(dx, dy));
    const wanted = convolved(soft, 3, (dx, dy) => table.get(`${dx} ${dy}`)!);
    expect(worst(act(image, 'defocus-blur', 2), wanted)).toBeLessThan(1.1);
  });

  it('of a flat picture changes nothing; in motion it smears along its direction only', () => {
    for (const kind of ['gaussian-blur', 'defocus-blur', 'motion-blur'] as const)
      expect(new Set(act(flat(77), kind, 5))).toEqual(new Set([77]));
    const dot = flat(0, 65);
    dot.pixels[32 * 65 + 32] = 255;
    const lit = Array.from(act(dot, 'motion-blur', 5)).flatMap((value, i) =>
      value > 0 ? [[(i % 65) - 32, Math.floor(i / 65) - 32]] : [],
    );
    expect(lit.length).toBeGreaterThan(5);
    const [fx, fy] = lit.reduce((far, at) => (Math.hypot(...at) > Math.hypot(...far) ? at : far));
    // No lit pixel is further than a pixel and a half from the line through the dot and the furthest one.
    for (const [x, y] of lit) expect(Math.abs(x * fy - y * fx) / Math.hypot(fx, fy)).toBeLessThan(1.5);
  });
});

describe('light', () => {
  it('contrast shrinks around the mean', () => {
    const image = scene(4, { width: 40, height: 40, channels: 1 });
    const { mean } = moments(image.pixels);
    expect(
      worst(
        act(image, 'contrast', 3),
        Array.from(image.pixels, (value) => mean + 0.2 * (value - mean)),
      ),
    ).toBeLessThan(0.51);
  });

  it('exposure is a factor of the light that sRGB encodes', () => {
    const ramp: DecodedImage = { width: 256, height: 1, channels: 1, pixels: Uint8Array.from({ length: 256 }, (_, i) => i) };
    const light = (v: number): number => (v <= 0.04045 ? v / 12.92 : Math.pow((v + 0.055) / 1.055, 2.4));
    const over = act(ramp, 'over-exposure', 4);
    const under = act(ramp, 'under-exposure', 4);
    for (let i = 0; i < 256; i++) {
      if (over[i] < 255) expect(Math.abs(light(over[i] / 255) - 8 * light(i / 255))).toBeLessThan(0.012);
      expect(Math.abs(light(under[i] / 255) - light(i / 255) / 8)).toBeLessThan(0.002);
    }
    expect(over[255]).toBe(255);
  });

  it('fog whitens and the sun is where the picture is brightest', () => {
    const image = scene(7, { width: 64, height: 64, channels: 3 });
    const brighter = act(image, 'sun-flare', 5);
    expect(brighter.every((value, i) => value >= image.pixels[i])).toBe(true);
    expect(Math.max(...brighter)).toBeGreaterThan(250);
    expect(moments(act(image, 'fog', 5)).sd).toBeLessThan(moments(image.pixels).sd);
  });
});

describe('things in the way', () => {
  const covered = (pixels: Uint8Array, original: Uint8Array): number =>
    pixels.reduce((sum, value, i) => sum + Number(value !== original[i]), 0) / pixels.length;

  it('occlusion, dead rows and mud cover the share that they say, and nested from severity to severity', () => {
    const shares = {
      occlusion: [0.05, 0.1, 0.2, 0.35, 0.5],
      'dead-rows': [0.04, 0.08, 0.16, 0.3, 0.5],
      mud: [0.05, 0.12, 0.22, 0.35, 0.5],
    };
    const white = flat(255, 200);
    for (const [kind, wanted] of Object.entries(shares)) {
      let before = new Uint8Array(200 * 200).fill(255);
      for (const severity of SEVERITIES) {
        const out = act(white, kind as CorruptionId, severity);
        // Mud has a soft rim.
        expect(Math.abs(covered(out, white.pixels) - wanted[severity - 1]), kind).toBeLessThan(kind === 'mud' ? 0.12 : 0.01);
        if (kind !== 'occlusion')
          expect(
            before.every((value, i) => value === 255 || out[i] < 255),
            kind,
          ).toBe(true);
        before = Uint8Array.from(out);
      }
    }
  });

  it('JPEG loses what a cosine transform with the tables of its quality loses', () => {
    const image = scene(8, { width: 45, height: 30, channels: 1 });
    expect(act(image, 'jpeg', 1)).toEqual(resaved(image, 25).pixels);
    expect(act(image, 'jpeg', 5)).toEqual(resaved(image, 7).pixels);
    // Gray in three channels has no colour to lose.
    const threefold = (pixels: Uint8Array): Uint8Array =>
      Uint8Array.from({ length: 3 * pixels.length }, (_, i) => pixels[Math.floor(i / 3)]);
    const gray = { ...image, channels: 3 as const, pixels: threefold(image.pixels) };
    expect(worst(act(gray, 'jpeg', 3), threefold(resaved(image, 15).pixels))).toBeLessThanOrEqual(1);
  });
});
