/**
 * The identity that makes sampling cheap: the pooled output of DropBlock is a masked mean of its input, so all samples
 * of all channels are one product latents [C, HW] x weights [HW, K] (NUMERICS section 1; no second forward pass).
 */
import type { Masks } from './masks.ts';
import type { Pooling } from './pooling.ts';

export interface SamplingWeights<T extends Float32Array | Float64Array> {
  /** HW. */
  rows: number;
  /** K = groups * samples, plus groups when the plain mean is included. */
  cols: number;
  groups: number;
  samples: number;
  /** Row-major [rows, cols]; column g * samples + s, then one column a group for the latent without sampling. */
  data: T;
}

interface Options {
  /** null: no sampling, only the plain columns. */
  masks: Pick<Masks, 'masks' | 'kept'> | null;
  pooling: Pooling;
  /** Adds the columns of the plain reduction. */
  includeMean: boolean;
}

/**
 * Weight of position p for sample s of group g: mask[s, p] * pool[g, p] * HW / kept[s].
 * A mask that keeps nothing gives NaN in its columns, as the reference's 0/0 does; drawDropBlockMasks never returns one.
 */
export function samplingWeights(options: Options & { dtype: 'float32' }): SamplingWeights<Float32Array>;
export function samplingWeights(options: Options & { dtype: 'float64' }): SamplingWeights<Float64Array>;
export function samplingWeights({
  masks,
  pooling,
  includeMean,
  dtype,
}: Options & { dtype: 'float32' | 'float64' }): SamplingWeights<Float32Array | Float64Array> {
  const { groups, positions, weights } = pooling;
  const samples = masks === null ? 0 : masks.kept.length;
  const cols = groups * samples + (includeMean ? groups : 0);
  const data = dtype === 'float32' ? new Float32Array(positions * cols) : new Float64Array(positions * cols);
  for (let g = 0; g < groups; g++) {
    for (let s = 0; s < samples; s++) {
      const scale = positions / masks!.kept[s];
      const column = g * samples + s;
      for (let p = 0; p < positions; p++) {
        data[p * cols + column] = masks!.masks[s * positions + p] * scale * weights[g * positions + p];
      }
    }
    if (!includeMean) continue;
    const column = groups * samples + g;
    for (let p = 0; p < positions; p++) data[p * cols + column] = weights[g * positions + p];
  }
  return { rows: positions, cols, groups, samples, data };
}
