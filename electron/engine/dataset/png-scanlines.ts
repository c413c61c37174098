/** Scan lines of a PNG to pixels: filters (section 9), Adam7 (section 8.1), samples of 1 to 16 bits, palettes. */
import type { DecodedImage } from '../../shared/domain.ts';
import { ImageError } from './image-error.ts';

export interface PngHeader {
  width: number;
  height: number;
  depth: number;
  colorType: number;
  samples: number;
  interlaced: boolean;
}

interface Pass {
  x: number;
  y: number;
  dx: number;
  dy: number;
  width: number;
  height: number;
}

const ADAM7 = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const;

function passesOf({ width, height, interlaced }: PngHeader): Pass[] {
  if (!interlaced) return [{ x: 0, y: 0, dx: 1, dy: 1, width, height }];
  return ADAM7.map(([x, y, dx, dy]) => ({
    x,
    y,
    dx,
    dy,
    width: Math.ceil((width - x) / dx),
    height: Math.ceil((height - y) / dy),
  })).filter((pass) => pass.width > 0 && pass.height > 0);
}

function lineBytes(width: number, { depth, samples }: PngHeader): number {
  return Math.ceil((width * depth * samples) / 8);
}

/** Inflated size: every line has one filter byte before it. */
export function scanlineBytes(header: PngHeader): number {
  return passesOf(header).reduce((sum, pass) => sum + pass.height * (1 + lineBytes(pass.width, header)), 0);
}

/** Unfilters `raw` in place and writes gray or RGB pixels. */
export function readScanlines(raw: Uint8Array, header: PngHeader, palette: Uint8Array | null, name: string): DecodedImage {
  const channels = header.colorType === 0 || header.colorType === 4 ? 1 : 3;
  const pixels = new Uint8Array(header.width * header.height * channels);
  const lookup = lookupOf(header, palette);
  const step = Math.max(1, (header.depth * header.samples) >> 3);
  let at = 0;
  for (const pass of passesOf(header)) {
    const length = lineBytes(pass.width, header);
    for (let row = 0; row < pass.height; row++) {
      unfilter(raw, { at, length, step, first: row === 0, name });
      const to = ((pass.y + row * pass.dy) * header.width + pass.x) * channels;
      const line = { raw, from: at + 1, count: pass.width, pixels, to, stride: pass.dx * channels };
      if (lookup !== null) writeLooked(line, header.depth, lookup, name);
      else writeDirect(line, header, channels);
      at += 1 + length;
    }
  }
  return { width: header.width, height: header.height, channels, pixels };
}

interface FilteredLine {
  /** Offset of the filter byte; the line above ends right before it. */
  at: number;
  length: number;
  /** Bytes of a whole pixel, at least 1. */
  step: number;
  first: boolean;
  name: string;
}

function unfilter(raw: Uint8Array, { at, length, step, first, name }: FilteredLine): void {
  const begin = at + 1;
  const end = begin + length;
  const up = length + 1;
  switch (raw[at]) {
    case 0:
      return;
    case 1:
      for (let i = begin + step; i < end; i++) raw[i] += raw[i - step];
      return;
    case 2:
      if (!first) for (let i = begin; i < end; i++) raw[i] += raw[i - up];
      return;
    case 3:
      for (let i = begin; i < end; i++) {
        const left = i - step >= begin ? raw[i - step] : 0;
        raw[i] += (left + (first ? 0 : raw[i - up])) >> 1;
      }
      return;
    case 4:
      for (let i = begin; i < end; i++) {
        const inside = i - step >= begin;
        const left = inside ? raw[i - step] : 0;
        const above = first ? 0 : raw[i - up];
        raw[i] += paeth(left, above, inside && !first ? raw[i - up - step] : 0);
      }
      return;
    default:
      throw new ImageError(name, `the PNG data is damaged (line filter ${raw[at]})`);
  }
}

function paeth(a: number, b: number, c: number): number {
  const pa = Math.abs(b - c);
  const pb = Math.abs(a - c);
  const pc = Math.abs(a + b - c - c);
  return pa <= pb && pa <= pc ? a : pb <= pc ? b : c;
}

interface Line {
  raw: Uint8Array;
  from: number;
  count: number;
  pixels: Uint8Array;
  to: number;
  stride: number;
}

/** Palette entries, or stretched gray values for samples of less than 8 bits; null for samples written as they are. */
function lookupOf({ depth }: PngHeader, palette: Uint8Array | null): { colors: Uint8Array; channels: 1 | 3 } | null {
  if (palette !== null) return { colors: palette.subarray(0, palette.length - (palette.length % 3)), channels: 3 };
  if (depth >= 8) return null;
  const most = 2 ** depth - 1;
  return { colors: Uint8Array.from({ length: most + 1 }, (_, value) => (value * 255) / most), channels: 1 };
}

function writeLooked(
  line: Line,
  depth: number,
  { colors, channels }: { colors: Uint8Array; channels: 1 | 3 },
  name: string,
): void {
  const { raw, from, count, pixels, stride } = line;
  const mask = 2 ** depth - 1;
  let to = line.to;
  for (let i = 0; i < count; i++, to += stride) {
    const bit = i * depth;
    const value = (raw[from + (bit >> 3)] >> (8 - depth - (bit & 7))) & mask;
    if (channels === 1) {
      pixels[to] = colors[value];
      continue;
    }
    if (3 * value >= colors.length)
      throw new ImageError(name, `it uses colour ${value}, its PNG palette has ${colors.length / 3}`);
    pixels[to] = colors[3 * value];
    pixels[to + 1] = colors[3 * value + 1];
    pixels[to + 2] = colors[3 * value + 2];
  }
}

/** Samples of 8 and 16 bits; an alpha sample after them is passed over. */
function writeDirect({ raw, from, count, pixels, to, stride }: Line, { depth, samples }: PngHeader, channels: 1 | 3): void {
  if (depth === 8 && samples === channels && stride === channels) {
    pixels.set(raw.subarray(from, from + count * channels), to);
    return;
  }
  const bytes = depth >> 3;
  for (let i = 0, source = from; i < count; i++, to += stride, source += samples * bytes) {
    for (let c = 0; c < channels; c++) {
      pixels[to + c] = depth === 8 ? raw[source + c] : Math.round(((raw[source + 2 * c] << 8) | raw[source + 2 * c + 1]) / 257);
    }
  }
}
