/** WebP through libwebp (WebAssembly). Animations are refused; alpha is dropped. */
import { decode } from '@cwasm/webp';
import type { DecodedImage } from '../../shared/domain.ts';
import { checkSize, ImageError } from './image-error.ts';
import { fromRgba } from './rgba.ts';

export function decodeWebp(bytes: Uint8Array, name: string): DecodedImage {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (bytes.length < 30) throw new ImageError(name, 'the file is cut short (inside the WebP header)');
  const announced = 8 + view.getUint32(4, true);
  if (announced > bytes.length + (announced & 1)) {
    throw new ImageError(name, `the file is cut short (${announced - bytes.length} of ${announced} bytes are missing)`);
  }
  const { width, height } = readSize(bytes, view, name);
  checkSize(width, height, name);
  try {
    return fromRgba(decode(bytes), 3);
  } catch (error) {
    throw new ImageError(name, 'the WebP data is damaged or cut short', error);
  }
}

/** Size of the canvas by the first chunk: VP8X, VP8L or VP8. */
function readSize(bytes: Uint8Array, view: DataView, name: string): { width: number; height: number } {
  const chunk = String.fromCharCode(...bytes.subarray(12, 16));
  if (chunk === 'VP8X') {
    if ((bytes[20] & 0x02) !== 0) throw new ImageError(name, 'it is an animated WebP, only still images are read');
    const uint24 = (at: number) => bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16);
    return { width: uint24(24) + 1, height: uint24(27) + 1 };
  }
  if (chunk === 'VP8L') {
    const bits = view.getUint32(21, true);
    return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
  }
  if (chunk === 'VP8 ') return { width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff };
  throw new ImageError(name, 'the WebP header is damaged');
}
