/**
 * Image files to pixels, bit-equal to what Pillow decodes by default and then reduces to gray or RGB: alpha is dropped
 * without blending, palettes become RGB, gray of 1, 2 and 4 bits is stretched to 0..255; no EXIF turn, no gamma, no ICC.
 * One rule differs on purpose: 16-bit samples are scaled, round(v / 257); Pillow clips 16-bit gray at 255 and takes the
 * high byte of 16-bit colour. Only the first image of an animated PNG is read; animated WebP is refused.
 */
import type { DecodedImage } from '../../shared/domain.ts';
import { decodeBmp } from './bmp.ts';
import { ImageError } from './image-error.ts';
import { sniffFormat, type ImageFormat } from './image-format.ts';
import { decodeJpeg } from './jpeg.ts';
import { decodePng } from './png.ts';
import { decodeWebp } from './webp.ts';

type Decoder = (bytes: Uint8Array, name: string) => DecodedImage;

const DECODERS: Readonly<Record<ImageFormat, Decoder>> = {
  png: decodePng,
  jpeg: decodeJpeg,
  bmp: decodeBmp,
  webp: decodeWebp,
};

/** @param name Named in errors. Throws ImageError, whatever the bytes are. */
export function decodeImage(bytes: Uint8Array, name: string): DecodedImage {
  if (bytes.length === 0) throw new ImageError(name, 'the file is empty');
  const format = sniffFormat(bytes);
  if (format === null) throw new ImageError(name, 'it is not a PNG, JPEG, BMP or WebP image');
  try {
    return DECODERS[format](bytes, name);
  } catch (error) {
    if (error instanceof ImageError) throw error;
    const what = error instanceof Error ? error.message : String(error);
    throw new ImageError(name, `the ${format.toUpperCase()} data is damaged (${what})`, error);
  }
}
