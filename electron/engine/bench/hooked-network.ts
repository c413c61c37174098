/** The networks that the bench compares: the product's own for a hook, the same cut at the hook, the reference's. */
import { openModelForJob, type OpenedJob } from '../sampling/open-job.ts';
import { assemble } from '../onnx/assemble.ts';
import { ancestors } from '../onnx/graph-index.ts';
import { emptyTraces } from '../hygiene/image-trace.ts';
import type { OnnxModel } from '../onnx/open-model.ts';
import { FLOAT32, int64Tensor, intAttribute, intsAttribute, makeNode, type NodeProto, valueInfo } from '../onnx/proto.ts';
import { createSession, type Session, type TensorData } from '../runtime/session.ts';
import type { LoadedBatch } from '../dataset/batch-loader.ts';
import { fillUniforms } from '../sampling/philox.ts';
import { reduceOutputs } from '../sampling/reduce-outputs.ts';
import type { BatchResult, SampleJob } from '../sampling/job.ts';
import { parsePlan } from '../../shared/plan.ts';

export interface NetworkSpec {
  /** Model file with input "image" [N, 3, H, W]. */
  file: string;
  hook: string;
  /** Height and width of the images. */
  side: number;
  threads: number;
  batchSize?: number;
}

/** A model file with the hooks that a part measures at. */
export interface Network {
  file: string;
  name: string;
  hooks: readonly string[];
  side: number;
  /** Where a whole pass ends. */
  output: string;
}

/** Opens the network exactly as an inference process does. */
export function openProduct(spec: NetworkSpec, masks: 'bank' | 'per-image'): Promise<OpenedJob> {
  return openModelForJob(productJob(spec, masks));
}

export function productJob(spec: NetworkSpec, masks: 'bank' | 'per-image'): SampleJob {
  const plan = parsePlan({
    schema: 'oodlab.plan/1',
    model: { path: spec.file, preprocess: { resize: { height: spec.side, width: spec.side } } },
    hook: { tensor: spec.hook },
    sampling: { mechanism: 'dropblock', samples: 16, masks },
    datasets: [{ name: 'synthetic', role: 'fit', path: 'synthetic' }],
    runtime: { provider: 'cpu', threads: spec.threads, batchSize: spec.batchSize ?? null },
  });
  const { model, hook, sampling, runtime } = plan;
  return { model, hook, sampling, sets: [], runtime, wantLogits: false };
}

/** A batch as the loader hands it over, of seeded noise. */
export function noiseBatch(rows: number, side: number): LoadedBatch {
  const data = new Float32Array(rows * 3 * side * side);
  fillUniforms(data, { seed: 224 }, { stream: 0, image: 0, sample: 0 });
  return {
    from: 0,
    to: rows,
    indices: Int32Array.from({ length: rows }, (_, i) => i),
    data,
    shape: [rows, 3, side, side],
    sha256: Array.from({ length: rows }, () => '0'.repeat(64)),
    ats: Array.from({ length: rows }, (_, i) => `noise ${i}`),
    labels: new Int32Array(rows).fill(-1),
    ...emptyTraces(rows),
    rejected: [],
  };
}

export function imageOf({ data, shape }: Pick<LoadedBatch, 'data' | 'shape'>): TensorData {
  return { dtype: 'float32', shape, data };
}

/** The stream that per-image masks of the bench are drawn from. */
export const STREAM = 1;

/** All that the product does with a decoded batch: masks, one pass, entropies and latents. */
export async function sampleBatch(opened: OpenedJob, loaded: LoadedBatch): Promise<BatchResult> {
  const { feeds, redraws } = opened.masks.feeds(STREAM, loaded.indices);
  const outputs = await opened.session.run({ ...feeds, [opened.graph.input.name]: imageOf(loaded) });
  return reduceOutputs({ loaded, outputs, opened, redraws, seconds: () => 0 });
}

/**
 * The network up to the hook and nothing else. One number of each image's map is fetched, not the map: a forward pass
 * is charged no copy out of the runtime, and the pass is computed whole all the same.
 */
export function openBare(model: OnnxModel, hook: string, threads: number): Promise<Session> {
  const bytes = assemble(model, {
    nodes: [...nodesTo(model, hook), makeNode('Slice', [hook, 'bench.from', 'bench.to', 'bench.axes'], ['bench.one'])],
    newInitializers: [
      int64Tensor('bench.from', [0, 0, 0]),
      int64Tensor('bench.to', [1, 1, 1]),
      int64Tensor('bench.axes', [1, 2, 3]),
    ],
    outputs: [valueInfo('bench.one', FLOAT32)],
  });
  return createSession(bytes, { threads });
}

function nodesTo({ index }: OnnxModel, ...tensors: string[]): NodeProto[] {
  return ancestors(index, tensors).map((at) => index.nodes[at]);
}

/** Names in the reference's network. */
export const REFERENCE = { mask: 'bench.mask', scale: 'bench.scale', latent: 'bench.latent' } as const;

/**
 * The reference's way for one sample: the hooked tensor times mask times rescaling is formed, and its mean over W, then
 * over H, is the latent. @param output null: the pass ends there; a tensor: it goes on to it with the dropped tensor.
 */
export function openReference(
  model: OnnxModel,
  hook: string,
  { output, threads }: { output: string | null; threads: number },
): Promise<Session> {
  const dropped = 'bench.dropped';
  const mean = (axis: number): NonNullable<NodeProto['attribute']> => [
    intsAttribute('axes', [axis]),
    intAttribute('keepdims', 0),
  ];
  const front = new Set(ancestors(model.index, [hook]));
  const behind = output === null ? [] : ancestors(model.index, [output]).filter((at) => !front.has(at));
  const bytes = assemble(model, {
    nodes: [
      ...nodesTo(model, hook),
      makeNode('Mul', [hook, REFERENCE.mask], ['bench.masked']),
      makeNode('Mul', ['bench.masked', REFERENCE.scale], [dropped]),
      makeNode('ReduceMean', [dropped], ['bench.rows'], mean(3)),
      makeNode('ReduceMean', ['bench.rows'], [REFERENCE.latent], mean(2)),
      ...behind.map((at) => readingInstead(model.index.nodes[at], hook, dropped)),
    ],
    newInputs: [valueInfo(REFERENCE.mask, FLOAT32, [1, 1, 'h', 'w']), valueInfo(REFERENCE.scale, FLOAT32, [])],
    outputs: [valueInfo(REFERENCE.latent, FLOAT32), ...(output === null ? [] : [valueInfo(output, FLOAT32)])],
  });
  return createSession(bytes, { threads });
}

function readingInstead(node: NodeProto, old: string, replacement: string): NodeProto {
  return { ...node, input: (node.input ?? []).map((name) => (name === old ? replacement : name)) };
}
