/** Pictures for the window: PNG bytes and data addresses of decoded images, number maps and masks. */
import { encode } from 'fast-png';
import type { DecodedImage } from '../../shared/domain.ts';
import { resize } from '../dataset/resize.ts';

/** The image itself, made smaller to fit a square of `size`; never larger. */
export function thumbnail(image: DecodedImage, size: number): Uint8Array {
  const factor = Math.min(1, size / Math.max(image.width, image.height));
  const width = Math.max(1, Math.round(image.width * factor));
  const height = Math.max(1, Math.round(image.height * factor));
  return png(factor === 1 ? image : resize(image, { width, height }, 'bilinear'));
}

export function png({ width, height, channels, pixels }: DecodedImage): Uint8Array {
  return encode({ width, height, channels, depth: 8, data: pixels });
}

export function dataAddress(bytes: Uint8Array, type = 'image/png'): string {
  return `data:${type};base64,${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64')}`;
}
