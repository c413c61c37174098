/** Sizes and crops by torchvision's rules (Resize by the shorter side, CenterCrop); NUMERICS2 section 4. */
import type { DecodedImage } from '../../shared/domain.ts';
import type { Size } from './resize.ts';

/** The shorter side becomes `size`, the longer one is truncated; `maxSize` then bounds the longer one. */
export function shorterSideSize({ height, width }: Size, size: number, maxSize?: number): Size {
  const short = Math.min(height, width);
  const long = Math.max(height, width);
  let newShort = size;
  let newLong = Math.trunc((size * long) / short);
  if (maxSize !== undefined && newLong > maxSize) {
    newShort = Math.trunc((maxSize * newShort) / newLong);
    newLong = maxSize;
  }
  return width <= height ? { width: newShort, height: newLong } : { width: newLong, height: newShort };
}

/** First row or column of a centre crop that fits. */
export function cropOffset(size: number, crop: number): number {
  return roundHalfEven((size - crop) / 2);
}

/** Rounds as Python does. */
export function roundHalfEven(value: number): number {
  const low = Math.floor(value);
  const rest = value - low;
  if (rest !== 0.5) return Math.round(value);
  return low % 2 === 0 ? low : low + 1;
}

/** Zero padding where the image is too small, half before and half, with the odd pixel, after; then the centre. */
export function centerCrop(image: DecodedImage, crop: Size): DecodedImage {
  if (image.height === crop.height && image.width === crop.width) return image;
  const { channels } = image;
  const rows = span(image.height, crop.height);
  const columns = span(image.width, crop.width);
  const pixels = new Uint8Array(crop.height * crop.width * channels);
  for (let y = 0; y < rows.count; y++) {
    const from = ((rows.from + y) * image.width + columns.from) * channels;
    pixels.set(
      image.pixels.subarray(from, from + columns.count * channels),
      ((rows.to + y) * crop.width + columns.to) * channels,
    );
  }
  return { width: crop.width, height: crop.height, channels, pixels };
}

function span(size: number, crop: number): { from: number; to: number; count: number } {
  return crop > size
    ? { from: 0, to: Math.floor((crop - size) / 2), count: size }
    : { from: cropOffset(size, crop), to: 0, count: crop };
}
