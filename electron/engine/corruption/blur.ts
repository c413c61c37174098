/** Blurs that several corruptions share; the border's pixels go on outside the picture. */
import type { Planes } from './planes.ts';

/** Gaussian kernel of standard deviation `sigma` pixels, cut at 3 σ (at least one pixel), columns then rows. */
export function gaussianBlurred(picture: Planes, sigma: number): Planes {
  const radius = Math.max(1, Math.ceil(3 * sigma));
  const weights = Float64Array.from({ length: 2 * radius + 1 }, (_, k) => Math.exp(-((k - radius) ** 2) / (2 * sigma * sigma)));
  const total = weights.reduce((a, b) => a + b, 0);
  const kernel = weights.map((weight) => weight / total);
  const { width, height } = picture;
  const planes = picture.planes.map((plane) => alongColumns(alongRows(plane, width, kernel), { width, height }, kernel));
  return { ...picture, planes };
}

function alongRows(plane: Float32Array, width: number, kernel: Float64Array): Float32Array {
  const radius = (kernel.length - 1) / 2;
  const out = new Float32Array(plane.length);
  for (let row = 0; row < plane.length; row += width) {
    for (let x = 0; x < width; x++) {
      let sum = 0;
      for (let k = -radius; k <= radius; k++) sum += kernel[k + radius] * plane[row + Math.min(width - 1, Math.max(0, x + k))];
      out[row + x] = sum;
    }
  }
  return out;
}

/** Row by row, so that memory is read in its order. */
function alongColumns(
  plane: Float32Array,
  { width, height }: { width: number; height: number },
  kernel: Float64Array,
): Float32Array {
  const radius = (kernel.length - 1) / 2;
  const out = new Float32Array(plane.length);
  const sums = new Float64Array(width);
  for (let y = 0; y < height; y++) {
    sums.fill(0);
    for (let k = -radius; k <= radius; k++) {
      const from = Math.min(height - 1, Math.max(0, y + k)) * width;
      for (let x = 0; x < width; x++) sums[x] += kernel[k + radius] * plane[from + x];
    }
    out.set(sums, y * width);
  }
  return out;
}

/**
 * Smeared along a direction: point x gets Σ w(t) · picture(x + t·direction), t = 0, 1, ... `length`, w(t) ∝ exp(-t² / 2σ²);
 * between pixels bilinear. @param angle in radians, 0 to the right, counted downwards.
 */
export function motionBlurred(
  picture: Planes,
  { length, sigma, angle }: { length: number; sigma: number; angle: number },
): Planes {
  const taps = Array.from({ length: Math.floor(length) + 1 }, (_, t) => ({
    weight: Math.exp(-(t * t) / (2 * sigma * sigma)),
    x: t * Math.cos(angle),
    y: t * Math.sin(angle),
  }));
  const total = taps.reduce((sum, { weight }) => sum + weight, 0);
  const planes = picture.planes.map((plane) => {
    const sums = new Float64Array(plane.length);
    for (const tap of taps) addShifted(sums, plane, { ...picture, ...tap, weight: tap.weight / total });
    return Float32Array.from(sums);
  });
  return { ...picture, planes };
}

interface Shift {
  width: number;
  height: number;
  x: number;
  y: number;
  weight: number;
}

/** Adds weight · plane(x + shift); the shift is the same everywhere, so its four shares are taken once. */
function addShifted(sums: Float64Array, plane: Float32Array, { width, height, x, y, weight }: Shift): void {
  const [ox, oy] = [Math.floor(x), Math.floor(y)];
  const [fx, fy] = [x - ox, y - oy];
  for (let row = 0; row < height; row++) {
    const above = Math.min(height - 1, Math.max(0, row + oy)) * width;
    const below = Math.min(height - 1, Math.max(0, row + oy + 1)) * width;
    for (let column = 0; column < width; column++) {
      const left = Math.min(width - 1, Math.max(0, column + ox));
      const right = Math.min(width - 1, Math.max(0, column + ox + 1));
      const upper = plane[above + left] * (1 - fx) + plane[above + right] * fx;
      const lower = plane[below + left] * (1 - fx) + plane[below + right] * fx;
      sums[row * width + column] += weight * (upper * (1 - fy) + lower * fy);
    }
  }
}

/** The value between pixels; pixel centres at whole numbers. */
export function bilinear(plane: Float32Array, size: { width: number; height: number }, x: number, y: number): number {
  const cx = Math.min(size.width - 1, Math.max(0, x));
  const cy = Math.min(size.height - 1, Math.max(0, y));
  const [x0, y0] = [Math.floor(cx), Math.floor(cy)];
  const [x1, y1] = [Math.min(size.width - 1, x0 + 1), Math.min(size.height - 1, y0 + 1)];
  const [fx, fy] = [cx - x0, cy - y0];
  const above = plane[y0 * size.width + x0] * (1 - fx) + plane[y0 * size.width + x1] * fx;
  const below = plane[y1 * size.width + x0] * (1 - fx) + plane[y1 * size.width + x1] * fx;
  return above * (1 - fy) + below * fy;
}
