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
  const colours = coloured(map);
  return {
    map: picture(map, colours),
    samples: Array.from({ length: count }, (_, s) => {
      const mask = masks.subarray(s * positions, (s + 1) * positions);
      return picture(
        map,
        colours.map((value, at) => (mask[Math.trunc(at / 3)] === 0 ? 0 : value)),
      );
    }),
  };
}

/** RGB of every position. */
function coloured({ map }: HookMap): Uint8Array {
  let [low, high] = [Infinity, -Infinity];
  for (const value of map) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  const data = new Uint8Array(map.length * 3);
  map.forEach((value, p) => data.set(viridis(high > low ? (value - low) / (high - low) : 0), 3 * p));
  return data;
}

/** Hardly compressed: these live for a moment, and must be there within 100 ms of a change of the settings. */
function picture({ height, width }: HookMap, data: Uint8Array): Uint8Array {
  return encode({ width, height, data, channels: 3, depth: 8 }, { zlib: { level: 1 } });
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
