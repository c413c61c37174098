/**
 * What one look at a running network tells: which image size runs, whether its batch axis is really free, whether the
 * images of a batch influence each other, and the shape, type and plain statistics of every tensor.
 */
import { AppError } from '../../shared/errors.ts';
import { descendants } from './graph-index.ts';
import type { ImageInput } from './image-input.ts';
import { oneSentence } from './one-sentence.ts';
import type { OnnxModel } from './open-model.ts';
import { openProbe, type Probe, type Seen } from './probe.ts';
import { isFloat, toNumber } from './proto.ts';
import { randomOutputs } from './stochastic.ts';
import { channelStats, type ChannelStats, firstRowDiffers, hasNonFinite } from './tensor-stats.ts';

export interface SeenTensor {
  dtype: string;
  shape: number[];
  /** Its first axis is the batch. */
  batched: boolean;
  /** Feature maps only. */
  channels: ChannelStats | null;
}

export interface ModelProbe {
  /** Input shape that ran, for one image or for the frozen batch. */
  inputShape: number[];
  tensors: Map<string, SeenTensor>;
  /** Batch that the network really takes; null: any. 0: no batch axis. */
  batch: number | null;
  /** The file says that the batch axis is free, but it is not. */
  frozen: boolean;
  /** An output of one image changes with the other image of its batch. */
  coupled: string[];
  /** Height and width are free; sizes must be a multiple of this. null: not free. */
  sizeMultiple: number | null;
  /** First tensors that hold NaN or infinity. */
  nonFinite: string[];
}

const SIZES = [64, 224, 128, 512, 32, 96, 160, 256, 320, 384, 448, 640, 800, 1024];
/** From this many pixels on, tensors are looked at in groups so that not all of them are held at once. */
const LARGE = 400_000;
const GROUP = 24;
/** One image in [0, 1) and one in [-2, 2): networks are fed either, and dead channels shall be dead for both. */
const VARIED = [1, -2];
/** Ops whose outputs are not tensors: ONNX Runtime's JavaScript API cannot return them. */
const NOT_TENSORS = /^(ZipMap|Sequence.*|SplitToSequence|Optional.*)$/;
/** Ops of which only the first output is data. */
const FIRST_ONLY = new Set(['BatchNormalization', 'LayerNormalization', 'GroupNormalization', 'Dropout', 'MaxPool']);

/** Runs the network on made-up images. Throws E_MODEL_INVALID or E_MODEL_UNSUPPORTED when no size runs. */
export async function probeModel(model: OnnxModel, image: ImageInput, signal?: AbortSignal): Promise<ModelProbe> {
  const { index } = model;
  const dependent = descendants(index, [image.name]);
  const tensors = index.order.flatMap((at) => {
    const node = index.nodes[at];
    if (NOT_TENSORS.test(node.opType ?? '')) return [];
    const outputs = FIRST_ONLY.has(node.opType ?? '') ? (node.output ?? []).slice(0, 1) : (node.output ?? []);
    return outputs.filter((name) => dependent.has(name));
  });
  const known = new Set(tensors);
  const random = descendants(index, randomOutputs(model));
  const outputs = (index.graph.output ?? []).map((output) => output.name ?? '').filter((name) => known.has(name));
  const intoRandom = index.nodes.flatMap((node, at) =>
    (node.output ?? []).some((name) => random.has(name)) ? index.reads[at].filter((name) => !random.has(name)) : [],
  );
  const watched = [...outputs, ...intoRandom.filter((name) => known.has(name))];
  const head: Omit<ModelProbe, 'tensors' | 'nonFinite'> = {
    inputShape: [],
    batch: image.batchAxis ? image.fixedBatch : 0,
    frozen: false,
    coupled: [],
    sizeMultiple: null,
  };
  if (tensors.length === 0) return { ...head, tensors: new Map(), nonFinite: [] };
  const probe = await openProbe(model, { input: image.name, tensors: watched.length > 0 ? watched : tensors.slice(-1) });
  try {
    head.inputShape = await firstThatRuns(probe, image, signal);
    await lookAtBatches(probe, head, { image, random, unreliable: watched.length === 0 });
    head.sizeMultiple = await sizeMultiple(probe, head.inputShape, image, signal);
  } finally {
    await probe.release();
  }
  return { ...head, ...(await lookAtTensors(model, { image, tensors, head, signal })) };
}

function sizesOf(image: ImageInput): number[][] {
  const [h, w] = spatialAxes(image);
  const sizes = SIZES.map((size) =>
    image.shape.map((dim, axis) => (typeof dim === 'number' ? dim : axis === h || axis === w ? size : 1)),
  );
  const free = typeof image.shape[h] !== 'number' || typeof image.shape[w] !== 'number';
  return free ? sizes : sizes.slice(0, 1);
}

function spatialAxes(image: ImageInput): [number, number] {
  const first = image.shape.length - (image.layout === 'NCHW' ? 2 : 3);
  return [first, first + 1];
}

