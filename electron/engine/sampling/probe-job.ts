/** Runs a made-up batch through the network to learn shapes, and whether images of a batch leave each other alone. */
import { createBatchLoader } from '../dataset/batch-loader.ts';
import { loaderSet } from '../dataset/set-source.ts';
import type { ModelWarning } from '../../shared/domain.ts';
import { AppError } from '../../shared/errors.ts';
import { ancestors } from '../onnx/graph-index.ts';
import type { ImageInput } from '../onnx/image-input.ts';
import type { OnnxModel } from '../onnx/open-model.ts';
import { probeTensors, type Seen } from '../onnx/probe.ts';
import type { TensorData } from '../runtime/session.ts';
import { inputShape, type JobFeed } from './job-input.ts';
import type { SampleJob } from './job.ts';

export interface Probed {
  /** Batch of the probe: leading size of per-image tensors. */
  batch: number;
  /** By tensor name, for a batch of one image (or of the fixed size). */
  seen: Map<string, Seen>;
  fixedBatch: number | null;
}

interface ProbeJob {
  model: OnnxModel;
  input: ImageInput;
  feed: JobFeed;
  hooks: readonly string[];
  logits: string | null;
  job: SampleJob;
}

/** Images may differ by rounding when their neighbours do; beyond this they influence each other. */
const COUPLED = 1e-3;

export async function probeJob(options: ProbeJob, warnings: ModelWarning[]): Promise<Probed> {
  const { input, hooks } = options;
  if (!input.batchAxis) {
    const seen = await probe(options, 1);
    // A detector's proposals are as many as the image asks for: only a real one tells.
    const isProposals = hooks.length === 1 && seen.get(hooks[0])?.shape.length === 2;
    return { batch: 1, seen: isProposals ? await probe(options, 1, await firstImage(options)) : seen, fixedBatch: null };
  }
  if (input.fixedBatch !== null) {
    if (input.fixedBatch !== options.job.runtime.batchSize) {
      warnings.push({ code: 'FIXED_BATCH', message: `The model's batch size is fixed to ${input.fixedBatch}, which is used.` });
    }
    return { batch: input.fixedBatch, seen: await probe(options, input.fixedBatch), fixedBatch: input.fixedBatch };
  }
  const one = await probe(options, 1);
  const two = await probe(options, 2).catch((error: unknown) => {
    if (error instanceof AppError && error.code === 'E_MODEL_INVALID') return null;
    throw error;
  });
  if (two === null || hooks.some((name) => two.get(name)?.shape[0] !== 2 * (one.get(name)?.shape[0] ?? 0))) {
    const why =
      two === null
        ? 'The graph only runs with one image at a time'
        : 'The hooked tensor does not have one row for each image of a batch';
    warnings.push({ code: 'FIXED_BATCH', message: `${why}, so images are run one by one.` });
    return { batch: 1, seen: one, fixedBatch: 1 };
  }
  const coupled = hooks.find((name) => differs(one.get(name), two.get(name)));
  if (coupled !== undefined) {
    warnings.push({
      code: 'BATCH_COUPLED',
      message: `Images of a batch change each other's values at "${coupled}" (a BatchNormalization in training mode?), so images are run one by one.`,
    });
    return { batch: 1, seen: one, fixedBatch: 1 };
  }
  return { batch: 1, seen: one, fixedBatch: null };
}

async function firstImage({ job, feed, input }: ProbeJob): Promise<TensorData | undefined> {
  const [set] = job.sets;
  const loader = createBatchLoader({ sets: [loaderSet(set)], preprocess: job.model.preprocess, input: feed, threads: 1 });
  try {
    const { indices, data } = await loader.load(set.name, 0, 1);
    return indices.length === 0 ? undefined : { dtype: feed.dtype, shape: inputShape(feed, input.layout, 1), data };
  } finally {
    await loader.close();
  }
}

function probe(
  { model, input, feed, hooks, logits, job }: ProbeJob,
  batch: number,
  image?: TensorData,
): Promise<Map<string, Seen>> {
  const { penultimate, uncertainty } = job.extras ?? {};
  const wanted = new Set([...hooks, ...[logits, penultimate].filter((name) => name != null)]);
  for (const name of hooks) requireTensor(model, name);
  // The copy of the stochastic part is made from the shapes of everything in front of the hook.
  if (job.sampling.mechanism === 'model') {
    const sampled = uncertainty === true && logits !== null ? [...hooks, logits] : hooks;
    for (const at of ancestors(model.index, sampled))
      for (const name of model.index.nodes[at].output ?? []) if (name !== '') wanted.add(name);
  }
  return probeTensors(model, {
    input: input.name,
    shape: inputShape(feed, input.layout, batch),
    others: job.model.otherInputs,
    image,
    tensors: [...wanted],
    threads: job.runtime.threads,
  });
}

function requireTensor({ index }: OnnxModel, name: string): void {
  if (index.producer.has(name)) return;
  throw new AppError('E_INPUT', `hook.tensor: the model has no tensor "${name}" that a node of its main graph writes.`, {
    next: 'Run "oodlab inspect" to see the hook points.',
  });
}

/** Compares the first image of both probes: they were fed the same numbers. */
function differs(one: Seen | undefined, two: Seen | undefined): boolean {
  if (!(one?.data instanceof Float32Array) || !(two?.data instanceof Float32Array)) return false;
  let largest = 0;
  let apart = 0;
  for (let i = 0; i < one.data.length; i++) {
    largest = Math.max(largest, Math.abs(one.data[i]));
    apart = Math.max(apart, Math.abs(one.data[i] - two.data[i]));
  }
  return apart > COUPLED * largest;
}
