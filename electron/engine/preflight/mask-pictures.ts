/** Pictures of a feature map and of masks on it: small PNGs in the colours of viridis, dropped positions black. */
import { encode } from 'fast-png';
import type { Sampling } from '../../shared/plan.ts';
import { drawDropBlockMasks } from '../sampling/masks.ts';
import { BANK_STREAM } from '../sampling/streams.ts';
import type { HookMap } from './job.ts';

export interface MaskPictures {
  /** PNG bytes. */
  map: Uint8Array;
  samples: Uint8Array[];
}

/** Masks of a bank as the run draws them: the same for every image. */
export function maskPictures(map: HookMap, sampling: Sampling, shown = 16): MaskPictures {
  const { height, width } = map;
  const count = Math.min(shown, sampling.samples);
  const key = { seed: sampling.seed, stream: BANK_STREAM, image: 0, samples: count };
  const { masks } = drawDropBlockMasks(key, { height, width, blockSize: sampling.blockSize, dropProb: sampling.dropProb });
  const positions = height * width;
  return {
    map: picture(map, null),
    samples: Array.from({ length: count }, (_, s) => picture(map, masks.subarray(s * positions, (s + 1) * positions))),
  };
}

function picture({ map, height, width }: HookMap, mask: Uint8Array | null): Uint8Array {
  let [low, high] = [Infinity, -Infinity];
  for (const value of map) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  const data = new Uint8Array(height * width * 3);
  map.forEach((value, p) => {
    if (mask?.[p] === 0) return;
    data.set(viridis(high > low ? (value - low) / (high - low) : 0), 3 * p);
  });
  return encode({ width, height, data, channels: 3, depth: 8 });
}

/** Anchor colours of matplotlib's viridis (CC0), linear in between. */
const ANCHORS: readonly [number, number, number][] = [
  [68, 1, 84],
  [71, 45, 123],
  [59, 82, 139],
  [44, 114, 142],
  [33, 145, 140],
  [40, 174, 128],
  [94, 201, 98],
  [173, 220, 48],
  [253, 231, 37],
];

function viridis(share: number): [number, number, number] {
  const at = Math.min(1, Math.max(0, share)) * (ANCHORS.length - 1);
  const low = Math.min(ANCHORS.length - 2, Math.floor(at));
  const part = at - low;
  const [a, b] = [ANCHORS[low], ANCHORS[low + 1]];
  const mix = (i: 0 | 1 | 2): number => Math.round(a[i] + (b[i] - a[i]) * part);
  return [mix(0), mix(1), mix(2)];
}
