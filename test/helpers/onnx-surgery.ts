/** Runs a sampling graph next to the plain network, on the same made-up image. */
import { imageInput } from '../../electron/engine/onnx/image-input.ts';
import type { OnnxModel } from '../../electron/engine/onnx/open-model.ts';
import { madeUpImage, otherInput, probeTensors, type Seen } from '../../electron/engine/onnx/probe.ts';
import type { SamplingGraph } from '../../electron/engine/onnx/sampling-graph.ts';
import { createSession, type TensorData } from '../../electron/engine/runtime/session.ts';

/** Values of every tensor in front of `targets` for the made-up image of this shape. */
export async function plainValues(model: OnnxModel, shape: readonly number[], targets: string[]): Promise<Map<string, Seen>> {
  return probeTensors(model, { input: imageInput(model, null).name, shape, tensors: targets });
}

/** Runs a sampling graph on the same image that `plainValues` feeds. */
export async function runSampling(
  model: OnnxModel,
  graph: SamplingGraph,
  shape: readonly number[],
  feeds: Record<string, TensorData>,
): Promise<Record<string, TensorData>> {
  // The same level as the probe's: fusions change the last bits.
  const session = await createSession(graph.bytes, { optimize: 'basic' });
  try {
    const others = graph.otherInputs.map((name) => [name, otherInput(model, name, shape[0], 0)] as const);
    const image = madeUpImage(graph.input.dtype, shape);
    return await session.run({ ...feeds, ...Object.fromEntries(others), [graph.input.name]: image });
  } finally {
    await session.release();
  }
}

/** Uneven numbers in [0, 1) from a small generator; not the program's own. */
export function numbers(count: number, seed: number): Float32Array {
  let state = seed >>> 0;
  return Float32Array.from({ length: count }, () => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return (state >>> 8) / 2 ** 24;
  });
}

export function floats(shape: number[], data: Float32Array): TensorData {
  return { dtype: 'float32', shape, data };
}

/** Largest difference over the largest absolute value; NaN at the same places counts as equal. */
export function relativeError(found: ArrayLike<number | bigint>, expected: ArrayLike<number>): number {
  if (found.length !== expected.length) return Infinity;
  let largest = 0;
  let difference = 0;
  for (let i = 0; i < expected.length; i++) {
    const value = Number(found[i]);
    if (Number.isNaN(value) && Number.isNaN(expected[i])) continue;
    if (!Number.isFinite(value)) return Infinity;
    largest = Math.max(largest, Math.abs(expected[i]));
    difference = Math.max(difference, Math.abs(value - expected[i]));
  }
  return difference === 0 ? 0 : difference / largest;
}
