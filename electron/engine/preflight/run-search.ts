/**
 * A search: one pass of fit and select images through many hooks, each under several drop probabilities and block sizes,
 * which are columns of one more matrix product on the same tensor. Ranked by LaRED without PCA on select images; test and
 * OoD test sets are never read. What it finds is optimistic by its choice among many; the test sets then tell.
 */
import type { HookPoint } from '../../shared/domain.ts';
import { AppError } from '../../shared/errors.ts';
import type { Sampling } from '../../shared/plan.ts';
import type { SearchCell, SearchView } from '../../shared/search.ts';
import { logitInterval, separatedInterval } from '../metrics/auroc-interval.ts';
import { delongParts, type DelongParts, holm, meanArea, meanDelongDifference, meanDelongVariance } from '../metrics/paired.ts';
import { specialFunctions } from '../metrics/proportion.ts';
import { candidateFacts, stack } from './candidate-figures.ts';
import type { Candidate } from './candidate-graph.ts';
import type { ImageVectors } from './candidate-vectors.ts';
import { costShare, multiplyAdds } from './cost.ts';
import type { SearchJob } from './job.ts';
import { openCandidates, unratedHook, vectorsOf, type Wanted } from './open-candidates.ts';
import { rate } from './rate.ts';
import { runPreflight, type OnPreflight } from './run-preflight.ts';
import { quickScores } from './separability.ts';
import type { JobSet } from '../sampling/job.ts';

/** Hooks of the grid; with more than these a quick look at each chooses. */
export const GRID_HOOKS = 12;
const SCREEN_IMAGES = 32;
const LEVEL = 0.05;
/** What a good AUROC on a few images does not make up for. */
const NO_INFORMATION: readonly SearchCell['reasons'][number][] = ['floor', 'drops-all', 'no-drop'];

/** Throws E_INPUT or E_MODEL_* with one sentence when nothing can be searched. */
export async function runSearch(job: SearchJob, onProgress: OnPreflight, signal?: AbortSignal): Promise<SearchView> {
  await specialFunctions;
  if (job.sampling.mechanism === 'model' || job.sampling.mechanism === 'none') {
    throw new AppError('E_INPUT', `A search tries drop probabilities, and the mechanism "${job.sampling.mechanism}" has none.`, {
      next: 'Set the mechanism to dropblock or dropout.',
    });
  }
  const started = performance.now();
  const { hooks, screened } = await screen(job, onProgress, signal);
  const before = screened === 0 ? 0 : 2 * screenImages(job);
  const total = before + job.images * (1 + job.ood.length);
  const opened = await openCandidates(
    job,
    hooks.map((hook): Wanted => ({ hook, settings: settingsOf(hook, job) })),
  );
  try {
    const passes: ({ set: JobSet } & Awaited<ReturnType<typeof vectorsOf>>)[] = [];
    for (const [i, set] of [job.ind, ...job.ood].entries()) {
      const onImage = (done: number): void => onProgress(before + i * job.images + done, total);
      passes.push({ set, ...(await vectorsOf(job, opened, { set, images: job.images, signal, onImage })) });
    }
    const work = multiplyAdds(opened.model.index, opened.shapes);
    const found: Found[] = [];
    opened.candidates.forEach((candidate, i) => {
      signal?.throwIfAborted();
      const cell = cellOf(
        candidate,
        passes.map(({ byCandidate }) => byCandidate[i]),
        costShare(opened.model.index, work, candidate.hook.tensors),
      );
      if (typeof cell === 'string') opened.unrated.push(unratedHook(candidate.hook, cell));
      else found.push(cell);
    });
    const [ind, ...ood] = passes.map(({ set, images }) => ({ set: set.name, images }));
    return {
      ind,
      ood,
      drops: job.drops,
      blocks: job.sampling.mechanism === 'dropout' ? [] : job.blocks,
      screened,
      cells: ranked(found),
      unrated: opened.unrated,
      seconds: (performance.now() - started) / 1000,
    };
  } finally {
    await opened.session.release();
  }
}

const screenImages = ({ images }: SearchJob): number => Math.min(images, SCREEN_IMAGES);

/** With more hooks than the grid takes: those that a pre-flight under the setting in the middle of the grid puts first. */
async function screen(
  job: SearchJob,
  onProgress: OnPreflight,
  signal: AbortSignal | undefined,
): Promise<{ hooks: HookPoint[]; screened: number }> {
  if (job.hooks.length <= GRID_HOOKS) return { hooks: job.hooks, screened: 0 };
  const images = screenImages(job);
  const whole = 2 * images + job.images * (1 + job.ood.length);
  const [dropProb, blockSize] = [job.drops, job.blocks].map((values) => values[Math.floor(values.length / 2)]);
  const sampling = { ...job.sampling, dropProb, blockSize: blockSize ?? job.sampling.blockSize };
  const quick = { ...job, sampling, ood: job.ood[0], images };
  const { candidates } = await runPreflight(quick, (done) => onProgress(done, whole), signal);
  const names = candidates.slice(0, GRID_HOOKS).map(({ tensors }) => tensors.join('\0'));
  return { hooks: job.hooks.filter(({ tensors }) => names.includes(tensors.join('\0'))), screened: candidates.length };
}

/** A vector has no blocks: its settings are the drop probabilities alone. */
function settingsOf({ kind }: HookPoint, { sampling, drops, blocks }: SearchJob): Sampling[] {
  const sizes = kind === 'conv' && sampling.mechanism === 'dropblock' ? blocks : [sampling.blockSize];
  return drops.flatMap((dropProb) => sizes.map((blockSize) => ({ ...sampling, dropProb, blockSize })));
}

interface Found {
  cell: Omit<SearchCell, 'tied'>;
  parts: DelongParts[];
}

/** @param vectors of the fit images, then of each OoD set. @returns the cell, or why it has no figures. */
function cellOf(candidate: Candidate, vectors: readonly ImageVectors[][], cost: number): Found | string {
  if (vectors.some((group) => group.length < 2)) return 'Fewer than two images of a set could be read.';
  const [inside, ...outside] = vectors.map(stack);
  const facts = candidateFacts(candidate, vectors[0], inside, outside);
  if (typeof facts === 'string') return facts;
  const scores = quickScores(inside, outside);
  const parts = scores.outside.map((group) => delongParts(scores.inside, group));
  const value = meanArea(parts);
  const smallest = Math.min(...vectors.map((group) => group.length));
  const [low, high] = separatedInterval(value, smallest) ?? logitInterval(value, meanDelongVariance(parts));
  const figures = { ...facts, auroc: { value, low, high }, cost };
  const { dropProb, blockSize, mechanism } = candidate.sampling;
  const hasBlocks = candidate.hook.kind === 'conv' && mechanism === 'dropblock';
  const cell = { ...figures, ...rate(figures, candidate.hook.stochastic), dropProb, blockSize: hasBlocks ? blockSize : null };
  return { cell, parts };
}

/** Best first, and which are not told apart from the best. */
function ranked(found: Found[]): SearchCell[] {
  const isAvoided = ({ cell }: Found): number => Number(cell.reasons.some((reason) => NO_INFORMATION.includes(reason)));
  const sorted = found.sort(
    (a, b) => isAvoided(a) - isAvoided(b) || b.cell.auroc.value - a.cell.auroc.value || a.cell.cost - b.cell.cost,
  );
  const p = holm(sorted.map(({ parts }, i) => (i === 0 ? NaN : meanDelongDifference(sorted[0].parts, parts).p)));
  return sorted.map(({ cell }, i) => ({ ...cell, tied: i === 0 || p[i] >= LEVEL }));
}
