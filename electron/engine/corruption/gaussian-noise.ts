import type { Corruption } from './registry.ts';
import { mapPlanes } from './planes.ts';

/** Standard deviation, of values from 0 to 1 (Hendrycks & Dietterich 2019, ImageNet-C). */
const DEVIATION = [0.08, 0.12, 0.18, 0.26, 0.38];

/** Sensor noise in poor light: x + σ z, z standard normal for each pixel and channel. */
export const gaussianNoise: Corruption = (picture, severity, random) => {
  const sigma = DEVIATION[severity - 1];
  const noise = picture.planes.map((plane, c) => random.normals(plane.length, c));
  return mapPlanes(picture, (value, pixel, c) => value + sigma * noise[c][pixel]);
};
