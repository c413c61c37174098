import { mapPlanes } from './planes.ts';
import type { Corruption } from './registry.ts';

/** Share of the contrast that is left (Hendrycks & Dietterich 2019, ImageNet-C). */
const LEFT = [0.4, 0.3, 0.2, 0.1, 0.05];

/** (x - m) c + m, m the mean of the channel. */
export const contrast: Corruption = (picture, severity) => {
  const left = LEFT[severity - 1];
  const means = picture.planes.map((plane) => plane.reduce((sum, value) => sum + value, 0) / plane.length);
  return mapPlanes(picture, (value, _, c) => (value - means[c]) * left + means[c]);
};
