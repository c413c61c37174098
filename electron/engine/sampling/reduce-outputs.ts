/**
 * Turns what the network returned for a batch into the vectors that are kept: entropies of the samples, the latent
 * without sampling, logits. An image with a value that is not finite is rejected with a reason, never patched up.
 */
import { DENSE_BASELINES, denseScores } from '../baselines/dense-scores.ts';
import { predictiveUncertainty } from '../baselines/predictive-uncertainty.ts';
import { jointEntropy } from '../entropy/joint-entropy.ts';
import { entropiesOfBlock, neighbourRule } from '../entropy/kozachenko-leonenko.ts';
import { zeros } from '../linalg/matrix.ts';
import type { LoadedBatch } from '../dataset/batch-loader.ts';
import { PRINT_BYTES } from '../hygiene/image-print.ts';
import { TRACE } from '../hygiene/image-trace.ts';
import { NAMES } from '../onnx/sampling-graph.ts';
import type { TensorData } from '../runtime/session.ts';
import { firstOf, isFirst, type Chunk, type Extra, type NamedExtra, type RejectedEntry } from '../storage/sample-repository.ts';
import type { BatchResult } from './job.ts';
import type { OpenedJob } from './open-job.ts';

/** How the reason of such a rejection begins. */
export const NOT_FINITE = 'the network returned values that are not finite';

interface Options {
  loaded: LoadedBatch;
  /** null when no image of the batch was accepted. */
  outputs: Record<string, TensorData> | null;
  opened: OpenedJob;
  redraws: number;
  seconds: () => number;
}

export function reduceOutputs({ loaded, outputs, opened, redraws, seconds }: Options): BatchResult {
  const rows = loaded.indices.length;
  const { entropyDim, latentDim, logitDim } = opened.info;
  const entropies = new Float64Array(rows * entropyDim);
  const latents = new Float32Array(rows * latentDim);
  const logits = new Float32Array(rows * logitDim);
  if (outputs !== null) {
    let column = 0;
    opened.blocks.forEach((block, i) => {
      const samples = outputs[NAMES.samples(i)]?.data as Float32Array | undefined;
      if (samples !== undefined) {
        const from = { samples, rows, block, column, opened };
        readEntropies(from, opened.samples, entropies);
        readLatents(from, latents);
      }
      column += block.channels * block.groups;
    });
    const latent = outputs[NAMES.latent]?.data as Float32Array | undefined;
    if (latent !== undefined) latents.set(latent.subarray(0, rows * latentDim));
    if (logitDim > 0) logits.set((outputs[NAMES.logits].data as Float32Array).subarray(0, rows * logitDim));
  }
  const extras = outputs === null ? {} : extrasOf(outputs, rows, opened);
  const hashes = Buffer.from(loaded.sha256.join(''), 'hex');
  const { keep, rejected } = separate(loaded, [
    { values: entropies, dim: entropyDim, what: 'the samples at the hook' },
    { values: latents, dim: latentDim, what: 'the hooked tensor' },
    { values: logits, dim: logitDim, what: 'the logits' },
    ...Object.entries(extras).map(([kind, { cols, data }]) => ({
      values: data,
      dim: cols,
      what: isFirst(kind) ? EXTRA_NAMES.joint : EXTRA_NAMES[kind as NamedExtra],
    })),
  ]);
  const pick = <T extends Float64Array | Float32Array | Int32Array | Uint8Array>(values: T, dim: number): T =>
    pickRows(values, dim, keep, rows);
  return {
    rows: keep.length,
    indices: pick(loaded.indices, 1),
    labels: pick(loaded.labels, 1),
    hashes: pick(new Uint8Array(hashes), 32),
    cues: pick(loaded.cues, TRACE),
    prints: pick(loaded.prints, PRINT_BYTES),
    ats: keep.map((row) => loaded.ats[row]),
    entropies: pick(entropies, entropyDim),
    latents: pick(latents, latentDim),
    logits: pick(logits, logitDim),
    ...(opened.info.extras && { extras: pickExtras(extras, pick) }),
    rejected: [...loaded.rejected.map(({ index, at, reason }) => ({ index, at, reason })), ...rejected].sort(
      (a, b) => a.index - b.index,
    ),
    redraws,
    seconds: seconds(),
  };
}

