import { motionBlurred } from './blur.ts';
import { lengthScale } from './planes.ts';
import type { Corruption } from './registry.ts';

/** Length and σ in pixels at 224 x 224 (Hendrycks & Dietterich 2019, ImageNet-C). */
const LENGTH = [10, 15, 15, 15, 20];
const SIGMA = [3, 5, 8, 12, 15];

/** The camera moves: smeared along a direction that is uniform from -45° to 45°. */
export const motionBlur: Corruption = (picture, severity, random) => {
  const scale = lengthScale(picture);
  const [uniform] = random.uniforms(1, 0);
  const angle = ((uniform - 0.5) * Math.PI) / 2;
  return motionBlurred(picture, { length: LENGTH[severity - 1] * scale, sigma: SIGMA[severity - 1] * scale, angle });
};
