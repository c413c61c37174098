/**
 * What JPEG loses. Entropy coding loses nothing, so no file is written: colours to YCbCr, colour at half the resolution, 8 x 8
 * cosine transform, quantisation by the tables of ITU T.81 annex K scaled as libjpeg does, and back.
 */
import { mapPlanes, type Planes } from './planes.ts';
import type { Corruption } from './registry.ts';

/** Quality (Hendrycks & Dietterich 2019, ImageNet-C). */
const QUALITY = [25, 18, 15, 10, 7];

/** Annex K.1 and K.2, row by row. */
const LUMA = [
  16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22, 29, 51, 87, 80, 62,
  18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92, 49, 64, 78, 87, 103, 121, 120, 101, 72, 92, 95, 98, 112,
  100, 103, 99,
];
const CHROMA = [
  17,
  18,
  24,
  47,
  99,
  99,
  99,
  99,
  18,
  21,
  26,
  66,
  99,
  99,
  99,
  99,
  24,
  26,
  56,
  99,
  99,
  99,
  99,
  99,
  47,
  66,
  99,
  99,
  99,
  99,
  99,
  99,
  ...new Array<number>(32).fill(99),
];

export const jpeg: Corruption = (picture, severity) => {
  const quality = QUALITY[severity - 1];
  const bytes = mapPlanes(picture, (value) => 255 * value);
  const out = bytes.planes.length === 1 ? gray(bytes, quality) : colour(bytes, quality);
  return mapPlanes(out, (value) => value / 255);
};

function gray(picture: Planes, quality: number): Planes {
  return { ...picture, planes: [quantised(picture.planes[0], picture, scaled(LUMA, quality))] };
}

/** JFIF's YCbCr; colour averaged over 2 x 2 pixels, as libjpeg's default 4:2:0. */
function colour(picture: Planes, quality: number): Planes {
  const [red, green, blue] = picture.planes;
  const y = red.map((r, i) => 0.299 * r + 0.587 * green[i] + 0.114 * blue[i]);
  const cb = red.map((r, i) => 128 - 0.168736 * r - 0.331264 * green[i] + 0.5 * blue[i]);
  const cr = red.map((r, i) => 128 + 0.5 * r - 0.418688 * green[i] - 0.081312 * blue[i]);
  const table = scaled(CHROMA, quality);
  const light = quantised(y, picture, scaled(LUMA, quality));
  const [b, r] = [cb, cr].map((plane) => halved(plane, picture, (small, size) => quantised(small, size, table)));
  const planes = [
    light.map((value, i) => value + 1.402 * (r[i] - 128)),
    light.map((value, i) => value - 0.344136 * (b[i] - 128) - 0.714136 * (r[i] - 128)),
    light.map((value, i) => value + 1.772 * (b[i] - 128)),
  ];
  return { ...picture, planes };
}

function scaled(table: readonly number[], quality: number): number[] {
  const scale = quality < 50 ? Math.floor(5000 / quality) : 200 - 2 * quality;
  return table.map((value) => Math.min(255, Math.max(1, Math.floor((value * scale + 50) / 100))));
}

interface Size {
  width: number;
  height: number;
}

function halved(
  plane: Float32Array,
  { width, height }: Size,
  act: (plane: Float32Array, size: Size) => Float32Array,
): Float32Array {
  const size = { width: Math.ceil(width / 2), height: Math.ceil(height / 2) };
  const small = Float32Array.from({ length: size.width * size.height }, (_, i) => {
    const [x, y] = [2 * (i % size.width), 2 * Math.floor(i / size.width)];
    const [x1, y1] = [Math.min(width - 1, x + 1), Math.min(height - 1, y + 1)];
    return (plane[y * width + x] + plane[y * width + x1] + plane[y1 * width + x] + plane[y1 * width + x1]) / 4;
  });
  const done = act(small, size);
  return plane.map((_, i) => done[(Math.floor(i / width) >> 1) * size.width + ((i % width) >> 1)]);
}

/** cosines[u * 8 + x] = ½ C(u) cos((2x + 1) u π / 16), orthonormal. */
const COSINES = Float64Array.from({ length: 64 }, (_, k) => {
  const [u, x] = [k >> 3, k & 7];
  return (u === 0 ? Math.SQRT1_2 : 1) * 0.5 * Math.cos(((2 * x + 1) * u * Math.PI) / 16);
});

/** Each block of 8 x 8 transformed, rounded to whole steps of the table, and back; the border's pixels fill the last blocks. */
function quantised(plane: Float32Array, { width, height }: Size, table: readonly number[]): Float32Array {
  const out = new Float32Array(plane.length);
  const block = new Float64Array(64);
  for (let top = 0; top < height; top += 8) {
    for (let left = 0; left < width; left += 8) {
      for (let k = 0; k < 64; k++) {
        const y = Math.min(height - 1, top + (k >> 3));
        block[k] = plane[y * width + Math.min(width - 1, left + (k & 7))] - 128;
      }
      const coefficients = transform(block, (a, b) => COSINES[a * 8 + b]);
      table.forEach((step, k) => (coefficients[k] = Math.round(coefficients[k] / step) * step));
      const values = transform(coefficients, (a, b) => COSINES[b * 8 + a]);
      for (let k = 0; k < 64; k++) {
        const [x, y] = [left + (k & 7), top + (k >> 3)];
        if (x < width && y < height) out[y * width + x] = Math.min(255, Math.max(0, Math.round(values[k] + 128)));
      }
    }
  }
  return out;
}

/** M B Mᵀ of an 8 x 8 block, M given by its entries. */
function transform(block: Float64Array, entry: (row: number, column: number) => number): Float64Array {
  const half = new Float64Array(64);
  const out = new Float64Array(64);
  for (let u = 0; u < 8; u++)
    for (let x = 0; x < 8; x++) for (let y = 0; y < 8; y++) half[u * 8 + x] += entry(u, y) * block[y * 8 + x];
  for (let u = 0; u < 8; u++)
    for (let v = 0; v < 8; v++) for (let x = 0; x < 8; x++) out[u * 8 + v] += entry(v, x) * half[u * 8 + x];
  return out;
}
