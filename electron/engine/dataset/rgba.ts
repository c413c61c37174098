/** RGBA pixels of the WebAssembly decoders to gray or RGB. Alpha is dropped, never blended. */
import type { DecodedImage } from '../../shared/domain.ts';

interface Rgba {
  width: number;
  height: number;
  data: Uint8ClampedArray;
}

export function fromRgba({ width, height, data }: Rgba, channels: 1 | 3): DecodedImage {
  const count = width * height;
  const pixels = new Uint8Array(count * channels);
  if (channels === 1) {
    for (let i = 0; i < count; i++) pixels[i] = data[4 * i];
  } else {
    for (let i = 0, o = 0, s = 0; i < count; i++, o += 3, s += 4) {
      pixels[o] = data[s];
      pixels[o + 1] = data[s + 1];
      pixels[o + 2] = data[s + 2];
    }
  }
  return { width, height, channels, pixels };
}
