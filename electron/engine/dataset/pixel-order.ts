/** How the bytes of one image lie in a record of a container, and the image that they are. Alpha is dropped. */
import type { DecodedImage } from '../../shared/domain.ts';

export interface PixelOrder {
  width: number;
  height: number;
  planes: 1 | 3 | 4;
  /** `planar-columns`: each plane column by column, as MATLAB stores it. */
  order: 'planar' | 'planar-columns' | 'interleaved';
}

export const bytesOf = ({ width, height, planes }: PixelOrder): number => width * height * planes;

/** @param bytes at least `bytesOf(order)`. The image has bytes of its own. */
export function toImage(bytes: Uint8Array, layout: PixelOrder): DecodedImage {
  const { width, height, planes, order } = layout;
  const channels = planes === 1 ? 1 : 3;
  const area = width * height;
  if (order !== 'planar-columns' && (planes === 1 || (planes === 3 && order === 'interleaved'))) {
    return { width, height, channels, pixels: bytes.slice(0, area * channels) };
  }
  const pixels = new Uint8Array(area * channels);
  const [pixelStep, planeStep] = order === 'interleaved' ? [planes, 1] : [1, area];
  const byColumns = order === 'planar-columns';
  for (let y = 0, o = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = (byColumns ? x * height + y : y * width + x) * pixelStep;
      for (let c = 0; c < channels; c++) pixels[o++] = bytes[at + c * planeStep];
    }
  }
  return { width, height, channels, pixels };
}
