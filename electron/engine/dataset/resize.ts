/**
 * Pillow's resize, exact to the bit (NUMERICS2 section 4, after Pillow's Resample.c and Geometry.c): columns first, then
 * rows, each pass rounded to bytes and left out when its size does not change; integer weights of 22 bits.
 */
import type { DecodedImage } from '../../shared/domain.ts';

export type ResizeMode = 'nearest' | 'bilinear' | 'bicubic' | 'box' | 'lanczos';

interface Kernel {
  support: number;
  at(x: number): number;
}

const PRECISION = 22;
const CUBIC_A = -0.5;

const KERNELS: Readonly<Record<Exclude<ResizeMode, 'nearest'>, Kernel>> = {
  box: { support: 0.5, at: (x) => (x > -0.5 && x <= 0.5 ? 1 : 0) },
  bilinear: { support: 1, at: (x) => Math.max(0, 1 - Math.abs(x)) },
  bicubic: { support: 2, at: cubic },
  lanczos: { support: 3, at: (x) => (x >= -3 && x < 3 ? sinc(x) * sinc(x / 3) : 0) },
};

function cubic(signed: number): number {
  const x = Math.abs(signed);
  if (x < 1) return ((CUBIC_A + 2) * x - (CUBIC_A + 3)) * x * x + 1;
  return x < 2 ? (((x - 5) * x + 8) * x - 4) * CUBIC_A : 0;
}

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(x * Math.PI) / (x * Math.PI);
}

export interface Size {
  height: number;
  width: number;
}

export function resize(image: DecodedImage, { height, width }: Size, mode: ResizeMode): DecodedImage {
  if (image.height === height && image.width === width) return image;
  if (mode === 'nearest') return nearest(image, { height, width });
  const kernel = KERNELS[mode];
  const { channels } = image;
  let { pixels } = image;
  if (width !== image.width) {
    const weights = weightsFor(image.width, width, kernel);
    pixels = resampleColumns(pixels, { lines: image.height, from: image.width, to: width, channels }, weights);
  }
  if (height !== image.height) {
    pixels = resampleRows(pixels, { rowBytes: width * channels, to: height }, weightsFor(image.height, height, kernel));
  }
  return { width, height, channels, pixels };
}

interface Weights {
  first: Int32Array;
  count: Int32Array;
  /** Weights of output o begin at o * stride. */
  stride: number;
  values: Int32Array;
}

const cache = new Map<string, Weights>();
const CACHED = 64;

/** Images of a set mostly share a size: the last weights are kept. */
function weightsFor(from: number, to: number, kernel: Kernel): Weights {
  const key = `${from} ${to} ${kernel.support}`;
  let weights = cache.get(key);
  if (weights === undefined) {
    weights = computeWeights(from, to, kernel);
    if (cache.size >= CACHED) cache.clear();
    cache.set(key, weights);
  }
  return weights;
}

function computeWeights(from: number, to: number, kernel: Kernel): Weights {
  const scale = from / to;
  const filterScale = Math.max(scale, 1);
  const support = kernel.support * filterScale;
  const stride = Math.ceil(support) * 2 + 1;
  const weights = { first: new Int32Array(to), count: new Int32Array(to), stride, values: new Int32Array(to * stride) };
  const line = new Float64Array(stride);
  const inverse = 1 / filterScale;
  for (let o = 0; o < to; o++) {
    const centre = (o + 0.5) * scale;
    const begin = Math.max(0, Math.trunc(centre - support + 0.5));
    const count = Math.min(from, Math.trunc(centre + support + 0.5)) - begin;
    let sum = 0;
    for (let i = 0; i < count; i++) {
      line[i] = kernel.at((i + begin - centre + 0.5) * inverse);
      sum += line[i];
    }
    for (let i = 0; i < count; i++) {
      const scaled = (sum === 0 ? line[i] : line[i] / sum) * 2 ** PRECISION;
      weights.values[o * stride + i] = Math.trunc(scaled < 0 ? scaled - 0.5 : scaled + 0.5);
    }
    weights.first[o] = begin;
    weights.count[o] = count;
  }
  return weights;
}

function clip(sum: number): number {
  const value = sum >> PRECISION;
  return value < 0 ? 0 : value > 255 ? 255 : value;
}

const HALF = 1 << (PRECISION - 1);

interface Columns {
  lines: number;
  from: number;
  to: number;
  channels: 1 | 3;
}

function resampleColumns(pixels: Uint8Array, { lines, from, to, channels }: Columns, weights: Weights): Uint8Array {
  const { first, count, stride, values } = weights;
  const out = new Uint8Array(lines * to * channels);
  for (let y = 0; y < lines; y++) {
    const row = y * from * channels;
    for (let o = 0; o < to; o++) {
      const w = o * stride;
      const n = count[o];
      let at = row + first[o] * channels;
      const target = (y * to + o) * channels;
      if (channels === 1) {
        let sum = HALF;
        for (let i = 0; i < n; i++) sum = (sum + Math.imul(values[w + i], pixels[at + i])) | 0;
        out[target] = clip(sum);
        continue;
      }
      let red = HALF;
      let green = HALF;
      let blue = HALF;
      for (let i = 0; i < n; i++, at += 3) {
        const weight = values[w + i];
        red = (red + Math.imul(weight, pixels[at])) | 0;
        green = (green + Math.imul(weight, pixels[at + 1])) | 0;
        blue = (blue + Math.imul(weight, pixels[at + 2])) | 0;
      }
      out[target] = clip(red);
      out[target + 1] = clip(green);
      out[target + 2] = clip(blue);
    }
  }
  return out;
}

/** Whole rows at a time: the inner loop runs along memory. */
function resampleRows(pixels: Uint8Array, { rowBytes, to }: { rowBytes: number; to: number }, weights: Weights): Uint8Array {
  const { first, count, stride, values } = weights;
  const out = new Uint8Array(to * rowBytes);
  const sums = new Int32Array(rowBytes);
  for (let o = 0; o < to; o++) {
    sums.fill(HALF);
    for (let i = 0; i < count[o]; i++) {
      const weight = values[o * stride + i];
      const row = (first[o] + i) * rowBytes;
      for (let x = 0; x < rowBytes; x++) sums[x] += Math.imul(weight, pixels[row + x]);
    }
    const target = o * rowBytes;
    for (let x = 0; x < rowBytes; x++) out[target + x] = clip(sums[x]);
  }
  return out;
}

function nearest(image: DecodedImage, { height, width }: Size): DecodedImage {
  const { channels } = image;
  const columns = nearestIndices(image.width, width);
  const rows = nearestIndices(image.height, height);
  const pixels = new Uint8Array(width * height * channels);
  let o = 0;
  for (let y = 0; y < height; y++) {
    const row = rows[y] * image.width;
    for (let x = 0; x < width; x++) {
      const at = (row + columns[x]) * channels;
      for (let c = 0; c < channels; c++) pixels[o++] = image.pixels[at + c];
    }
  }
  return { width, height, channels, pixels };
}

/** Positions are accumulated by addition, as Pillow does: ties fall where its rounding errors put them. */
function nearestIndices(from: number, to: number): Int32Array {
  const scale = from / to;
  const indices = new Int32Array(to);
  let position = scale * 0.5;
  for (let o = 0; o < to; o++, position += scale) indices[o] = Math.min(from - 1, Math.trunc(position));
  return indices;
}
