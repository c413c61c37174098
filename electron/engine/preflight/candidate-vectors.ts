/** Entropies and plain latents of one image at every candidate, from what the candidate graph gives. */
import { entropiesOfBlock } from '../entropy/kozachenko-leonenko.ts';
import { drawDropoutMasks } from '../sampling/masks.ts';
import { BANK_STREAM } from '../sampling/streams.ts';
import type { Candidate } from './candidate-graph.ts';

export interface ImageVectors {
  /** [features] each; NaN where a sample is not finite. */
  entropies: Float64Array;
  latents: Float64Array;
}

/** How an array is reduced: feature f is the mean of `members` numbers, at f * featureStep + m * memberStep. */
interface Reduction {
  features: number;
  members: number;
  featureStep: number;
  memberStep: number;
}

function reductionOf({ hook, shape }: Candidate): Reduction {
  if (hook.kind === 'tokens') return { features: shape[1], members: shape[0], featureStep: 1, memberStep: shape[1] };
  if (hook.kind === 'conv') {
    const positions = shape[1] * shape[2];
    return { features: shape[0], members: positions, featureStep: positions, memberStep: 1 };
  }
  return { features: shape[0], members: 1, featureStep: 1, memberStep: 1 };
}

/** Vectors of a masked candidate: rows of N samples and their plain mean. @param block [C, N + 1] of one image. */
export function maskedVectors(block: Float32Array, samples: number): ImageVectors {
  const rows = block.length / (samples + 1);
  const entropies = new Float64Array(rows);
  entropiesOfBlock(block, { rows, rowStride: samples + 1, groups: 1, samples }, entropies);
  return { entropies, latents: Float64Array.from({ length: rows }, (_, r) => block[r * (samples + 1) + samples]) };
}

/** Plain dropout at the tensor, the same masks for every image. */
export class DropoutVectors {
  private readonly reduction: Reduction;
  private readonly samples: number;
  private readonly scale: number;
  /** [samples, numbers of the tensor] */
  private readonly masks: Uint8Array;

  constructor(candidate: Candidate) {
    const { sampling } = candidate;
    this.reduction = reductionOf(candidate);
    this.samples = sampling.samples;
    this.scale = 1 / (1 - sampling.dropProb);
    const size = this.reduction.features * this.reduction.members;
    const key = { seed: sampling.seed, stream: BANK_STREAM, image: 0, samples: sampling.samples };
    this.masks = drawDropoutMasks(key, size, sampling.dropProb).masks;
  }

  /** @param data the tensor of one image. */
  of(data: Float32Array): ImageVectors {
    const { features, members, featureStep, memberStep } = this.reduction;
    const block = new Float32Array(features * (this.samples + 1));
    const size = features * members;
    for (let f = 0; f < features; f++) {
      for (let s = 0; s <= this.samples; s++) {
        let sum = 0;
        for (let m = 0; m < members; m++) {
          const at = f * featureStep + m * memberStep;
          sum += s === this.samples ? data[at] : data[at] * this.scale * this.masks[s * size + at];
        }
        block[f * (this.samples + 1) + s] = sum / members;
      }
    }
    return maskedVectors(block, this.samples);
  }
}
