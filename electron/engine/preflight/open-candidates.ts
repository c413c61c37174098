/**
 * The network with its candidates as outputs, and the vectors of images there: image by image, so that memory holds one
 * image's tensors. What pre-flight and search share.
 */
import { createBatchLoader } from '../dataset/batch-loader.ts';
import { loaderSet } from '../dataset/set-source.ts';
import type { PreflightView } from '../../shared/app/views.ts';
import type { HookPoint } from '../../shared/domain.ts';
import { AppError, toAppError } from '../../shared/errors.ts';
import type { Sampling } from '../../shared/plan.ts';
import { imageInput, type ImageInput } from '../onnx/image-input.ts';
import { openModel, type OnnxModel } from '../onnx/open-model.ts';
import { otherInput, probeTensors } from '../onnx/probe.ts';
import { createSession, type Session, type TensorData } from '../runtime/session.ts';
import type { JobSet } from '../sampling/job.ts';
import { inputShape, jobFeed, type JobFeed } from '../sampling/job-input.ts';
import { candidateGraph, candidateOf, type Candidate } from './candidate-graph.ts';
import { DropoutVectors, maskedVectors, type ImageVectors } from './candidate-vectors.ts';
import type { PreflightJob } from './job.ts';

export interface Opened {
  model: OnnxModel;
  input: ImageInput;
  feed: JobFeed;
  session: Session;
  candidates: Candidate[];
  /** Shape of every tensor of the network for one image. */
  shapes: Map<string, number[]>;
  unrated: PreflightView['unrated'];
}

type Source = Pick<PreflightJob, 'model' | 'threads' | 'ind'>;

/** What is asked of the network: each hook under each of its settings. */
export interface Wanted {
  hook: HookPoint;
  settings: readonly Sampling[];
}

/** Throws E_INPUT or E_MODEL_* with one sentence when nothing can be run. */
export async function openCandidates(source: Source, wanted: readonly Wanted[]): Promise<Opened> {
  const model = await openModel(source.model.path);
  const input = imageInput(model, source.model.input);
  const feed = await jobFeed({ model: source.model, sets: [source.ind] }, input);
  const shapes = await tensorShapes(source, { model, input, feed });
  const unrated: PreflightView['unrated'] = [];
  const weights = new Map<string, Float32Array>();
  const candidates = wanted.flatMap(({ hook, settings }): Candidate[] => {
    const why = cannotRate(hook, shapes.get(hook.tensors[0]));
    if (why !== null) {
      unrated.push(unratedHook(hook, why));
      return [];
    }
    const shape = shapes.get(hook.tensors[0])!.slice(1);
    return settings.flatMap((sampling): Candidate[] => {
      try {
        const made = candidateOf(hook, shape, sampling);
        if (made.weights !== null) weights.set(made.candidate.output, made.weights);
        return [made.candidate];
      } catch (error) {
        unrated.push(unratedHook(hook, toAppError(error).message));
        return [];
      }
    });
  });
  if (candidates.length === 0) {
    throw new AppError('E_MODEL_UNSUPPORTED', 'No tensor of this network can be rated by a pre-flight.', {
      next: 'Choose a hook by its name; the reasons stand beside the tensors.',
    });
  }
  const session = await createSession(candidateGraph(model, candidates, weights), { threads: source.threads });
  return { model, input, feed, session, candidates, shapes, unrated };
}

async function tensorShapes(
  { model: { otherInputs: others }, threads }: Source,
  { model, input, feed }: Pick<Opened, 'model' | 'input' | 'feed'>,
): Promise<Map<string, number[]>> {
  const tensors = model.index.nodes.flatMap((node) =>
    /^(ZipMap|Sequence.*|SplitToSequence|Optional.*)$/.test(node.opType ?? '') ? [] : (node.output ?? []).slice(0, 1),
  );
  const shape = inputShape(feed, input.layout, 1);
  const seen = await probeTensors(model, { input: input.name, shape, others, tensors, threads });
  return new Map([...seen].map(([name, tensor]) => [name, tensor.shape]));
}

export const unratedHook = ({ label, tensors }: HookPoint, reason: string): PreflightView['unrated'][number] => ({
  label,
  tensors,
  reason,
});

function cannotRate({ kind, tensors }: HookPoint, shape: number[] | undefined): string | null {
  if (kind === 'rpn' || tensors.length > 1) return 'Several maps together are not rated; rate one of them.';
  if (kind === 'roi') return 'The number of proposals changes from image to image.';
  if (shape === undefined || shape[0] !== 1) return 'Its first axis is not the image.';
  if (kind === 'conv' && shape.length !== 4) return 'It is not a map.';
  return null;
}

interface Pass {
  set: JobSet;
  /** Entries [0, images) of the set. */
  images: number;
  signal: AbortSignal | undefined;
  onImage: (done: number) => void;
}

/** Vectors of the first images of a set at every candidate. */
export async function vectorsOf(
  job: Source,
  opened: Opened,
  { set, images, signal, onImage }: Pass,
): Promise<{ images: number; byCandidate: ImageVectors[][] }> {
  const { model, input, feed, session, candidates } = opened;
  const loader = createBatchLoader({
    sets: [loaderSet(set)],
    preprocess: job.model.preprocess,
    input: feed,
    threads: 1,
  });
  const dropouts = candidates.map((candidate) => (candidate.form === 'plain' ? new DropoutVectors(candidate) : null));
  const byCandidate = candidates.map((): ImageVectors[] => []);
  try {
    const { data, indices } = await loader.load(set.name, 0, images, signal);
    const size = data.length / Math.max(1, indices.length);
    for (let row = 0; row < indices.length; row++) {
      signal?.throwIfAborted();
      const image: TensorData = {
        dtype: feed.dtype,
        shape: inputShape(feed, input.layout, 1),
        data: data.slice(row * size, (row + 1) * size),
      };
      const feeds: Record<string, TensorData> = {};
      for (const name of session.inputNames)
        feeds[name] = name === input.name ? image : otherInput(model, name, 1, job.model.otherInputs[name] ?? 0);
      const outputs = await session.run(feeds);
      candidates.forEach(({ output, sampling }, i) => {
        const values = outputs[output].data as Float32Array;
        byCandidate[i].push(dropouts[i]?.of(values) ?? maskedVectors(values, sampling.samples));
      });
      onImage(row + 1);
    }
    return { images: indices.length, byCandidate };
  } finally {
    await loader.close();
  }
}
