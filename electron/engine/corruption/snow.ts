import { bilinear, motionBlurred } from './blur.ts';
import { lengthScale, lumaPlane, mapPlanes, type Planes } from './planes.ts';
import type { ImageRandom } from './image-random.ts';
import type { Corruption } from './registry.ts';

/**
 * Mean and σ of the flakes' noise, zoom, least value, length and σ of the fall, share of the picture that keeps its colours:
 * after Hendrycks & Dietterich 2019 (ImageNet-C), whose second severity snows more than the third and fourth; here the
 * thresholds, zooms and shares are such that each snows more than the one before.
 */
const SNOW = [
  { mean: 0.1, sigma: 0.3, zoom: 3, least: 0.5, length: 10, fall: 4, kept: 0.8 },
  { mean: 0.2, sigma: 0.3, zoom: 3, least: 0.6, length: 12, fall: 4, kept: 0.75 },
  { mean: 0.55, sigma: 0.3, zoom: 3, least: 0.9, length: 12, fall: 8, kept: 0.7 },
  { mean: 0.55, sigma: 0.3, zoom: 3, least: 0.8, length: 12, fall: 8, kept: 0.65 },
  { mean: 0.55, sigma: 0.3, zoom: 3, least: 0.7, length: 12, fall: 12, kept: 0.55 },
] as const;

/** k x + (1 - k) max(x, 1.5 gray + ½) + flakes + flakes turned by 180°: whiter ground, and flakes smeared as they fall. */
export const snow: Corruption = (picture, severity, random) => {
  const { kept } = SNOW[severity - 1];
  const flakes = flakesOver(picture, SNOW[severity - 1], random);
  const gray = lumaPlane(picture);
  const last = flakes.length - 1;
  return mapPlanes(picture, (value, pixel) => {
    const white = Math.max(value, 1.5 * gray[pixel] + 0.5);
    return kept * value + (1 - kept) * white + flakes[pixel] + flakes[last - pixel];
  });
};

/** Normal noise, made coarse by the zoom, what lies below the threshold taken out, smeared downwards (45° to 135°). */
function flakesOver(
  picture: Planes,
  { mean, sigma, zoom, least, length, fall }: (typeof SNOW)[number],
  random: ImageRandom,
): Float32Array {
  const { width, height } = picture;
  const scale = lengthScale(picture);
  const step = Math.max(1, zoom * scale);
  const size = { width: Math.ceil(width / step) + 1, height: Math.ceil(height / step) + 1 };
  const coarse = Float32Array.from(random.normals(size.width * size.height, 0), (z) => mean + sigma * z);
  const layer = mapPlanes({ width, height, planes: [new Float32Array(width * height)] }, (_, pixel) => {
    const x = pixel % width;
    const value = bilinear(coarse, size, x / step, (pixel - x) / width / step);
    return value < least ? 0 : Math.min(1, value);
  });
  const [uniform] = random.uniforms(1, 1);
  const angle = ((45 + 90 * uniform) * Math.PI) / 180;
  return motionBlurred(layer, { length: length * scale, sigma: fall * scale, angle }).planes[0];
}
