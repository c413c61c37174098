/**
 * Feeds the random numbers of a run: masks as matrix columns, as element masks or as rows for the network's own
 * Dropout nodes. Every number comes from Philox keyed by (seed, stream, image, sample); a bank is drawn once.
 */
import type { Sampling } from '../../shared/plan.ts';
import { NAMES } from '../onnx/sampling-graph.ts';
import type { FedNode } from '../onnx/stochastic-copy.ts';
import type { TensorData } from '../runtime/session.ts';
import { drawDropBlockMasks, drawDropoutMasks, type Masks } from './masks.ts';
import { fillUniforms } from './philox.ts';
import { type Pooling } from './pooling.ts';
import { BANK_STREAM } from './streams.ts';
import { samplingWeights } from './weights.ts';

export interface MaskFeed {
  /** Redraws of the bank, drawn once for all images; 0 for per-image masks. */
  readonly bankRedraws: number;
  /** Feeds for the images with these entry indices of a set's stream. */
  feeds(stream: number, images: Int32Array): { feeds: Record<string, TensorData>; redraws: number };
}

type Draw = (stream: number, image: number) => { data: Float32Array; redraws: number };

/** Joins what was drawn for each image; a bank is drawn once and handed out again and again. */
function perImageOrBank(sampling: Sampling, name: string, rowShape: readonly number[], draw: Draw): MaskFeed {
  const size = rowShape.reduce((a, b) => a * b, 1);
  if (sampling.masks === 'bank') {
    const bank = draw(BANK_STREAM, 0);
    // A weight matrix is rank 2 for a bank; element masks keep a leading axis of 1 to broadcast over the batch.
    const shape = name === NAMES.masks ? [1, ...rowShape] : [...rowShape];
    const feeds = { [name]: { dtype: 'float32', shape, data: bank.data } };
    return { bankRedraws: bank.redraws, feeds: () => ({ feeds, redraws: 0 }) };
  }
  return {
    bankRedraws: 0,
    feeds: (stream, images) => {
      const data = new Float32Array(images.length * size);
      let redraws = 0;
      images.forEach((image, row) => {
        const drawn = draw(stream, image);
        data.set(drawn.data, row * size);
        redraws += drawn.redraws;
      });
      return { feeds: { [name]: { dtype: 'float32', shape: [images.length, ...rowShape], data } }, redraws };
    },
  };
}

export interface MapShape {
  height: number;
  width: number;
}

/** DropBlock at feature maps. `maps` has one entry for each hooked tensor; their draws take turns, sample by sample. */
export function dropBlockFeed(sampling: Sampling, maps: readonly MapShape[], poolings: readonly Pooling[]): MaskFeed {
  const parts = maps.map((map, level) => {
    const pooling = poolings[level];
    const draw: Draw = (stream, image) => {
      const masks = levelMasks(sampling, { stream, image }, { map, level, levels: maps.length });
      const weights = samplingWeights({ masks, pooling, includeMean: true, dtype: 'float32' });
      return { data: weights.data, redraws: masks.redraws };
    };
    const cols = pooling.groups * (sampling.samples + 1);
    return perImageOrBank(sampling, NAMES.weights(level), [pooling.positions, cols], draw);
  });
  return joinFeeds(parts);
}

/** The draw order is sample-major, then level: level l of sample s is number s * levels + l. */
function levelMasks(
  sampling: Sampling,
  at: { stream: number; image: number },
  { map, level, levels }: { map: MapShape; level: number; levels: number },
): Masks {
  const shape = { ...map, blockSize: sampling.blockSize, dropProb: sampling.dropProb };
  const key = { seed: sampling.seed, stream: at.stream, image: at.image };
  if (levels === 1) return drawDropBlockMasks({ ...key, samples: sampling.samples }, shape);
  const positions = map.height * map.width;
  const all: Masks = {
    masks: new Uint8Array(sampling.samples * positions),
    kept: new Float64Array(sampling.samples),
    redraws: 0,
  };
  for (let s = 0; s < sampling.samples; s++) {
    const one = drawDropBlockMasks({ ...key, samples: 1, firstSample: s * levels + level }, shape);
    all.masks.set(one.masks, s * positions);
    all.kept[s] = one.kept[0];
    all.redraws += one.redraws;
  }
  return all;
}