const EXTRA_NAMES: Record<NamedExtra, string> = {
  joint: 'the samples at the hook',
  penultimate: 'what the last layer reads',
  uncertainty: 'the sampled logits',
  dense: 'the class scores of its pixels or boxes, or there are no boxes',
};

type Extras = NonNullable<Chunk['extras']>;

function extrasOf(outputs: Record<string, TensorData>, rows: number, opened: OpenedJob): Extras {
  const extras: Extras = {};
  const { joint, penultimate, uncertainty, dense } = opened.info.extras ?? {};
  if (joint !== undefined) extras.joint = { cols: joint, data: jointEntropies(outputs, rows, opened) };
  if (penultimate !== undefined) {
    const data = (outputs[NAMES.penultimate].data as Float32Array).slice(0, rows * penultimate);
    extras.penultimate = { cols: penultimate, data };
  }
  if (uncertainty !== undefined) extras.uncertainty = { cols: uncertainty, data: uncertainties(outputs, rows, opened) };
  if (dense !== undefined) extras.dense = { cols: dense, data: denseRows(outputs, rows, opened) };
  for (const kind of Object.keys(opened.info.extras ?? {}).filter(isFirst))
    extras[kind] = firstEntropies(outputs, rows, { opened, first: firstOf(kind) });
  return extras;
}

/** Entropies of the first samples of each image alone: [rows, entropyDim]. */
function firstEntropies(
  outputs: Record<string, TensorData>,
  rows: number,
  { opened, first }: { opened: OpenedJob; first: number },
): Extra {
  const cols = opened.info.entropyDim;
  const data = new Float64Array(rows * cols);
  let column = 0;
  opened.blocks.forEach((block, i) => {
    const samples = outputs[NAMES.samples(i)].data as Float32Array;
    readEntropies({ samples, rows, block, column, opened }, first, data);
    column += block.channels * block.groups;
  });
  return { cols, data };
}

/** Scores of each image from the class scores of its pixels or boxes: [rows, 4]. */
function denseRows(outputs: Record<string, TensorData>, rows: number, { dense }: OpenedJob): Float64Array {
  const { data, shape } = outputs[NAMES.dense];
  const size = dense!.isBoxes ? data.length : data.length / shape[0];
  const scores = new Float64Array(rows * DENSE_BASELINES.length);
  for (let r = 0; r < rows; r++) {
    const own = (data as Float32Array).subarray(r * size, (r + 1) * size);
    scores.set(denseScores(own, dense!, dense!.aggregate), r * DENSE_BASELINES.length);
  }
  return scores;
}

/** Predictive entropy and mutual information of each image, from the logits of its samples. */
function uncertainties(outputs: Record<string, TensorData>, rows: number, { info, samples }: OpenedJob): Float64Array {
  const count = rows * samples;
  const data = Float64Array.from((outputs[NAMES.sampledLogits].data as Float32Array).subarray(0, count * info.logitDim));
  const { entropy, mutualInformation } = predictiveUncertainty({ rows: count, cols: info.logitDim, data }, samples);
  return Float64Array.from({ length: 2 * rows }, (_, i) => (i % 2 === 0 ? entropy : mutualInformation)[i >> 1]);
}

