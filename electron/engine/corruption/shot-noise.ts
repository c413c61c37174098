import { mapPlanes } from './planes.ts';
import type { Corruption } from './registry.ts';

/** Photons that a white pixel collects (Hendrycks & Dietterich 2019, ImageNet-C). */
const PHOTONS = [60, 25, 12, 5, 3];

/** Electronic noise of discrete light: Poisson(λ x) / λ, by inversion of one uniform for each pixel and channel. */
export const shotNoise: Corruption = (picture, severity, random) => {
  const photons = PHOTONS[severity - 1];
  const laws = Array.from({ length: 256 }, (_, byte) => poissonLaw((photons * byte) / 255));
  const draws = picture.planes.map((plane, c) => random.uniforms(plane.length, c));
  return mapPlanes(picture, (value, pixel, c) => countAt(laws[Math.round(255 * value)], draws[c][pixel]) / photons);
};

/** P(K ≤ k) for k = 0, 1, ..., until what is left is below the uniforms' grain of 2^-24. */
function poissonLaw(mean: number): Float64Array {
  const law: number[] = [];
  let term = Math.exp(-mean);
  let sum = term;
  law.push(sum);
  for (let k = 1; 1 - sum > 2 ** -26 && k < 1000; k++) {
    term *= mean / k;
    sum += term;
    law.push(sum);
  }
  return Float64Array.from(law);
}

function countAt(law: Float64Array, uniform: number): number {
  let k = 0;
  while (k < law.length - 1 && uniform >= law[k]) k++;
  return k;
}
