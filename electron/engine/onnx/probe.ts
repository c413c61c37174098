/**
 * Learns shapes and types of tensors by running one input through the model with those tensors exposed. The feeds are
 * made up: shapes and types are what callers read.
 */
import { AppError } from '../../shared/errors.ts';
import { createSession, type TensorBytes, type TensorData } from '../runtime/session.ts';
import { assemble } from './assemble.ts';
import { ancestors, statedShape } from './graph-index.ts';
import { oneSentence } from './one-sentence.ts';
import type { OnnxModel } from './open-model.ts';
import { elementName, elementNumber, FLOAT32, intAttribute, makeNode, type NodeProto, type ValueInfoProto } from './proto.ts';
import { halfToNumber } from './stochastic.ts';

export interface Seen {
  dtype: string;
  shape: number[];
  /** Values; those of float16 tensors as numbers. */
  data: TensorBytes;
}

export interface ProbeOptions {
  /** Name and shape of the image input. */
  input: string;
  shape: readonly number[];
  /** Values for other inputs: filled with this number, 0 when absent here. */
  others?: Record<string, number | boolean | number[]>;
  /** A real image to feed; made up when absent. */
  image?: TensorData | undefined;
  tensors: readonly string[];
  threads?: number | null;
}

export interface RunOptions {
  others?: Record<string, number | boolean | number[]>;
  image?: TensorData | undefined;
  /** Only these tensors; absent: all that were exposed. */
  fetches?: readonly string[];
  /** Images differ by their seed (default 12345) ... */
  seed?: number;
  /** ... and row i of a batch by its brightness: [0, gains[i]), or [gains[i], -gains[i]) when that is negative. */
  gains?: readonly number[];
}

/** A session with inner tensors exposed. */
export interface Probe {
  run(shape: readonly number[], options?: RunOptions): Promise<Map<string, Seen>>;
  release(): Promise<void>;
}

/** Runs the model once. @returns what was seen of each tensor that is a dense tensor. */
export async function probeTensors(model: OnnxModel, options: ProbeOptions): Promise<Map<string, Seen>> {
  const probe = await openProbe(model, options);
  try {
    return await probe.run(options.shape, { others: options.others ?? {}, image: options.image });
  } finally {
    await probe.release();
  }
}

/** Opens a session that shows `tensors`; graph inputs among them are left out. */
export async function openProbe(
  model: OnnxModel,
  { input, tensors, threads }: Pick<ProbeOptions, 'input' | 'tensors' | 'threads'>,
): Promise<Probe> {
  const { index } = model;
  const exposed = [...new Set(tensors)].filter((name) => index.producer.has(name));
  const needed = ancestors(index, exposed);
  const half = index.inputs.filter((info) => elementName(info.type?.tensorType?.elemType) === 'float16');
  const casts = half.filter(({ name }) => needed.some((at) => index.reads[at].includes(name ?? '')));
  const bytes = assemble(model, {
    nodes: [...casts.map(({ name }) => castFrom32(name ?? '')), ...needed.map((at) => index.nodes[at])],
    newInputs: casts.map((info) => asFloat32(info)),
    outputs: exposed.map((name) => ({ name })),
  });
  const session = await createSession(bytes, { threads: threads ?? null, optimize: 'basic' }).catch((error: unknown) => {
    throw explainLoad(error);
  });
  return {
    async run(shape, { others = {}, image, fetches, seed, gains } = {}) {
      const feeds: Record<string, TensorData> = {};
      for (const fed of session.inputNames) {
        const name = fed.startsWith(FEED) ? fed.slice(FEED.length) : fed;
        const dtype = fed === name ? typeOf(model, name) : 'float32';
        feeds[fed] =
          name === input
            ? (image ?? madeUpImage(dtype, shape, { seed, gains }))
            : filled(model, name, { batch: shape[0], value: others[name] ?? 0, dtype });
      }
      const results = await session.run(feeds, fetches);
      return new Map(
        Object.entries(results).map(([name, { dtype, shape: dims, data }]) => [
          name,
          { dtype, shape: [...dims], data: readable(dtype, data) },
        ]),
      );
    },
    release: () => session.release(),
  };
}

