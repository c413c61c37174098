/** Figures of one candidate from the vectors of some images there. */
import type { CandidateView } from '../../shared/app/views.ts';
import { ENTROPY_TOLERANCE, entropyFloor } from '../entropy/kozachenko-leonenko.ts';
import type { Matrix } from '../linalg/matrix.ts';
import type { Candidate } from './candidate-graph.ts';
import type { ImageVectors } from './candidate-vectors.ts';
import { dropoutFacts, maskFacts } from './mask-facts.ts';

/** All that is told of a candidate but how well it separates, what it costs and how it is rated. */
export type CandidateFacts = Omit<CandidateView, 'rating' | 'reasons' | 'cost' | 'auroc'>;

/** @returns the figures, or why it cannot be rated. @param inside, @param outside entropies [images, features]. */
export function candidateFacts(
  { hook, shape, sampling }: Candidate,
  ind: readonly ImageVectors[],
  inside: Matrix,
  outside: readonly Matrix[],
): CandidateFacts | string {
  if (![inside, ...outside].every(({ data }) => data.every(Number.isFinite))) return 'It holds values that are not finite.';
  const floor = entropyFloor(sampling.samples) + ENTROPY_TOLERANCE;
  const facts =
    hook.kind === 'conv' && sampling.mechanism !== 'dropout'
      ? maskFacts({ height: shape[1], width: shape[2] }, sampling)
      : dropoutFacts(
          shape.reduce((a, b) => a * b, 1),
          sampling.dropProb,
        );
  return {
    tensors: hook.tensors,
    label: hook.label,
    kind: hook.kind,
    shape,
    features: inside.cols,
    deadChannels: constantFeatures(ind),
    atFloor: inside.data.reduce((count, value) => count + Number(value <= floor), 0) / inside.data.length,
    dropped: facts.dropped,
    dropsAll: facts.dropsAll,
  };
}

/** Entropies as [images, features]; at least one image. */
export function stack(vectors: readonly ImageVectors[]): Matrix {
  const cols = vectors[0].entropies.length;
  const data = new Float64Array(vectors.length * cols);
  vectors.forEach(({ entropies }, r) => data.set(entropies, r * cols));
  return { rows: vectors.length, cols, data };
}

/** Features whose plain mean is the same for every image. */
function constantFeatures(vectors: readonly ImageVectors[]): number {
  return vectors[0].latents.reduce((count, first, f) => count + Number(vectors.every(({ latents }) => latents[f] === first)), 0);
}
