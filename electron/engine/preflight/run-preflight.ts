/**
 * A pre-flight: some images once through all candidate tensors of a network, each rated. Runs in an inference process,
 * image by image, so that memory holds one image's tensors. Nothing of it enters a run.
 */
import { createBatchLoader } from '../dataset/batch-loader.ts';
import { loaderSet } from '../dataset/set-source.ts';
import type { HookPoint } from '../../shared/domain.ts';
import { AppError, toAppError } from '../../shared/errors.ts';
import type { CandidateView, PreflightView } from '../../shared/app/views.ts';
import { ENTROPY_TOLERANCE, entropyFloor } from '../entropy/kozachenko-leonenko.ts';
import type { Matrix } from '../linalg/matrix.ts';
import { imageInput, type ImageInput } from '../onnx/image-input.ts';
import { openModel, type OnnxModel } from '../onnx/open-model.ts';
import { otherInput, probeTensors } from '../onnx/probe.ts';
import { createSession, type Session, type TensorData } from '../runtime/session.ts';
import type { JobSet } from '../sampling/job.ts';
import { inputShape, jobFeed, type JobFeed } from '../sampling/job-input.ts';
import { candidateGraph, candidateOf, type Candidate } from './candidate-graph.ts';
import { DropoutVectors, maskedVectors, type ImageVectors } from './candidate-vectors.ts';
import { costShare, multiplyAdds } from './cost.ts';
import type { PreflightJob } from './job.ts';
import { dropoutFacts, maskFacts } from './mask-facts.ts';
import { byRating, rate } from './rate.ts';
import { quickSeparability } from './separability.ts';

export type OnPreflight = (done: number, total: number) => void;

interface Opened {
  model: OnnxModel;
  input: ImageInput;
  feed: JobFeed;
  session: Session;
  candidates: Candidate[];
  /** Shape of every tensor of the network for one image. */
  shapes: Map<string, number[]>;
  unrated: PreflightView['unrated'];
}

/** Throws E_INPUT or E_MODEL_* with one sentence when nothing can be run. */
export async function runPreflight(
  job: PreflightJob,
  onProgress: OnPreflight,
  signal?: AbortSignal,
): Promise<Omit<PreflightView, 'planHash'>> {
  const started = performance.now();
  const opened = await open(job);
  try {
    const total = job.images * (job.ood === null ? 1 : 2);
    const ind = await vectorsOf(job, opened, { set: job.ind, signal, onImage: (done) => onProgress(done, total) });
    const ood =
      job.ood === null
        ? null
        : await vectorsOf(job, opened, { set: job.ood, signal, onImage: (done) => onProgress(job.images + done, total) });
    const work = multiplyAdds(opened.model.index, opened.shapes);
    const candidates: CandidateView[] = [];
    opened.candidates.forEach((candidate, i) => {
      const rated = rateCandidate(job, candidate, { ind: ind.byCandidate[i], ood: ood?.byCandidate[i] ?? null });
      if (typeof rated === 'string') opened.unrated.push(unrated(candidate.hook, rated));
      else {
        const figures = { ...rated, cost: costShare(opened.model.index, work, candidate.hook.tensors) };
        candidates.push({ ...figures, ...rate(figures, candidate.hook.stochastic) });
      }
    });
    return {
      ind: { set: job.ind.name, images: ind.images },
      ood: ood === null ? null : { set: job.ood!.name, images: ood.images },
      seconds: (performance.now() - started) / 1000,
      candidates: candidates.sort(byRating),
      unrated: opened.unrated,
    };
  } finally {
    await opened.session.release();
  }
}

const unrated = ({ label, tensors }: HookPoint, reason: string): PreflightView['unrated'][number] => ({ label, tensors, reason });

async function open(job: PreflightJob): Promise<Opened> {
  const model = await openModel(job.model.path);
  const input = imageInput(model, job.model.input);
  const feed = await jobFeed({ model: job.model, sets: [job.ind] }, input);
  const everything = model.index.nodes.flatMap((node) =>
    /^(ZipMap|Sequence.*|SplitToSequence|Optional.*)$/.test(node.opType ?? '') ? [] : (node.output ?? []).slice(0, 1),
  );
  const shape = inputShape(feed, input.layout, 1);
  const others = job.model.otherInputs;
  const seen = await probeTensors(model, { input: input.name, shape, others, tensors: everything, threads: job.threads });
  const shapes = new Map([...seen].map(([name, tensor]) => [name, tensor.shape]));
  const refused: PreflightView['unrated'] = [];
  const weights = new Map<string, Float32Array>();
  const candidates = job.hooks.flatMap((hook): Candidate[] => {
    const why = cannotRate(hook, shapes.get(hook.tensors[0]));
    if (why !== null) {
      refused.push(unrated(hook, why));
      return [];
    }
    try {
      const made = candidateOf(hook, shapes.get(hook.tensors[0])!.slice(1), job.sampling);
      if (made.weights !== null) weights.set(made.candidate.output, made.weights);
      return [made.candidate];
    } catch (error) {
      refused.push(unrated(hook, toAppError(error).message));
      return [];
    }
  });
  if (candidates.length === 0) {
    throw new AppError('E_MODEL_UNSUPPORTED', 'No tensor of this network can be rated by a pre-flight.', {
      next: 'Choose a hook by its name; the reasons stand beside the tensors.',
    });
  }
  const session = await createSession(candidateGraph(model, candidates, weights), { threads: job.threads });
  return { model, input, feed, session, candidates, shapes, unrated: refused };
}

