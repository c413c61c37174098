/**
 * Which graph input takes the image, and how it lies in memory. Called by inspectModel and by the sampler. Only what
 * the file states is used, and for an input without a shape the first convolution's weight.
 */
import { AppError } from '../../shared/errors.ts';
import { type GraphIndex, statedShape } from './graph-index.ts';
import type { OnnxModel } from './open-model.ts';
import { oneSentence } from './one-sentence.ts';
import { dimsOf, elementName } from './proto.ts';

export interface ImageInput {
  name: string;
  dtype: string;
  layout: 'NCHW' | 'NHWC';
  /** As stated, batch axis included where there is one; null or a symbol for a free dimension. */
  shape: (number | string | null)[];
  batchAxis: boolean;
  /** Batch size that the file states; null when the batch axis is free or absent. */
  fixedBatch: number | null;
}

type Shape = (number | string | null)[];
type Reading = ImageInput | { refused: string };

const IMAGE_TYPES = new Set(['float32', 'float16', 'float64', 'uint8']);
/** Ops that leave layout and channel count alone, between the input and the first convolution. */
const ELEMENTWISE = new Set(['Cast', 'Div', 'Sub', 'Mul', 'Add', 'Identity', 'BatchNormalization', 'Pad', 'Dropout', 'Clip']);

/** @param name the input to take; null: the only one that can be an image. Throws E_INPUT or E_MODEL_UNSUPPORTED. */
export function imageInput(model: OnnxModel, name: string | null): ImageInput {
  const { index } = model;
  if (name !== null) return named(index, name);
  const readings = index.inputs.map((input) => ({ name: input.name ?? '', reading: read(index, input.name ?? '') }));
  let images = readings.flatMap(({ reading }) => ('refused' in reading ? [] : [reading]));
  if (images.length > 1) {
    const used = images.filter((image) => index.consumers.has(image.name));
    if (used.length > 0) images = used;
  }
  if (images.length === 1) return images[0];
  if (images.length > 1) {
    const names = images.map((image) => `"${image.name}"`).join(', ');
    throw new AppError('E_INPUT', oneSentence(`${images.length} inputs of the model could take the image: ${names}.`), {
      next: 'Name the one to use in model.input.',
    });
  }
  const reasons = readings.map(({ name: input, reading }) => `"${input}" ${'refused' in reading ? reading.refused : ''}`);
  throw new AppError(
    'E_MODEL_UNSUPPORTED',
    reasons.length === 0
      ? 'The model has no inputs.'
      : oneSentence(`No input of the model takes an image: ${reasons.join('; ')}.`),
    { next: 'Export the network with an input of 1 or 3 channels, as [N, C, H, W], [N, H, W, C], [C, H, W] or [H, W, C].' },
  );
}

function named(index: GraphIndex, name: string): ImageInput {
  if (!index.inputs.some((input) => input.name === name)) {
    const names = index.inputs.map((input) => `"${input.name ?? ''}"`).join(', ') || 'none';
    throw new AppError('E_INPUT', `The model has no input "${name}"; its inputs are ${names}.`, { next: 'Correct model.input.' });
  }
  const reading = read(index, name);
  if (!('refused' in reading)) return reading;
  throw new AppError('E_MODEL_UNSUPPORTED', `The input "${name}" cannot take an image: it ${reading.refused}.`, {
    next: 'Name another input, or export the network with an input of 1 or 3 channels.',
  });
}

function read(index: GraphIndex, name: string): Reading {
  const info = index.inputs.find((input) => input.name === name);
  const type = info?.type?.tensorType;
  if (type === null || type === undefined) return { refused: 'is not a tensor' };
  const dtype = elementName(type.elemType);
  if (!IMAGE_TYPES.has(dtype)) return { refused: `is of type ${dtype}` };
  const stated = statedShape(info);
  const convChannels = firstConvChannels(index, name);
  if (stated === null) {
    if (convChannels === null) return { refused: 'states no shape, and no convolution reads it' };
    return withBatch({ name, dtype, layout: 'NCHW', shape: [null, convChannels, null, null] });
  }
  if (stated.length !== 4 && stated.length !== 3) return { refused: `has ${stated.length} dimensions` };
  const shape = fillChannels(stated, convChannels);
  const layout = layoutOf(index, name, shape);
  if (typeof layout !== 'string') return layout;
  return withBatch({ name, dtype, layout, shape });
}

function withBatch(input: Omit<ImageInput, 'batchAxis' | 'fixedBatch'>): ImageInput {
  const batchAxis = input.shape.length === 4;
  const batch = input.shape[0];
  return { ...input, batchAxis, fixedBatch: batchAxis && typeof batch === 'number' ? batch : null };
}

/** A free channel axis takes its number from the first convolution. */
function fillChannels(shape: Shape, convChannels: number | null): Shape {
  const axis = shape.length - 3;
  const last = shape[shape.length - 1];
  if (convChannels === null || typeof shape[axis] === 'number' || last === 1 || last === 3) return shape;
  return shape.map((dim, i) => (i === axis ? convChannels : dim));
}

function layoutOf(index: GraphIndex, name: string, shape: Shape): 'NCHW' | 'NHWC' | { refused: string } {
  const isChannels = (dim: Shape[number]): boolean => dim === 1 || dim === 3;
  const first = shape[shape.length - 3];
  const last = shape[shape.length - 1];
  if (isChannels(first) && isChannels(last)) return readsTransposed(index, name) ? 'NHWC' : 'NCHW';
  if (isChannels(first)) return 'NCHW';
  if (isChannels(last)) return 'NHWC';
  const text = shape.map((dim) => dim ?? '?').join(', ');
  return { refused: `is [${text}], where no axis has 1 or 3 channels` };
}

/** Both ends could be channels ([N, 3, 3, 3]): a Transpose in front of the first convolution decides. */
function readsTransposed(index: GraphIndex, name: string): boolean {
  return behind(index, name).some((node) => index.nodes[node].opType === 'Transpose');
}

function firstConvChannels(index: GraphIndex, name: string): number | null {
  for (const at of behind(index, name)) {
    const node = index.nodes[at];
    if (node.opType !== 'Conv') continue;
    const weight = index.initializers.get(node.input?.[1] ?? '');
    const group = Number(node.attribute?.find((entry) => entry.name === 'group')?.i ?? 1) || 1;
    if (weight !== undefined) return dimsOf(weight)[1] * group;
  }
  return null;
}

/** Nodes that read the input, directly or through elementwise ones. */
function behind(index: GraphIndex, name: string): number[] {
  const found = new Set<number>();
  const queue = [name];
  for (let tensor = queue.pop(); tensor !== undefined; tensor = queue.pop()) {
    for (const at of index.consumers.get(tensor) ?? []) {
      if (found.has(at)) continue;
      found.add(at);
      if (ELEMENTWISE.has(index.nodes[at].opType ?? '')) queue.push(...(index.nodes[at].output ?? []));
    }
  }
  return [...found].sort((a, b) => a - b);
}
