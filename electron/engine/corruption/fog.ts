import { plasma } from './plasma.ts';
import { mapPlanes } from './planes.ts';
import type { Corruption } from './registry.ts';

/** Thickness, and how fast detail fades (Hendrycks & Dietterich 2019, ImageNet-C; their last two are 2.5 and 3, no thicker than the third). */
const THICKNESS = [1.5, 2, 2.5, 3, 4];
const DECAY = [2, 2, 1.7, 1.5, 1.4];

/** (x + t·plasma) · m / (m + t), m the largest value of the picture: whiter, with its contrast lost in clouds. */
export const fog: Corruption = (picture, severity, random) => {
  const thickness = THICKNESS[severity - 1];
  const clouds = plasma(picture, DECAY[severity - 1], random);
  const largest = picture.planes.reduce((most, plane) => plane.reduce((a, b) => Math.max(a, b), most), 0);
  const factor = largest / (largest + thickness);
  return mapPlanes(picture, (value, pixel) => (value + thickness * clouds[pixel]) * factor);
};