/** float16 cannot be fed where JavaScript has a Float16Array: onnxruntime-node 1.30 does not read one. */
const FEED = 'oodlab.feed/';

function castFrom32(name: string): NodeProto {
  return makeNode('Cast', [`${FEED}${name}`], [name], [intAttribute('to', elementNumber('float16'))]);
}

function asFloat32({ name, type }: ValueInfoProto): ValueInfoProto {
  const shape = type?.tensorType?.shape;
  return { name: `${FEED}${name ?? ''}`, type: { tensorType: { elemType: FLOAT32, ...(shape ? { shape } : {}) } } };
}

/** float16 comes back as a Float16Array or, in older runtimes, as its bits. */
function readable(dtype: string, data: TensorBytes): TensorBytes {
  if (dtype !== 'float16') return data;
  return data instanceof Uint16Array ? Float32Array.from(data, halfToNumber) : Float32Array.from(data as Float32Array);
}

/** Names the op that ONNX Runtime lacks instead of quoting it. */
function explainLoad(error: unknown): unknown {
  if (!(error instanceof AppError) || error.code !== 'E_MODEL_INVALID') return error;
  const detail = error.detail ?? '';
  const plain = /No Op registered for (\S+) with domain_version of (\d+)/.exec(detail);
  const foreign = /([\w.]+):(\w+)\(-?\d+\) is not a registered function\/op/.exec(detail);
  const missing = /Could not find an implementation for (\w+)\((\d+)\) node/.exec(detail);
  const what =
    plain !== null
      ? `the op "${plain[1]}" (opset ${plain[2]})`
      : foreign !== null
        ? `the op "${foreign[2]}" of the domain "${foreign[1]}"`
        : missing !== null
          ? `the op "${missing[1]}" with these types`
          : null;
  if (what === null) return error;
  return new AppError('E_MODEL_UNSUPPORTED', oneSentence(`ONNX Runtime does not have ${what}, which the model uses.`), {
    next: 'Export the network with standard ONNX ops.',
    detail,
    cause: error,
  });
}

function typeOf(model: OnnxModel, name: string): string {
  return elementName(model.index.inputs.find((input) => input.name === name)?.type?.tensorType?.elemType);
}

/** A seeded, uneven pattern in [0, 1): a constant image would hide dead branches and data-dependent lengths. */
export function madeUpImage(
  dtype: string,
  shape: readonly number[],
  { seed = 12345, gains }: { seed?: number | undefined; gains?: readonly number[] | undefined } = {},
): TensorData {
  const data = emptyData(dtype, shape);
  const rowSize = data.length / (gains?.length ?? 1);
  let state = seed;
  for (let i = 0; i < data.length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const gain = gains?.[Math.floor(i / rowSize)] ?? 1;
    const unit = state / 2 ** 32;
    // Signed values make no sense for integers.
    const value = gain >= 0 || !dtype.startsWith('float') ? unit * Math.min(1, Math.abs(gain)) : (1 - 2 * unit) * gain;
    if (data instanceof BigInt64Array || data instanceof BigUint64Array) data[i] = BigInt(Math.floor(value * 2));
    else
      data[i] =
        data instanceof Float32Array || data instanceof Float64Array
          ? value
          : Math.floor(value * (dtype === 'bool' ? 2 : dtype === 'uint8' ? 256 : 120));
  }
  return { dtype, shape, data };
}

/** A tensor for an input that is not the image. Batch dimensions follow the image's. */
export function otherInput(model: OnnxModel, name: string, batch: number, value: number | boolean | number[]): TensorData {
  return filled(model, name, { batch, value, dtype: typeOf(model, name) });
}

function filled(
  model: OnnxModel,
  name: string,
  { batch, value, dtype }: { batch: number; value: number | boolean | number[]; dtype: string },
): TensorData {
  const info = model.index.inputs.find((input) => input.name === name);
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
