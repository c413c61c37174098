import { plasma } from './plasma.ts';
import { colourIn, mapPlanes, smoothStep } from './planes.ts';
import type { Corruption } from './registry.ts';

/** Share of the lens that is covered; own constants. */
const COVERED = [0.05, 0.12, 0.22, 0.35, 0.5];
const BROWN = [0.3, 0.21, 0.13] as const;
/** Of the clouds that splashes are cut from: higher is smoother. */
const DECAY = 1.7;
/** Width of the rim, in values of the clouds. */
const RIM = 0.04;

/**
 * Splashes of mud on the lens, as the mission's "-anomalies" sets draw them: opaque where a plasma fractal lies in its upper
 * share, brown with lumps, soft at the rim. Splashes of a severity are among those of the next.
 */
export const mud: Corruption = (picture, severity, random) => {
  const clouds = plasma(picture, DECAY, random);
  const sorted = clouds.slice().sort();
  const level = sorted[Math.floor((1 - COVERED[severity - 1]) * (sorted.length - 1))];
  const brown = colourIn(picture, BROWN);
  return mapPlanes(picture, (value, pixel, c) => {
    const opaque = smoothStep(clouds[pixel], level - RIM, level + RIM);
    return (1 - opaque) * value + opaque * brown[c] * (0.7 + 0.6 * (clouds[pixel] - level));
  });
};
