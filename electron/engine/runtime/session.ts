/**
 * Thin wrapper over onnxruntime-node: one way to make a session, run it, and turn its errors into ours.
 * Called by the inference process (user models), by linalg (our own matrix products) and by probes.
 * onnxruntime-node blocks its thread while it runs: keep a run under about 250 ms.
 */
import './no-telemetry.ts';
import * as ort from 'onnxruntime-node';
import { AppError } from '../../shared/errors.ts';

export type TensorBytes =
  | Float32Array
  | Float64Array
  | Uint8Array
  | Int8Array
  | Uint16Array
  | Int16Array
  | Int32Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array;

/** A tensor as it enters or leaves a session. float16 data is Uint16Array bits; bool is Uint8Array. */
export interface TensorData {
  dtype: string;
  shape: readonly number[];
  data: TensorBytes;
}

export interface SessionOptions {
  /** onnxruntime-node execution provider names, in order; CPU is always added as the last one. */
  providers?: readonly string[];
  /** Intra-op threads; null leaves the choice to ONNX Runtime. */
  threads?: number | null;
  /** External initializer files handed over as bytes: path as written in the model, and content. */
  externalData?: readonly { path: string; data: Uint8Array }[];
  /** Profile every run into a file whose name begins so, until endProfiling. */
  profilePrefix?: string;
  /** Fixed sums on every machine matter more than the last percent of speed. */
  optimize?: 'all' | 'extended' | 'basic' | 'disabled';
}

export interface Session {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  /** Runs once. `fetches` limits the outputs that are computed and copied. */
  run(feeds: Record<string, TensorData>, fetches?: readonly string[]): Promise<Record<string, TensorData>>;
  /** Writes the profile; later runs are not profiled. */
  endProfiling(): void;
  release(): Promise<void>;
}

/** Makes a session from model bytes or a file path. Throws E_MODEL_INVALID with the runtime's own sentence as detail. */
export async function createSession(model: Uint8Array | string, options: SessionOptions = {}): Promise<Session> {
  const settings: ort.InferenceSession.SessionOptions = {
    executionProviders: [...(options.providers ?? []).filter((name) => name !== 'cpu'), 'cpu'],
    graphOptimizationLevel: options.optimize ?? 'all',
    logSeverityLevel: 3,
    ...(options.threads == null ? {} : { intraOpNumThreads: options.threads, interOpNumThreads: 1 }),
    ...(options.profilePrefix === undefined ? {} : { enableProfiling: true, profileFilePrefix: options.profilePrefix }),
    ...(options.externalData === undefined ? {} : { externalData: options.externalData.map((file) => ({ ...file })) }),
  };
  let inner: ort.InferenceSession;
  try {
    inner =
      typeof model === 'string'
        ? await ort.InferenceSession.create(model, settings)
        : await ort.InferenceSession.create(model, settings);
  } catch (error) {
    throw new AppError('E_MODEL_INVALID', 'ONNX Runtime cannot load this model.', {
      next: 'Check that the file opens in another ONNX tool, or export it again.',
      detail: messageOf(error),
      cause: error,
    });
  }
  return wrap(inner);
}

function wrap(inner: ort.InferenceSession): Session {
  return {
    inputNames: inner.inputNames,
    outputNames: inner.outputNames,
    async run(feeds, fetches = inner.outputNames) {
      const tensors: Record<string, ort.Tensor> = {};
      for (const [name, value] of Object.entries(feeds)) {
        tensors[name] = new ort.Tensor(value.dtype as 'float32', value.data as Float32Array, value.shape);
      }
      let results: ort.InferenceSession.OnnxValueMapType;
      try {
        results = await inner.run(tensors, [...fetches]);
      } catch (error) {
        throw runError(error);
      }
      const out: Record<string, TensorData> = {};
      for (const [name, value] of Object.entries(results)) {
        if (value instanceof ort.Tensor) out[name] = { dtype: value.type, shape: value.dims, data: value.data as TensorBytes };
      }
      return out;
    },
    endProfiling: () => inner.endProfiling(),
    release: () => inner.release(),
  };
}

function runError(error: unknown): AppError {
  const message = messageOf(error);
  if (/out.?of.?(device.?)?memory|bad_alloc|failed to allocate/i.test(message)) {
    return new AppError('E_OOM', 'The model ran out of memory.', {
      next: 'Choose a smaller batch size.',
      detail: message,
      cause: error,
    });
  }
  if (/device (is |was |has been )?(lost|removed)|DEVICE_(LOST|REMOVED|HUNG)|CUDA (failure|error)/i.test(message)) {
    return new AppError('E_WORKER_LOST', 'The graphics device was lost.', { detail: message, cause: error });
  }
  return new AppError('E_MODEL_INVALID', 'The model failed while it ran.', {
    next: 'Check that the image size and channels are those the model was made for.',
    detail: message,
    cause: error,
  });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
