/** What drop probability and block size really do on a map of this size, over many seeded draws. */
import type { Sampling } from '../../shared/plan.ts';
import { dropBlockMask } from '../sampling/masks.ts';
import { fillUniforms } from '../sampling/philox.ts';
import { BANK_STREAM } from '../sampling/streams.ts';

export interface MaskFacts {
  /** Mean share of positions dropped. Not the drop probability: blocks overlap and are cut at the border. */
  dropped: number;
  /** Share of masks that drop nothing, and everything (those are drawn again). */
  dropsNothing: number;
  dropsAll: number;
  draws: number;
}

const DRAWS = 2000;
/** Positions drawn in all: some tens of milliseconds. */
const BUDGET = 2_000_000;

export function maskFacts(map: { height: number; width: number }, sampling: Sampling): MaskFacts {
  const positions = map.height * map.width;
  const draws = Math.max(64, Math.min(DRAWS, Math.floor(BUDGET / positions)));
  const shape = { ...map, blockSize: sampling.blockSize, dropProb: sampling.dropProb };
  const uniforms = new Float32Array(positions);
  const mask = new Uint8Array(positions);
  let [kept, whole, empty] = [0, 0, 0];
  for (let draw = 0; draw < draws; draw++) {
    fillUniforms(uniforms, sampling, { stream: BANK_STREAM, image: 0, sample: draw });
    const own = dropBlockMask(uniforms, shape, mask);
    kept += own;
    whole += Number(own === positions);
    empty += Number(own === 0);
  }
  return { dropped: 1 - kept / (draws * positions), dropsNothing: whole / draws, dropsAll: empty / draws, draws };
}

/** Plain dropout drops what it says; everything, with the probability that every element goes. */
export function dropoutFacts(features: number, dropProb: number): MaskFacts {
  return { dropped: dropProb, dropsNothing: (1 - dropProb) ** features, dropsAll: dropProb ** features, draws: 0 };
}
