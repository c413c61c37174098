/**
 * A pre-flight: some images once through all candidate tensors of a network, each rated. Runs in an inference process.
 * Nothing of it enters a run.
 */
import type { CandidateView, PreflightView } from '../../shared/app/views.ts';
import { candidateFacts, stack } from './candidate-figures.ts';
import type { Candidate } from './candidate-graph.ts';
import type { ImageVectors } from './candidate-vectors.ts';
import { costShare, multiplyAdds } from './cost.ts';
import type { PreflightJob } from './job.ts';
import { openCandidates, unratedHook, vectorsOf } from './open-candidates.ts';
import { byRating, rate } from './rate.ts';
import { quickSeparability } from './separability.ts';

export type OnPreflight = (done: number, total: number) => void;

/** Throws E_INPUT or E_MODEL_* with one sentence when nothing can be run. */
export async function runPreflight(
  job: PreflightJob,
  onProgress: OnPreflight,
  signal?: AbortSignal,
): Promise<Omit<PreflightView, 'planHash'>> {
  const started = performance.now();
  const opened = await openCandidates(
    job,
    job.hooks.map((hook) => ({ hook, settings: [job.sampling] })),
  );
  try {
    const { images } = job;
    const total = images * (job.ood === null ? 1 : 2);
    const ind = await vectorsOf(job, opened, { set: job.ind, images, signal, onImage: (done) => onProgress(done, total) });
    const ood =
      job.ood === null
        ? null
        : await vectorsOf(job, opened, { set: job.ood, images, signal, onImage: (done) => onProgress(images + done, total) });
    const work = multiplyAdds(opened.model.index, opened.shapes);
    const candidates: CandidateView[] = [];
    opened.candidates.forEach((candidate, i) => {
      const rated = rateCandidate(candidate, ind.byCandidate[i], ood?.byCandidate[i] ?? []);
      if (typeof rated === 'string') opened.unrated.push(unratedHook(candidate.hook, rated));
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

/** Figures of a candidate but its cost, or why it cannot be rated. */
function rateCandidate(
  candidate: Candidate,
  ind: ImageVectors[],
  ood: ImageVectors[],
): Omit<CandidateView, 'rating' | 'reasons' | 'cost'> | string {
  if (ind.length < 2) return 'Fewer than two images could be read.';
  const inside = stack(ind);
  const outside = ood.length === 0 ? null : stack(ood);
  const facts = candidateFacts(candidate, ind, inside, outside === null ? [] : [outside]);
  return typeof facts === 'string' ? facts : { ...facts, auroc: outside === null ? null : quickSeparability(inside, outside) };
}
