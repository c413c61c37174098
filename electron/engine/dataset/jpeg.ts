/**
 * JPEG through libjpeg-turbo (WebAssembly). Gray files stay gray; CMYK is refused, since its inversion is a convention
 * that files do not state. libjpeg's warnings count as damage here, where Pillow would pass over some of them.
 */
import { createRequire } from 'node:module';
import type { DecodedImage } from '../../shared/domain.ts';
import { checkSize, ImageError } from './image-error.ts';
import { fromRgba } from './rgba.ts';

interface Turbo {
  decode(bytes: Uint8Array): { width: number; height: number; data: Uint8ClampedArray };
}

const require = createRequire(import.meta.url);
const PACKAGE = '@cwasm/jpeg-turbo';
let turbo: Turbo | undefined;

export function decodeJpeg(bytes: Uint8Array, name: string): DecodedImage {
  const { width, height, components, precision, end } = readFrame(bytes, name);
  checkSize(width, height, name);
  if (precision !== 8) throw new ImageError(name, `JPEG with ${precision} bits per sample is not supported`);
  if (components === 4) throw new ImageError(name, 'CMYK JPEG is not supported, convert it to RGB');
  if (components !== 1 && components !== 3) throw new ImageError(name, `JPEG with ${components} components is not supported`);
  if (Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).lastIndexOf('\xff\xd9', undefined, 'latin1') < end) {
    throw new ImageError(name, 'the file is cut short (the end of the JPEG data is missing)');
  }
  return fromRgba(decodeTurbo(bytes, name), components);
}

function decodeTurbo(bytes: Uint8Array, name: string): ReturnType<Turbo['decode']> {
  turbo ??= require(PACKAGE) as Turbo;
  try {
    return turbo.decode(bytes);
  } catch (error) {
    // A fatal error leaves the decoder by an exception and its buffers allocated: take a fresh instance.
    delete require.cache[require.resolve(PACKAGE)];
    turbo = undefined;
    throw new ImageError(name, 'the JPEG data is damaged or cut short', error);
  }
}

interface Frame {
  width: number;
  height: number;
  components: number;
  precision: number;
  /** Offset after the frame header. */
  end: number;
}

/** Finds the start-of-frame marker (ITU T.81, B.2.2), passing over thumbnails inside other segments. */
function readFrame(bytes: Uint8Array, name: string): Frame {
  let at = 2;
  while (at + 4 <= bytes.length) {
    if (bytes[at] !== 0xff) throw new ImageError(name, 'the JPEG header is damaged');
    const marker = bytes[at + 1];
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    const length = (bytes[at + 2] << 8) | bytes[at + 3];
    const isFrame = marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
    if (isFrame && at + 10 <= bytes.length) {
      return {
        precision: bytes[at + 4],
        height: (bytes[at + 5] << 8) | bytes[at + 6],
        width: (bytes[at + 7] << 8) | bytes[at + 8],
        components: bytes[at + 9],
        end: at + 10,
      };
    }
    if (marker === 0xda || marker === 0xd9) throw new ImageError(name, 'the JPEG header states no size');
    at += marker === 0x01 || (marker >= 0xd0 && marker <= 0xd7) ? 2 : 2 + Math.max(2, length);
  }
  throw new ImageError(name, 'the file is cut short (inside the JPEG header)');
}
