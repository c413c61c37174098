import { gaussianBlurred } from './blur.ts';
import { lengthScale, type Planes } from './planes.ts';
import type { Corruption } from './registry.ts';

/** Radius of the disc and σ of the Gaussian behind it, in pixels at 224 x 224 (Hendrycks & Dietterich 2019, ImageNet-C). */
const DISC = [3, 4, 6, 8, 10];
const SOFTENING = [0.1, 0.5, 0.5, 0.5, 0.5];
/** Lines that a row of the disc is cut into while it is so small that its rim matters. */
const FINE = 8;
const SMALL = 6;

/** Out of focus: the picture convolved with a uniform disc, whose rim covers pixels in part, then slightly softened. */
export const defocusBlur: Corruption = (picture, severity) => {
  const scale = lengthScale(picture);
  const soft = gaussianBlurred(picture, SOFTENING[severity - 1] * scale);
  return { ...picture, planes: soft.planes.map((plane) => discBlurred(plane, picture, DISC[severity - 1] * scale)) };
};

/** A disc of radius r + ½, so that r = 0 is the pixel itself; each of its lines is one difference of running sums. */
function discBlurred(plane: Float32Array, { width, height }: Planes, radius: number): Float32Array {
  const reach = radius + 0.5;
  const cuts = reach < SMALL ? FINE : 1;
  const lines: { dy: number; half: number }[] = [];
  const rows = Math.ceil(reach - 0.5);
  for (let dy = -rows; dy <= rows; dy++) {
    for (let k = 0; k < cuts; k++) {
      const y = dy + (k + 0.5) / cuts - 0.5;
      if (Math.abs(y) < reach) lines.push({ dy, half: Math.sqrt(reach * reach - y * y) });
    }
  }
  const area = lines.reduce((sum, { half }) => sum + 2 * half, 0);
  const sums = runningSums(plane, { width, height });
  const out = new Float32Array(plane.length);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      let sum = 0;
      for (const { dy, half } of lines) {
        const row = Math.min(height - 1, Math.max(0, y + dy)) * (width + 1);
        sum += sumUpTo(sums, row, width, x + 0.5 + half) - sumUpTo(sums, row, width, x + 0.5 - half);
      }
      out[y * width + x] = sum / area;
    }
  }
  return out;
}

/** Of each row: width + 1 sums of what lies left of the border between pixels. */
function runningSums(plane: Float32Array, { width, height }: { width: number; height: number }): Float64Array {
  const sums = new Float64Array(height * (width + 1));
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) sums[y * (width + 1) + x + 1] = sums[y * (width + 1) + x] + plane[y * width + x];
  }
  return sums;
}

/** Integral of a row from 0 to `at`; the border's pixels go on outside. */
function sumUpTo(sums: Float64Array, row: number, width: number, at: number): number {
  if (at <= 0) return at * sums[row + 1];
  if (at >= width) return sums[row + width] + (at - width) * (sums[row + width] - sums[row + width - 1]);
  const whole = Math.floor(at);
  return sums[row + whole] + (at - whole) * (sums[row + whole + 1] - sums[row + whole]);
}
