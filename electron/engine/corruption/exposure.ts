import { mapPlanes } from './planes.ts';
import type { Corruption } from './registry.ts';

/** Stops by which the exposure is wrong; own constants. */
const STOPS = [0.75, 1.5, 2.25, 3, 4];

/** Light times 2^stops, cut at the sensor's white, between the two curves of sRGB (IEC 61966-2-1). */
const exposed =
  (sign: 1 | -1): Corruption =>
  (picture, severity) => {
    const gain = 2 ** (sign * STOPS[severity - 1]);
    const table = Float64Array.from({ length: 256 }, (_, byte) => encoded(Math.min(1, gain * linear(byte / 255))));
    return mapPlanes(picture, (value) => table[Math.round(255 * value)]);
  };

export const overExposure = exposed(1);
export const underExposure = exposed(-1);

const linear = (value: number): number => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
const encoded = (light: number): number => (light <= 0.0031308 ? 12.92 * light : 1.055 * light ** (1 / 2.4) - 0.055);
