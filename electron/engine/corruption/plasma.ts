/** A plasma fractal by diamond and square (Fournier, Fussell & Carpenter 1982), as the fog of Hendrycks & Dietterich is made of. */
import type { ImageRandom } from './image-random.ts';

/**
 * Values of a cloudy pattern over a picture, from 0 to 1: [height · width].
 * On a torus of the next power of two, each level adds uniform noise whose strength falls by decay² from level to level (their
 * code multiplies two "wibbles" that each fall by the decay).
 */
export function plasma({ width, height }: { width: number; height: number }, decay: number, random: ImageRandom): Float32Array {
  let size = 2;
  while (size < Math.max(width, height)) size *= 2;
  const map = new Float32Array(size * size);
  let strength = 1;
  let draw = 0;
  for (let step = size; step >= 2; step /= 2) {
    const half = step / 2;
    const cells = (size / step) ** 2;
    const noise = random.uniforms(3 * cells, draw++);
    const at = (x: number, y: number): number => map[(((y + size) % size) * size + ((x + size) % size)) | 0];
    let k = 0;
    const wobble = (): number => strength * (2 * noise[k++] - 1);
    for (let y = 0; y < size; y += step)
      for (let x = 0; x < size; x += step)
        map[(y + half) * size + x + half] =
          (at(x, y) + at(x + step, y) + at(x, y + step) + at(x + step, y + step)) / 4 + wobble();
    for (let y = 0; y < size; y += step)
      for (let x = 0; x < size; x += step) {
        map[y * size + x + half] = (at(x, y) + at(x + step, y) + at(x + half, y - half) + at(x + half, y + half)) / 4 + wobble();
        map[(y + half) * size + x] =
          (at(x, y) + at(x, y + step) + at(x - half, y + half) + at(x + half, y + half)) / 4 + wobble();
      }
    strength /= decay * decay;
  }
  return cutOut(map, size, { width, height });
}

/** The corner of the map that lies over the picture, stretched to 0 ... 1. */
function cutOut(map: Float32Array, size: number, { width, height }: { width: number; height: number }): Float32Array {
  const out = new Float32Array(width * height);
  let [low, high] = [Infinity, -Infinity];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const value = map[y * size + x];
      out[y * width + x] = value;
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
  }
  const range = high - low || 1;
  return out.map((value) => (value - low) / range);
}
