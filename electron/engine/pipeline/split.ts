/**
 * Seeded splits. The calibration hold-out: when a plan has no calibrate set, a part of the fit images sets the threshold
 * and takes no part in the fit. Select images: a part of the test and OoD sets, where the plan asks for it. Drawn by
 * image, so that order and number of processes do not matter.
 */
import { HELD_OUT_SHARE } from '../../shared/hold-out.ts';
import { philoxUniform } from '../sampling/philox.ts';

/** Stream number of this draw: no data set uses it (those are hashes with the top bit clear). */
const STREAM = 0x80000001;
/** Of the sets that are split for selection: this one and those behind it, one a set. */
const SELECT_STREAM = 0x80010000;

/**
 * Marks `share` of n fit images as held out. Keyed by the position of the image among the accepted fit images.
 * @returns Uint8Array [n], 1 = held out.
 */
export function heldOut(n: number, seed: number, share = HELD_OUT_SHARE): Uint8Array {
  return drawn(n, { seed, share, stream: STREAM });
}

/** Marks the images of a test or OoD set that become a select set. @param of the set, so that sets are drawn apart. */
export function setAside(n: number, { seed, share, of }: { seed: number; share: number; of: number }): Uint8Array {
  return drawn(n, { seed, share, stream: SELECT_STREAM + of });
}

function drawn(n: number, { seed, share, stream }: { seed: number; share: number; stream: number }): Uint8Array {
  const wanted = Math.round(n * share);
  const draws = new Float64Array(n);
  for (let i = 0; i < n; i++) draws[i] = philoxUniform(seed, stream, i);
  const order = Array.from({ length: n }, (_, i) => i).sort((a, b) => draws[a] - draws[b] || a - b);
  const marks = new Uint8Array(n);
  for (const i of order.slice(0, wanted)) marks[i] = 1;
  return marks;
}