/** Pooling weights alone: the latent without sampling. */
export function poolingFeed(poolings: readonly Pooling[]): MaskFeed {
  const feeds: Record<string, TensorData> = {};
  poolings.forEach((pooling, level) => {
    const weights = samplingWeights({ masks: null, pooling, includeMean: true, dtype: 'float32' });
    feeds[NAMES.weights(level)] = { dtype: 'float32', shape: [weights.rows, weights.cols], data: weights.data };
  });
  return { bankRedraws: 0, feeds: () => ({ feeds, redraws: 0 }) };
}

/** Plain dropout at the hook: element masks [S, ...shape of one image], scaled by 1 / (1 - p). */
export function dropoutFeed(sampling: Sampling, imageShape: readonly number[]): MaskFeed {
  const size = imageShape.reduce((a, b) => a * b, 1);
  const draw: Draw = (stream, image) => ({
    data: scaledKeep(sampling, { stream, image, firstSample: 0, count: sampling.samples }, size),
    redraws: 0,
  });
  return perImageOrBank(sampling, NAMES.masks, [sampling.samples, ...imageShape], draw);
}

function scaledKeep(
  sampling: Sampling,
  at: { stream: number; image: number; firstSample: number; count: number },
  size: number,
): Float32Array {
  const key = { seed: sampling.seed, stream: at.stream, image: at.image, samples: at.count, firstSample: at.firstSample };
  const { masks } = drawDropoutMasks(key, size, sampling.dropProb);
  const scale = 1 / (1 - sampling.dropProb);
  return Float32Array.from(masks, (keep) => keep * scale);
}

/** The network's own random nodes: rows [B * N, ...], node j of sample s is number s * nodes + j. */
export function modelFeed(sampling: Sampling, fed: readonly FedNode[]): MaskFeed {
  const draw = (node: FedNode, j: number, at: { stream: number; image: number }, out: Float32Array): void => {
    const size = node.shape.reduce((a, b) => a * b, 1);
    for (let s = 0; s < sampling.samples; s++) {
      const sample = s * fed.length + j;
      const row = out.subarray(s * size, (s + 1) * size);
      if (node.kind === 'uniform') fillUniforms(row, sampling, { ...at, sample });
      else row.set(scaledKeep({ ...sampling, dropProb: node.ratio }, { ...at, firstSample: sample, count: 1 }, size));
    }
  };
  return {
    bankRedraws: 0,
    feeds: (stream, images) => {
      const feeds: Record<string, TensorData> = {};
      fed.forEach((node, j) => {
        const size = sampling.samples * node.shape.reduce((a, b) => a * b, 1);
        const data = new Float32Array(images.length * size);
        images.forEach((image, row) => {
          const at = sampling.masks === 'bank' ? { stream: BANK_STREAM, image: 0 } : { stream, image };
          if (sampling.masks === 'bank' && row > 0) data.copyWithin(row * size, 0, size);
          else draw(node, j, at, data.subarray(row * size, (row + 1) * size));
        });
        feeds[node.feed] = { dtype: 'float32', shape: [images.length * sampling.samples, ...node.shape], data };
      });
      const rows = BigInt64Array.from({ length: images.length * sampling.samples }, (_, i) =>
        BigInt(Math.floor(i / sampling.samples)),
      );
      feeds[NAMES.rows] = { dtype: 'int64', shape: [rows.length], data: rows };
      return { feeds, redraws: 0 };
    },
  };
}

function joinFeeds(parts: readonly MaskFeed[]): MaskFeed {
  return {
    bankRedraws: parts.reduce((sum, part) => sum + part.bankRedraws, 0),
    feeds: (stream, images) => {
      const joined = parts.map((part) => part.feeds(stream, images));
      return {
        feeds: Object.assign({}, ...joined.map((part) => part.feeds)) as Record<string, TensorData>,
        redraws: joined.reduce((sum, part) => sum + part.redraws, 0),
      };
    },
  };
}
