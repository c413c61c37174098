/** Brightness, colour and sharpness of an image, and its luma on a grid of at most 255 x 255 pixels. */
import type { DecodedImage } from '../../shared/domain.ts';

/** From twice this side on, pixels are left out. */
const GRID_SIDE = 128;
const SHARP_SIDE = 48;

export interface LumaGrid {
  /** [rows, cols] of the pixels that were looked at, 0 to 255. */
  luma: Float32Array;
  rows: number;
  cols: number;
  mean: number;
  deviation: number;
  /** Means of R - G and of (R + G) / 2 - B; 0 for gray. */
  redGreen: number;
  yellowBlue: number;
  /** Variance of the discrete Laplacian at the scale of a pixel (Pertuz et al. 2013, LAPV); 0 below 3 x 3. */
  sharpness: number;
}

export function lumaGrid(image: DecodedImage): LumaGrid {
  const { width, height, channels, pixels } = image;
  const [stepX, stepY] = [gridStep(width), gridStep(height)];
  const [cols, rows] = [Math.ceil(width / stepX), Math.ceil(height / stepY)];
  const luma = new Float32Array(rows * cols);
  let [sum, squares, red, green, blue, at] = [0, 0, 0, 0, 0, 0];
  for (let y = 0; y < height; y += stepY) {
    for (let x = 0, p = y * width * channels; x < width; x += stepX, p += stepX * channels, at++) {
      let value = pixels[p];
      if (channels === 3) {
        red += pixels[p];
        green += pixels[p + 1];
        blue += pixels[p + 2];
        // ITU-R 601-2, as Pillow's L.
        value = (19595 * pixels[p] + 38470 * pixels[p + 1] + 7471 * pixels[p + 2]) / 65536;
      }
      luma[at] = value;
      sum += value;
      squares += value * value;
    }
  }
  const mean = sum / at;
  return {
    luma,
    rows,
    cols,
    mean,
    deviation: Math.sqrt(Math.max(0, squares / at - mean * mean)),
    redGreen: (red - green) / at,
    yellowBlue: ((red + green) / 2 - blue) / at,
    sharpness: sharpnessOf(image),
  };
}

const gridStep = (side: number): number => Math.max(1, Math.floor(side / GRID_SIDE));

/** Of the second channel, which is green: it carries most of the luma. */
function sharpnessOf({ width, height, channels, pixels }: DecodedImage): number {
  const channel = channels === 3 ? 1 : 0;
  const row = width * channels;
  const [stepX, stepY] = [width, height].map((side) => Math.max(1, Math.floor(side / SHARP_SIDE)));
  let [count, sum, squares] = [0, 0, 0];
  for (let y = 1; y < height - 1; y += stepY) {
    for (let x = 1; x < width - 1; x += stepX) {
      const p = y * row + x * channels + channel;
      const value = 4 * pixels[p] - pixels[p - channels] - pixels[p + channels] - pixels[p - row] - pixels[p + row];
      count++;
      sum += value;
      squares += value * value;
    }
  }
  return count === 0 ? 0 : Math.max(0, squares / count - (sum / count) ** 2);
}