function cannotRate({ kind, tensors }: HookPoint, shape: number[] | undefined): string | null {
  if (kind === 'rpn' || tensors.length > 1) return 'Several maps together are not rated; rate one of them.';
  if (kind === 'roi') return 'The number of proposals changes from image to image.';
  if (shape === undefined || shape[0] !== 1) return 'Its first axis is not the image.';
  if (kind === 'conv' && shape.length !== 4) return 'It is not a map.';
  return null;
}

interface Pass {
  set: JobSet;
  signal: AbortSignal | undefined;
  onImage: (done: number) => void;
}

/** Vectors of the first images of a set at every candidate. */
async function vectorsOf(
  job: PreflightJob,
  opened: Opened,
  { set, signal, onImage }: Pass,
): Promise<{ images: number; byCandidate: ImageVectors[][] }> {
  const { model, input, feed, session, candidates } = opened;
  const loader = createBatchLoader({
    sets: [loaderSet(set)],
    preprocess: job.model.preprocess,
    input: feed,
    threads: 1,
  });
  const dropouts = candidates.map((candidate) =>
    candidate.form === 'plain' ? new DropoutVectors(candidate, job.sampling) : null,
  );
  const byCandidate = candidates.map((): ImageVectors[] => []);
  try {
    const { data, indices } = await loader.load(set.name, 0, job.images, signal);
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
      candidates.forEach(({ output }, i) => {
        const values = outputs[output].data as Float32Array;
        byCandidate[i].push(dropouts[i]?.of(values) ?? maskedVectors(values, job.sampling.samples));
      });
      onImage(row + 1);
    }
    return { images: indices.length, byCandidate };
  } finally {
    await loader.close();
  }
}

/** Figures of a candidate but its cost, or why it cannot be rated. */
function rateCandidate(
  job: PreflightJob,
  { hook, shape }: Candidate,
  vectors: { ind: ImageVectors[]; ood: ImageVectors[] | null },
): Omit<CandidateView, 'rating' | 'reasons' | 'cost'> | string {
  const { ind, ood } = vectors;
  if (ind.length < 2) return 'Fewer than two images could be read.';
  const features = ind[0].entropies.length;
  const inside = stack(ind);
  const outside = ood === null || ood.length === 0 ? null : stack(ood);
  if (![inside, outside].every((matrix) => matrix === null || matrix.data.every(Number.isFinite)))
    return 'It holds values that are not finite.';
  const floor = entropyFloor(job.sampling.samples) + ENTROPY_TOLERANCE;
  const map = hook.kind === 'conv' && job.sampling.mechanism !== 'dropout';
  const facts = map
    ? maskFacts({ height: shape[1], width: shape[2] }, job.sampling)
    : dropoutFacts(
        shape.reduce((a, b) => a * b, 1),
        job.sampling.dropProb,
      );
  return {
    tensors: hook.tensors,
    label: hook.label,
    kind: hook.kind,
    shape,
    features,
    deadChannels: constantFeatures(ind),
    atFloor: inside.data.reduce((count, value) => count + Number(value <= floor), 0) / inside.data.length,
    dropped: facts.dropped,
    dropsAll: facts.dropsAll,
    auroc: outside === null ? null : quickSeparability(inside, outside),
  };
}

function stack(vectors: readonly ImageVectors[]): Matrix {
  const cols = vectors[0].entropies.length;
  const data = new Float64Array(vectors.length * cols);
  vectors.forEach(({ entropies }, r) => data.set(entropies, r * cols));
  return { rows: vectors.length, cols, data };
}

/** Features whose plain mean is the same for every image. */
function constantFeatures(vectors: readonly ImageVectors[]): number {
  return vectors[0].latents.reduce((count, first, f) => count + Number(vectors.every(({ latents }) => latents[f] === first)), 0);
}
