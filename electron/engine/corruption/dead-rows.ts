import { mapPlanes } from './planes.ts';
import type { Corruption } from './registry.ts';

/** Share of the rows that are dead; own constants. */
const DEAD = [0.04, 0.08, 0.16, 0.3, 0.5];

/** Rows of the sensor that read nothing (0), at least one; those of a severity are among those of the next. */
export const deadRows: Corruption = (picture, severity, random) => {
  const { width, height } = picture;
  const order = Array.from(random.uniforms(height, 0), (draw, row) => ({ draw, row })).sort(
    (a, b) => a.draw - b.draw || a.row - b.row,
  );
  const dead = new Set(order.slice(0, Math.max(1, Math.round(DEAD[severity - 1] * height))).map(({ row }) => row));
  return mapPlanes(picture, (value, pixel) => (dead.has(Math.floor(pixel / width)) ? 0 : value));
};
