import { lengthScale, mapPlanes, type Planes } from './planes.ts';
import type { ImageRandom } from './image-random.ts';
import type { Corruption } from './registry.ts';

/** Streaks on 224 x 224 pixels, their brightness, their length there, and the haze behind them; own constants. */
const STREAKS = [60, 120, 200, 320, 480];
const BRIGHT = [0.3, 0.4, 0.5, 0.6, 0.7];
const LENGTH = [14, 17, 20, 24, 28];
const HAZE = [0.05, 0.1, 0.16, 0.22, 0.3];
const SKY = 0.65;
/** Degrees off the vertical: mean of the shower, spread of its drops. */
const LEAN = 20;
const SPREAD = 3;

/**
 * A moving drop is a bright streak (Garg & Nayar 2007): x' = (1 - h) x + h · sky, then x' + a (0.9 - x') on the streaks.
 * All lean the same way but for a few degrees; the streaks of a severity fall where those of the next do.
 */
export const rain: Corruption = (picture, severity, random) => {
  const streaks = streaksOver(picture, severity, random);
  const haze = HAZE[severity - 1];
  const bright = BRIGHT[severity - 1];
  return mapPlanes(picture, (value, pixel) => {
    const hazy = (1 - haze) * value + haze * SKY;
    return hazy + bright * streaks[pixel] * Math.max(0, 0.9 - hazy);
  });
};

/** Coverage by streaks one pixel (and its soft edges) wide: [height · width]. */
function streaksOver(picture: Planes, severity: number, random: ImageRandom): Float32Array {
  const { width, height } = picture;
  const scale = lengthScale(picture);
  const count = Math.max(1, Math.round((STREAKS[severity - 1] * width * height) / (224 * scale) ** 2));
  const length = LENGTH[severity - 1] * scale;
  const [lean] = random.uniforms(1, 0);
  const draws = random.uniforms(3 * count, 1);
  const cover = new Float32Array(width * height);
  for (let k = 0; k < count; k++) {
    const [u, v, w] = draws.subarray(3 * k, 3 * k + 3);
    const angle = ((2 * lean - 1) * LEAN + (2 * w - 1) * SPREAD) * (Math.PI / 180);
    const end = { x: u * width, y: v * (height + length) };
    drawLine(cover, picture, { ...end, dx: -Math.sin(angle), dy: -Math.cos(angle), length });
  }
  return cover;
}

interface Streak {
  x: number;
  y: number;
  dx: number;
  dy: number;
  length: number;
}

/** In steps of half a pixel, shared by the two pixels beside each point. */
function drawLine(cover: Float32Array, { width, height }: Planes, { x, y, dx, dy, length }: Streak): void {
  for (let t = 0; t <= length; t += 0.5) {
    const [px, row] = [x + t * dx - 0.5, Math.round(y + t * dy - 0.5)];
    if (row < 0 || row >= height) continue;
    const column = Math.floor(px);
    const share = px - column;
    mark(cover, row, { column, width, value: 1 - share });
    mark(cover, row, { column: column + 1, width, value: share });
  }
}

function mark(
  cover: Float32Array,
  row: number,
  { column, width, value }: { column: number; width: number; value: number },
): void {
  if (column >= 0 && column < width) cover[row * width + column] = Math.max(cover[row * width + column], value);
}
