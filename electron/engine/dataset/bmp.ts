/**
 * BMP of 1, 4, 8, 16, 24 and 32 bits, bottom-up and top-down, by the rules of Pillow's BmpImagePlugin: a palette that is
 * a gray ramp gives a gray image, the fourth byte of 32 bits is dropped. Run-length coding and unusual bit masks are
 * refused. Written here, because on the test images fast-bmp drops palettes and knows no 4 bits and no top-down files, and
 * bmp-ts stops at the first line of odd 4-bit images and ignores where the header says that the pixels begin.
 */
import type { DecodedImage } from '../../shared/domain.ts';
import { checkSize, ImageError } from './image-error.ts';

interface BmpHeader {
  width: number;
  height: number;
  topDown: boolean;
  bits: number;
  /** Offset of the first pixel row. */
  pixelsAt: number;
  /** Shift of red, green, blue in 32 bits; bits of green in 16. */
  order: readonly [number, number, number];
  greenBits: 5 | 6;
  /** Entries of 3 bytes (RGB), or null without palette. */
  palette: Uint8Array | null;
}

const BITS = [1, 4, 8, 16, 24, 32];
const RGB_ORDER = [2, 1, 0] as const;
/** Bit masks red, green, blue of 32 bits that files carry, with the byte each channel lies in. */
const ORDERS: Readonly<Record<string, readonly [number, number, number]>> = {
  'ff0000,ff00,ff': RGB_ORDER,
  '0,0,0': RGB_ORDER,
  'ff,ff00,ff0000': [0, 1, 2],
  'ff000000,ff0000,ff00': [3, 2, 1],
};

export function decodeBmp(bytes: Uint8Array, name: string): DecodedImage {
  const header = readHeader(bytes, name);
  const { width, height, bits, palette } = header;
  const stride = ((width * bits + 31) >> 5) * 4;
  const missing = header.pixelsAt + stride * height - bytes.length;
  // Some writers leave the padding of the last line out.
  if (missing > stride - Math.ceil((width * bits) / 8)) {
    throw new ImageError(name, `the file is cut short (${missing} bytes of BMP data are missing)`);
  }
  const gray = palette !== null && isGrayRamp(palette, bits);
  const channels = gray ? 1 : 3;
  const pixels = new Uint8Array(width * height * channels);
  for (let y = 0; y < height; y++) {
    const from = header.pixelsAt + (header.topDown ? y : height - 1 - y) * stride;
    const to = y * width * channels;
    if (palette === null) writeColours(bytes, from, header, pixels.subarray(to, to + width * 3));
    else writeIndexed({ bytes, from, bits, palette, gray, name }, pixels.subarray(to, to + width * channels));
  }
  return { width, height, channels, pixels };
}

function readHeader(bytes: Uint8Array, name: string): BmpHeader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (bytes.length < 26) throw new ImageError(name, 'the file is cut short (inside the BMP header)');
  const headerBytes = view.getUint32(14, true);
  const old = headerBytes === 12;
  if (bytes.length < 14 + headerBytes) throw new ImageError(name, 'the file is cut short (inside the BMP header)');
  const signedHeight = old ? view.getUint16(20, true) : view.getInt32(22, true);
  const width = old ? view.getUint16(18, true) : view.getInt32(18, true);
  const height = Math.abs(signedHeight);
  checkSize(width, height, name);
  const bits = view.getUint16(old ? 24 : 28, true);
  if (!BITS.includes(bits)) throw new ImageError(name, `BMP with ${bits} bits per pixel is not supported`);
  const compression = old ? 0 : view.getUint32(30, true);
  if (compression === 1 || compression === 2) throw new ImageError(name, 'run-length coded BMP is not supported');
  if (compression !== 0 && !(compression === 3 && bits >= 16)) {
    throw new ImageError(name, `BMP with compression ${compression} is not supported`);
  }
  const masks = compression === 3 ? readMasks(view, name) : null;
  const colours = (old ? 0 : view.getUint32(46, true)) || 2 ** bits;
  const tableAt = 14 + headerBytes;
  let pixelsAt = view.getUint32(10, true);
  if (pixelsAt === tableAt && bits <= 8) pixelsAt += colours * (old ? 3 : 4);
  const palette = bits <= 8 ? readPalette(bytes, { tableAt, colours, entry: old ? 3 : 4, name }) : null;
  return { width, height, topDown: signedHeight < 0, bits, pixelsAt, palette, ...pixelOrder(bits, masks, name) };
}

