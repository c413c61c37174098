import { gaussianBlurred } from './blur.ts';
import { lengthScale } from './planes.ts';
import type { Corruption } from './registry.ts';

/** Standard deviation in pixels at 224 x 224 (Hendrycks & Dietterich 2019, ImageNet-C extra). */
const SIGMA = [1, 2, 3, 4, 6];

/** The picture convolved with a Gaussian. */
export const gaussianBlur: Corruption = (picture, severity) =>
  gaussianBlurred(picture, SIGMA[severity - 1] * lengthScale(picture));