/** h of the samples of each image, all features together: [rows]. */
function jointEntropies(outputs: Record<string, TensorData>, rows: number, { blocks, samples: n }: OpenedJob): Float64Array {
  const features = blocks.reduce((sum, { channels, groups }) => sum + channels * groups, 0);
  const samples = zeros(n, features);
  return Float64Array.from({ length: rows }, (_, r) => {
    let column = 0;
    blocks.forEach(({ channels, groups, withMean }, i) => {
      const values = outputs[NAMES.samples(i)].data as Float32Array;
      const stride = groups * n + (withMean ? groups : 0);
      for (let c = 0; c < channels; c++) {
        for (let g = 0; g < groups; g++, column++) {
          const from = (r * channels + c) * stride + g * n;
          for (let s = 0; s < n; s++) samples.data[s * features + column] = values[from + s];
        }
      }
    });
    return jointEntropy(samples, neighbourRule(n));
  });
}

function pickExtras(extras: Extras, pick: <T extends Float64Array | Float32Array>(values: T, dim: number) => T): Extras {
  return Object.fromEntries(Object.entries(extras).map(([kind, { cols, data }]) => [kind, { cols, data: pick(data, cols) }]));
}

interface BlockOptions {
  /** [rows, channels, K]: K = groups * S entropy columns, then `groups` columns of the plain latent. */
  samples: Float32Array;
  rows: number;
  block: OpenedJob['blocks'][number];
  /** First feature of this block in the joined vector. */
  column: number;
  opened: OpenedJob;
}

function strideOf({ groups, withMean }: OpenedJob['blocks'][number], count: number): number {
  return groups * count + (withMean ? groups : 0);
}

/** Entropies of the `first` samples, into the columns of the block in [rows, entropyDim]. */
function readEntropies({ samples, rows, block, column, opened }: BlockOptions, first: number, entropies: Float64Array): void {
  const { channels, groups } = block;
  const { samples: count, info, scratch } = opened;
  if (count === 0) return;
  const features = channels * groups;
  const whole = features === info.entropyDim;
  const out = whole ? entropies : new Float64Array(rows * features);
  const layout = { rows: rows * channels, rowStride: strideOf(block, count), groups, samples: count, first };
  entropiesOfBlock(samples, layout, out, scratch);
  if (whole) return;
  for (let r = 0; r < rows; r++) entropies.set(out.subarray(r * features, (r + 1) * features), r * info.entropyDim + column);
}

function readLatents({ samples, rows, block, column, opened }: BlockOptions, latents: Float32Array): void {
  const { channels, groups, withMean } = block;
  if (!withMean) return;
  const { samples: count, info } = opened;
  const stride = strideOf(block, count);
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < channels; c++) {
      const from = (r * channels + c) * stride + groups * count;
      for (let g = 0; g < groups; g++) latents[r * info.latentDim + column + c * groups + g] = samples[from + g];
    }
  }
}

function separate(
  loaded: LoadedBatch,
  vectors: readonly { values: Float64Array | Float32Array; dim: number; what: string }[],
): { keep: number[]; rejected: RejectedEntry[] } {
  const keep: number[] = [];
  const rejected: RejectedEntry[] = [];
  for (let row = 0; row < loaded.indices.length; row++) {
    const bad = vectors.find(({ values, dim }) => !allFinite(values, row * dim, dim));
    if (bad === undefined) keep.push(row);
    else
      rejected.push({
        index: loaded.indices[row],
        at: loaded.ats[row],
        reason: `${NOT_FINITE} in ${bad.what}`,
      });
  }
  return { keep, rejected };
}

function allFinite(values: Float64Array | Float32Array, from: number, count: number): boolean {
  let check = 0;
  for (let i = from; i < from + count; i++) check += values[i] * 0;
  return check === 0;
}

function pickRows<T extends Float64Array | Float32Array | Int32Array | Uint8Array>(
  values: T,
  dim: number,
  keep: readonly number[],
  rows: number,
): T {
  if (keep.length === rows) return values;
  keep.forEach((row, to) => values.copyWithin(to * dim, row * dim, (row + 1) * dim));
  return values.slice(0, keep.length * dim) as T;
}