function readMasks(view: DataView, name: string): string {
  if (view.byteLength < 66) throw new ImageError(name, 'the file is cut short (inside the BMP header)');
  return [54, 58, 62].map((at) => view.getUint32(at, true).toString(16)).join(',');
}

function pixelOrder(bits: number, masks: string | null, name: string): Pick<BmpHeader, 'order' | 'greenBits'> {
  if (bits === 16 && masks === 'f800,7e0,1f') return { order: RGB_ORDER, greenBits: 6 };
  if (masks === null || (bits === 16 && masks === '7c00,3e0,1f')) return { order: RGB_ORDER, greenBits: 5 };
  const order = bits === 16 ? undefined : ORDERS[masks];
  if (order === undefined || (bits === 24 && order !== RGB_ORDER)) {
    throw new ImageError(name, `BMP with the bit masks ${masks} is not supported`);
  }
  return { order, greenBits: 5 };
}

interface Table {
  tableAt: number;
  colours: number;
  entry: number;
  name: string;
}

/** Stored blue, green, red. */
function readPalette(bytes: Uint8Array, { tableAt, colours, entry, name }: Table): Uint8Array {
  if (colours > 65536) throw new ImageError(name, `the BMP header announces ${colours} colours`);
  if (tableAt + colours * entry > bytes.length) throw new ImageError(name, 'the file is cut short (inside the BMP palette)');
  const palette = new Uint8Array(colours * 3);
  for (let i = 0; i < colours; i++) {
    for (let c = 0; c < 3; c++) palette[3 * i + c] = bytes[tableAt + i * entry + 2 - c];
  }
  return palette;
}

/** Black and white of 1 bit, or every index its own gray value in 8. */
function isGrayRamp(palette: Uint8Array, bits: number): boolean {
  const colours = palette.length / 3;
  if (bits === 4 || (bits === 1) !== (colours === 2)) return false;
  return palette.every((value, i) => value === Math.floor(i / 3) * (bits === 1 ? 255 : 1));
}

interface IndexedLine {
  bytes: Uint8Array;
  from: number;
  bits: number;
  palette: Uint8Array;
  gray: boolean;
  name: string;
}

function writeIndexed({ bytes, from, bits, palette, gray, name }: IndexedLine, out: Uint8Array): void {
  const mask = 2 ** bits - 1;
  const count = gray ? out.length : out.length / 3;
  for (let x = 0; x < count; x++) {
    const bit = x * bits;
    const value = (bytes[from + (bit >> 3)] >> (8 - bits - (bit & 7))) & mask;
    if (gray) {
      out[x] = bits === 1 ? value * 255 : value;
      continue;
    }
    if (3 * value >= palette.length)
      throw new ImageError(name, `it uses colour ${value}, its BMP palette has ${palette.length / 3}`);
    for (let c = 0; c < 3; c++) out[3 * x + c] = palette[3 * value + c];
  }
}

function writeColours(bytes: Uint8Array, from: number, { bits, order, greenBits }: BmpHeader, out: Uint8Array): void {
  const step = bits >> 3;
  for (let o = 0, at = from; o < out.length; o += 3, at += step) {
    if (bits === 16) {
      const value = bytes[at] | (bytes[at + 1] << 8);
      const greenMax = 2 ** greenBits - 1;
      out[o] = (((value >> (5 + greenBits)) & 31) * 255) / 31;
      out[o + 1] = (((value >> 5) & greenMax) * 255) / greenMax;
      out[o + 2] = ((value & 31) * 255) / 31;
    } else {
      out[o] = bytes[at + order[0]];
      out[o + 1] = bytes[at + order[1]];
      out[o + 2] = bytes[at + order[2]];
    }
  }
}
