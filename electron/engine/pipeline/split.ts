/**
 * The calibration hold-out: when a plan has no calibrate set, a seeded part of the fit images sets the threshold and
 * takes no part in the fit. Drawn by image, so that order and number of processes do not matter.
 */
import { HELD_OUT_SHARE } from '../../shared/hold-out.ts';
import { philoxUniform } from '../sampling/philox.ts';

/** Stream number of this draw: no data set uses it (those are hashes with the top bit clear). */
const STREAM = 0x80000001;

/**
 * Marks `share` of n fit images as held out. Keyed by the position of the image among the accepted fit images.
 * @returns Uint8Array [n], 1 = held out.
 */
export function heldOut(n: number, seed: number, share = HELD_OUT_SHARE): Uint8Array {
  const wanted = Math.round(n * share);
  const draws = new Float64Array(n);
  for (let i = 0; i < n; i++) draws[i] = philoxUniform(seed, STREAM, i);
  const order = Array.from({ length: n }, (_, i) => i).sort((a, b) => draws[a] - draws[b] || a - b);
  const marks = new Uint8Array(n);
  for (const i of order.slice(0, wanted)) marks[i] = 1;
  return marks;
}
