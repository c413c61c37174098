/**
 * PNG (W3C PNG, third edition): chunks, checksums and inflation; the scan lines are in png-scanlines.ts.
 * Written here, because fast-png fails on interlaced images of less than 8 bits, checks neither sizes nor checksums, and
 * inflates without a bound. zlib is Node's own, its output is capped by what the header announces.
 */
import { crc32, inflateSync } from 'node:zlib';
import { isSystemError } from '../../shared/errors.ts';
import type { DecodedImage } from '../../shared/domain.ts';
import { checkSize, ImageError } from './image-error.ts';
import { readScanlines, scanlineBytes, type PngHeader } from './png-scanlines.ts';

/** Bytes that some writers leave after the last scan line. */
const SLACK = 65536;
const SAMPLES: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };
const DEPTHS: Readonly<Record<number, readonly number[]>> = {
  0: [1, 2, 4, 8, 16],
  2: [8, 16],
  3: [1, 2, 4, 8],
  4: [8, 16],
  6: [8, 16],
};

export function decodePng(bytes: Uint8Array, name: string): DecodedImage {
  const { header, palette, data } = readChunks(bytes, name);
  const expected = scanlineBytes(header);
  let raw: Uint8Array;
  try {
    raw = inflateSync(data.length === 1 ? data[0] : Buffer.concat(data), { maxOutputLength: expected + SLACK });
  } catch (error) {
    if (isSystemError(error, 'ERR_BUFFER_TOO_LARGE')) {
      throw new ImageError(name, 'the PNG data inflates to more than its header announces', error);
    }
    if (isSystemError(error, 'Z_BUF_ERROR')) throw new ImageError(name, 'the file is cut short (inside the PNG data)', error);
    throw new ImageError(name, 'the PNG data is damaged', error);
  }
  if (raw.length < expected) {
    throw new ImageError(name, `the PNG data is cut short (${expected - raw.length} of ${expected} bytes are missing)`);
  }
  return readScanlines(raw, header, palette, name);
}

interface Chunks {
  header: PngHeader;
  palette: Uint8Array | null;
  data: Uint8Array[];
}

function readChunks(bytes: Uint8Array, name: string): Chunks {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let header: PngHeader | undefined;
  let palette: Uint8Array | null = null;
  const data: Uint8Array[] = [];
  let at = 8;
  while (at < bytes.length) {
    const left = bytes.length - at;
    if (left < 12) throw new ImageError(name, 'the file is cut short (between PNG chunks)');
    const length = view.getUint32(at);
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    if (length > left - 12) {
      throw new ImageError(name, `the file is cut short (PNG chunk ${type} lacks ${length - left + 12} of ${length} bytes)`);
    }
    const body = bytes.subarray(at + 8, at + 8 + length);
    // Critical chunks have a capital first letter; damage in others does not touch the pixels.
    if ((bytes[at + 4] & 0x20) === 0 && crc32(bytes.subarray(at + 4, at + 8 + length)) !== view.getUint32(at + 8 + length)) {
      throw new ImageError(name, `the PNG chunk ${type} is damaged (checksum)`);
    }
    at += 12 + length;
    if (type === 'IHDR') header = readHeader(body, name);
    else if (type === 'PLTE') palette = body;
    else if (type === 'IDAT') data.push(body);
    else if (type === 'IEND') break;
  }
  if (header === undefined) throw new ImageError(name, 'the PNG header is missing');
  if (data.length === 0) throw new ImageError(name, 'it holds no PNG image data');
  if (header.colorType === 3 && palette === null) throw new ImageError(name, 'the PNG palette is missing');
  return { header, palette: header.colorType === 3 ? palette : null, data };
}

function readHeader(body: Uint8Array, name: string): PngHeader {
  if (body.length !== 13) throw new ImageError(name, 'the PNG header is damaged');
  const view = new DataView(body.buffer, body.byteOffset, body.length);
  const header = {
    width: view.getUint32(0),
    height: view.getUint32(4),
    depth: body[8],
    colorType: body[9],
    samples: SAMPLES[body[9]],
    interlaced: body[12] === 1,
  };
  if (DEPTHS[header.colorType]?.includes(header.depth) !== true || body[10] !== 0 || body[11] !== 0 || body[12] > 1) {
    throw new ImageError(name, `the PNG header is damaged (colour type ${header.colorType}, ${header.depth} bits)`);
  }
  checkSize(header.width, header.height, name);
  return header;
}
