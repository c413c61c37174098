import { gaussianBlurred } from './blur.ts';
import { colourIn, lengthScale, mapPlanes, smoothStep, type Planes } from './planes.ts';
import type { ImageRandom } from './image-random.ts';
import type { Corruption } from './registry.ts';

/** Drops on the lens, and how much of the light they take; own constants. */
const DROPS = [4, 8, 14, 22, 34];
const OPAQUE = [0.5, 0.6, 0.7, 0.8, 0.9];
const DUST = [0.55, 0.5, 0.42] as const;
/** σ of the blur behind a drop, in pixels at 224 x 224. */
const BLUR = 4;
/** Radius of a drop, of the shorter side. */
const SMALLEST = 0.04;
const LARGEST = 0.14;

/**
 * Drops and dust, as in WoodScape's soiling set: in each drop of radius r the picture is blurred and tinted
 * with dust, α = strength · (1 - smoothstep(r/2, r)). Drops of a severity are among those of the next.
 */
export const soiling: Corruption = (picture, severity, random) => {
  const veil = dropsOver(picture, DROPS[severity - 1], random);
  const blurred = gaussianBlurred(picture, BLUR * lengthScale(picture));
  const dust = colourIn(picture, DUST);
  const opaque = OPAQUE[severity - 1];
  return mapPlanes(picture, (value, pixel, c) => {
    const behind = (1 - opaque) * blurred.planes[c][pixel] + opaque * dust[c];
    return value + veil[pixel] * (behind - value);
  });
};

/** 1 inside a drop, 0 outside all: [height · width]. Radii are uniform on a logarithmic scale. */
function dropsOver({ width, height }: Planes, count: number, random: ImageRandom): Float32Array {
  const veil = new Float32Array(width * height);
  const draws = random.uniforms(3 * count, 0);
  for (let k = 0; k < count; k++) {
    const [u, v, w] = draws.subarray(3 * k, 3 * k + 3);
    const [cx, cy] = [u * width, v * height];
    const radius = Math.max(1, Math.min(width, height) * SMALLEST * (LARGEST / SMALLEST) ** w);
    const [left, right] = [Math.max(0, Math.floor(cx - radius)), Math.min(width - 1, Math.ceil(cx + radius))];
    for (let y = Math.max(0, Math.floor(cy - radius)); y <= Math.min(height - 1, Math.ceil(cy + radius)); y++) {
      for (let x = left; x <= right; x++) {
        const far = Math.hypot(x + 0.5 - cx, y + 0.5 - cy);
        veil[y * width + x] = Math.max(veil[y * width + x], 1 - smoothStep(far, radius / 2, radius));
      }
    }
  }
  return veil;
}