async function firstThatRuns(probe: Probe, image: ImageInput, signal: AbortSignal | undefined): Promise<number[]> {
  let failure: unknown;
  for (const shape of sizesOf(image)) {
    checkCancelled(signal);
    try {
      await probe.run(shape);
      return shape;
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'E_MODEL_INVALID') throw error;
      failure ??= error;
    }
  }
  const detail = failure instanceof AppError ? (failure.detail ?? '') : '';
  throw new AppError('E_MODEL_INVALID', oneSentence(`The model fails when it runs: ${oneLine(detail)}`), {
    next: 'Check that it runs in another ONNX tool, or export it again.',
    detail,
    cause: failure,
  });
}

/** The runtime's own reason without file names of its sources. */
function oneLine(detail: string): string {
  const reason = detail
    .replace(/^.*Status Message:\s*/s, '')
    .replace(/\s+/g, ' ')
    .replace(/\/\S+\/(\S+\.\w+:\d+)/g, '$1')
    .trim();
  const text = reason.length > 200 ? `${reason.slice(0, 200)}...` : reason;
  return /[.!?]$/.test(text) ? text : `${text || 'ONNX Runtime gives no reason'}.`;
}

interface BatchContext {
  image: ImageInput;
  random: ReadonlySet<string>;
  unreliable: boolean;
}

/** Two images at once: does it run, does every output get two rows, does the second change the first? */
async function lookAtBatches(
  probe: Probe,
  head: Omit<ModelProbe, 'tensors' | 'nonFinite'>,
  context: BatchContext,
): Promise<void> {
  const { image, random } = context;
  if (!image.batchAxis || image.fixedBatch === 1) return;
  const rows = image.fixedBatch ?? 2;
  const shape = [rows, ...head.inputShape.slice(1)];
  const gains = (second: number): number[] => Array.from({ length: rows }, (_, i) => (i === 0 ? 1 : second));
  let bright: Map<string, Seen>;
  try {
    bright = await probe.run(shape, { gains: gains(1) });
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'E_MODEL_INVALID' || image.fixedBatch !== null) throw error;
    head.batch = 1;
    head.frozen = true;
    return;
  }
  const ranked = [...bright.values()].filter((seen) => seen.shape.length > 0);
  if (image.fixedBatch === null && ranked.length > 0 && ranked.every((seen) => seen.shape[0] !== rows)) {
    head.batch = 1;
    head.frozen = true;
    return;
  }
  const dark = await probe.run(shape, { gains: gains(0.05) });
  for (const [name, seen] of bright) {
    const other = dark.get(name);
    if (other === undefined || random.has(name) || seen.shape[0] !== rows) continue;
    if (firstRowDiffers(seen, other)) head.coupled.push(name);
  }
}

/** Smallest power of two that sizes must be a multiple of, seen by trying slightly larger images. */
async function sizeMultiple(
  probe: Probe,
  shape: readonly number[],
  image: ImageInput,
  signal: AbortSignal | undefined,
): Promise<number | null> {
  const axes = spatialAxes(image).filter((axis) => typeof image.shape[axis] !== 'number');
  if (axes.length === 0) return null;
  for (const step of [1, 2, 4, 8, 16]) {
    checkCancelled(signal);
    try {
      await probe.run(shape.map((dim, axis) => (axes.includes(axis) ? dim + step : dim)));
      return step;
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'E_MODEL_INVALID') throw error;
    }
  }
  return 32;
}

interface LookOptions {
  image: ImageInput;
  tensors: readonly string[];
  head: Omit<ModelProbe, 'tensors' | 'nonFinite'>;
  signal: AbortSignal | undefined;
}

async function lookAtTensors(model: OnnxModel, options: LookOptions): Promise<Pick<ModelProbe, 'tensors' | 'nonFinite'>> {
  const { image, tensors, head, signal } = options;
  const pixels = head.inputShape.reduce((a, b) => a * b, 1);
  const size = pixels > LARGE ? GROUP : tensors.length;
  const found = new Map<string, SeenTensor>();
  const nonFinite: string[] = [];
  for (let at = 0; at < tensors.length; at += size) {
    checkCancelled(signal);
    const probe = await openProbe(model, { input: image.name, tensors: tensors.slice(at, at + size) });
    try {
      const one = await probe.run(head.inputShape);
      const two = head.batch === null ? await probe.run([2, ...head.inputShape.slice(1)], { gains: VARIED }) : undefined;
      for (const name of tensors.slice(at, at + size)) {
        const seen = one.get(name);
        if (seen === undefined) continue;
        const { dtype, shape } = seen;
        const batched =
          two === undefined ? head.batch !== 0 && shape[0] === head.batch : shape[0] === 1 && two.get(name)?.shape[0] === 2;
        if (isFloat(dtype) && hasNonFinite(seen)) nonFinite.push(name);
        const channels = isFloat(dtype) && shape.length === 4 ? channelStats(two?.get(name) ?? seen) : null;
        found.set(name, { dtype, shape, batched, channels });
      }
    } finally {
      await probe.release();
    }
  }
  return { tensors: found, nonFinite };
}

function checkCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw new AppError('E_CANCELLED', 'Cancelled.');
}

/** Opset of the standard domain. */
export function opsetOf(model: OnnxModel): number {
  return toNumber(model.proto.opsetImport?.find((entry) => !entry.domain || entry.domain === 'ai.onnx')?.version ?? 0);
}
