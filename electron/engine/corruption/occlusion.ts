import { mapPlanes } from './planes.ts';
import type { Corruption } from './registry.ts';

/** Share of the picture that is covered; own constants. */
const COVERED = [0.05, 0.1, 0.2, 0.35, 0.5];
const GRAY = 0.5;

/**
 * Something flat and gray in front of the scene, after the cutout of DeVries & Taylor (2017): a rectangle of the picture's
 * proportions, whole inside it, at a uniform place.
 */
export const occlusion: Corruption = (picture, severity, random) => {
  const side = Math.sqrt(COVERED[severity - 1]);
  const [w, h] = [Math.max(1, Math.round(picture.width * side)), Math.max(1, Math.round(picture.height * side))];
  const [u, v] = random.uniforms(2, 0);
  const left = Math.floor(u * (picture.width - w + 1));
  const top = Math.floor(v * (picture.height - h + 1));
  return mapPlanes(picture, (value, pixel) => {
    const x = pixel % picture.width;
    const y = (pixel - x) / picture.width;
    return x >= left && x < left + w && y >= top && y < top + h ? GRAY : value;
  });
};
