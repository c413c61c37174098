/**
 * Learns shapes and types of tensors by running one input through the model with those tensors exposed. The feeds are
 * made up: only shapes are read.
 */
import { AppError } from '../../shared/errors.ts';
import { createSession, type TensorBytes, type TensorData } from '../runtime/session.ts';
import { assemble } from './assemble.ts';
import { ancestors, statedShape } from './graph-index.ts';
import type { OnnxModel } from './open-model.ts';
import { elementName } from './proto.ts';

export interface Seen {
  dtype: string;
  shape: number[];
  /** Values, for the few callers that ask for them. */
  data: TensorBytes;
}

export interface ProbeOptions {
  /** Name and shape of the image input. */
  input: string;
  shape: readonly number[];
  /** Values for other inputs: filled with this number, 0 when absent here. */
  others?: Record<string, number | boolean | number[]>;
  tensors: readonly string[];
  threads?: number | null;
}

/** Runs the model once. @returns what was seen of each tensor that is a dense tensor. */
export async function probeTensors(model: OnnxModel, options: ProbeOptions): Promise<Map<string, Seen>> {
  const { index } = model;
  const direct = new Set(options.tensors.filter((name) => index.inputs.some((input) => input.name === name)));
  const exposed = options.tensors.filter((name) => !direct.has(name));
  const nodes = ancestors(index, exposed).map((at) => index.nodes[at]);
  const bytes = assemble(model, { nodes, outputs: exposed.map((name) => ({ name })) });
  const session = await createSession(bytes, { threads: options.threads ?? null, optimize: 'basic' });
  try {
    const feeds: Record<string, TensorData> = {};
    for (const name of session.inputNames) {
      feeds[name] =
        name === options.input
          ? madeUp(model, name, options.shape)
          : otherInput(model, name, options.shape[0], options.others?.[name] ?? 0);
    }
    const results = await session.run(feeds);
    return new Map(Object.entries(results).map(([name, { dtype, shape, data }]) => [name, { dtype, shape: [...shape], data }]));
  } finally {
    await session.release();
  }
}

function typeOf(model: OnnxModel, name: string): string {
  return elementName(model.index.inputs.find((input) => input.name === name)?.type?.tensorType?.elemType);
}

/** A seeded, uneven pattern in [0, 1): a constant image would hide dead branches and data-dependent lengths. */
function madeUp(model: OnnxModel, name: string, shape: readonly number[]): TensorData {
  const dtype = typeOf(model, name);
  const data = emptyData(dtype, shape);
  let state = 12345;
  for (let i = 0; i < data.length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const value = state / 2 ** 32;
    if (data instanceof BigInt64Array || data instanceof BigUint64Array) data[i] = BigInt(Math.floor(value * 2));
    else if (dtype === 'float16') data[i] = Math.floor(0x3800 + value * 0x3ff);
    else
      data[i] =
        data instanceof Float32Array || data instanceof Float64Array ? value : Math.floor(value * (dtype === 'bool' ? 2 : 120));
  }
  return { dtype, shape, data };
}

/** A tensor for an input that is not the image. Batch dimensions follow the image's. */
export function otherInput(model: OnnxModel, name: string, batch: number, value: number | boolean | number[]): TensorData {
  const info = model.index.inputs.find((input) => input.name === name);
  const dtype = typeOf(model, name);
  const stated = statedShape(info) ?? [];
  const shape = stated.map((dim, axis) => (typeof dim === 'number' && dim > 0 ? dim : axis === 0 ? batch : 1));
  const data = emptyData(dtype, shape);
  const values = Array.isArray(value) ? value : [Number(value)];
  if (data.length % values.length !== 0) {
    throw new AppError(
      'E_INPUT',
      `model.otherInputs.${name}: ${values.length} values do not fill a tensor of ${shape.join('x')}.`,
      {
        next: 'Give one value, or as many as one image needs.',
      },
    );
  }
  for (let i = 0; i < data.length; i++) {
    const next = values[i % values.length];
    if (data instanceof BigInt64Array || data instanceof BigUint64Array) data[i] = BigInt(next);
    else data[i] = next;
  }
  return { dtype, shape, data };
}

function emptyData(dtype: string, shape: readonly number[]): TensorBytes {
  const size = shape.reduce((a, b) => a * b, 1);
  switch (dtype) {
    case 'float32':
      return new Float32Array(size);
    case 'float64':
      return new Float64Array(size);
    case 'float16':
    case 'uint16':
      return new Uint16Array(size);
    case 'int8':
      return new Int8Array(size);
    case 'int16':
      return new Int16Array(size);
    case 'int32':
      return new Int32Array(size);
    case 'uint32':
      return new Uint32Array(size);
    case 'int64':
      return new BigInt64Array(size);
    case 'uint64':
      return new BigUint64Array(size);
    case 'uint8':
    case 'bool':
      return new Uint8Array(size);
    default:
      throw new AppError('E_MODEL_UNSUPPORTED', `An input of type ${dtype} cannot be fed.`, {
        next: 'Export the model with float32 or uint8 inputs.',
      });
  }
}
