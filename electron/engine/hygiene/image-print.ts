/**
 * A print of an image that resaving, resizing and brightening hardly change: its luma averaged to 16 x 16, and the signs of
 * the low frequencies of its cosine transform against their median (pHash; Zauner 2010, section 3.2.1). The signs find
 * candidates, the thumbnail decides.
 */
import type { LumaGrid } from './luma-grid.ts';

export const THUMB_SIDE = 16;
const FREQUENCIES = 8;
export const HASH_BYTES = 8;
/** Hash, then the thumbnail row by row. All zero: the image is flat, and like nothing. */
export const PRINT_BYTES = HASH_BYTES + THUMB_SIDE * THUMB_SIDE;
/** Below this sd of the thumbnail, in gray levels, there is nothing to compare. */
const FLAT = 2;

export function writePrint(grid: LumaGrid, out: Uint8Array): void {
  const thumb = averaged(grid);
  const mean = thumb.reduce((a, b) => a + b, 0) / thumb.length;
  const deviation = Math.sqrt(thumb.reduce((sum, value) => sum + (value - mean) ** 2, 0) / thumb.length);
  out.fill(0);
  if (deviation < FLAT) return;
  signs(thumb, out);
  // Brightness and contrast are taken out here: 128 is the mean, 32 levels are one sd.
  thumb.forEach((value, i) => (out[HASH_BYTES + i] = Math.max(0, Math.min(255, 128 + (32 * (value - mean)) / deviation))));
}

/** Means over 16 x 16 equal areas; a pixel on a border counts by its parts. */
function averaged({ luma, rows, cols }: LumaGrid): Float64Array {
  const across = overlapsOf(cols);
  const down = overlapsOf(rows);
  const thumb = new Float64Array(THUMB_SIDE * THUMB_SIDE);
  const line = new Float64Array(THUMB_SIDE);
  let last = -1;
  for (let i = 0; i < down.length; i++) {
    const { from, cell, weight } = down[i];
    if (from !== last) {
      line.fill(0);
      for (const part of across) line[part.cell] += part.weight * luma[from * cols + part.from];
      last = from;
    }
    for (let c = 0; c < THUMB_SIDE; c++) thumb[cell * THUMB_SIDE + c] += weight * line[c];
  }
  return thumb;
}

interface Overlap {
  from: number;
  cell: number;
  /** Part of the cell that lies in the pixel. */
  weight: number;
}

const overlaps = new Map<number, Overlap[]>();

/** Where `size` pixels and the cells of a thumbnail overlap along one side, pixel by pixel. */
function overlapsOf(size: number): Overlap[] {
  let list = overlaps.get(size);
  if (list === undefined) {
    list = [];
    const length = THUMB_SIDE / size;
    for (let from = 0; from < size; from++) {
      for (let cell = Math.floor(from * length); cell < Math.min(THUMB_SIDE, (from + 1) * length); cell++) {
        const weight = Math.min(cell + 1, (from + 1) * length) - Math.max(cell, from * length);
        if (weight > 1e-9) list.push({ from, cell, weight });
      }
    }
    overlaps.set(size, list);
  }
  return list;
}

/** cos(π u (x + ½) / 16), [frequency, position]. */
const BASIS = Float64Array.from({ length: FREQUENCIES * THUMB_SIDE }, (_, i) =>
  Math.cos((Math.PI * Math.floor(i / THUMB_SIDE) * ((i % THUMB_SIDE) + 0.5)) / THUMB_SIDE),
);

/** Bit i of the hash: frequency i is above the median of all but the constant one, whose bit stays 0. */
function signs(thumb: Float64Array, out: Uint8Array): void {
  const across = new Float64Array(THUMB_SIDE * FREQUENCIES);
  for (let y = 0; y < THUMB_SIDE; y++) {
    for (let u = 0; u < FREQUENCIES; u++) {
      let sum = 0;
      for (let x = 0; x < THUMB_SIDE; x++) sum += thumb[y * THUMB_SIDE + x] * BASIS[u * THUMB_SIDE + x];
      across[y * FREQUENCIES + u] = sum;
    }
  }
  const terms = new Float64Array(FREQUENCIES * FREQUENCIES);
  for (let v = 0; v < FREQUENCIES; v++) {
    for (let u = 0; u < FREQUENCIES; u++) {
      for (let y = 0; y < THUMB_SIDE; y++) terms[v * FREQUENCIES + u] += across[y * FREQUENCIES + u] * BASIS[v * THUMB_SIDE + y];
    }
  }
  const median = terms.slice(1).sort()[(terms.length - 1) >> 1];
  for (let i = 1; i < terms.length; i++) if (terms[i] > median) out[i >> 3] |= 1 << (i & 7);
}
