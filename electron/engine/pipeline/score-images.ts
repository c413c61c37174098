/** Scores new images with what a finished run of a project fitted: the same network, masks, PCA, detector, threshold. */
import path from 'node:path';
import type { Work } from '../detectors/detector.ts';
import { loadDetector } from '../detectors/registry.ts';
import { createMatMul } from '../linalg/matmul.ts';
import type { Matrix } from '../linalg/matrix.ts';
import { isAlarm, type Threshold } from '../metrics/threshold.ts';
import { openModel } from '../onnx/open-model.ts';
import type { BatchResult, OpenSamplers, SampleJob, SamplerInfo } from '../sampling/job.ts';
import type { Project } from '../storage/open-project.ts';
import { AppError } from '../../shared/errors.ts';
import { parsePlan, type Plan } from '../../shared/plan.ts';
import { openDataset } from '../dataset/open-dataset.ts';
import { loadBaseline } from './baseline-stage.ts';
import { scoreRows } from './fit-stage.ts';
import { loadStoredDetector } from './load-detector.ts';
import { withAbsolutePaths } from './resolve-plan.ts';
import { readThreshold, type StoredRun } from './stored-run.ts';
import type { Space } from './vectors.ts';

export interface ImageScore {
  image: string;
  /** Why it could not be scored; scores is empty then. */
  rejected: string | null;
  scores: { detector: string; score: number; threshold: number; alarm: boolean }[];
  /** From file to scores, one image at a time. */
  milliseconds: number;
}

export interface ScoreImagesOptions {
  project: Project;
  images: readonly string[];
  openSamplers: OpenSamplers;
  threads: number | null;
  signal?: AbortSignal | undefined;
}

interface Scorer {
  name: string;
  space: Space;
  threshold: Threshold;
  score: (rows: Matrix) => Promise<Float64Array> | Float64Array;
}

/** Yields one result for each image, in order. Throws E_INPUT when the project holds no finished run. */
export async function* scoreImages(options: ScoreImagesOptions): AsyncGenerator<ImageScore> {
  const { project, signal } = options;
  const run = project.runs.latest('done');
  if (run === undefined) {
    throw new AppError('E_INPUT', `${project.file} holds no finished run.`, {
      next: 'Run a plan with this project first: oodlab run PLAN --project FILE.',
    });
  }
  const stored = project.artifacts.json('fitted', `run-${run.id}`) as StoredRun;
  const plan = withAbsolutePaths({ plan: parsePlan(JSON.parse(run.plan), project.file), baseDir: run.baseDir });
  await requireSameModel(plan, stored.info);
  const matmul = createMatMul(options.threads);
  const scorers = scorersOf(project, stored, { multiply: matmul.multiply, signal });
  const sets = await namedSets(options.images);
  const job: SampleJob = {
    model: plan.model,
    hook: plan.hook,
    sampling: plan.sampling,
    sets: sets.map(({ name, path: file }) => ({ name, path: file, format: 'auto', limit: null })),
    // One image at a time is what a monitor does, and what the milliseconds are about.
    runtime: {
      ...plan.runtime,
      provider: stored.info.provider as Plan['runtime']['provider'],
      batchSize: 1,
      threads: options.threads,
    },
    wantLogits: stored.baselines.length > 0,
    ...(stored.extras && { extras: stored.extras }),
  };
  const [sampler] = await options.openSamplers(job, 1, signal);
  try {
    for (const set of sets) {
      for (let at = 0; at < set.count; at++) {
        signal?.throwIfAborted();
        const started = performance.now();
        const batch = await sampler.batch({ set: set.name, from: at, to: at + 1 }, signal);
        yield await imageScore({ batch, set, scorers, info: sampler.info, started });
      }
    }
  } finally {
    await sampler.close();
    await matmul.release();
  }
}

async function requireSameModel(plan: Plan, info: SamplerInfo): Promise<void> {
  const { sha256 } = await openModel(plan.model.path);
  if (sha256 === info.modelSha256) return;
  throw new AppError('E_CONFLICT', `The model ${plan.model.path} has changed since the run.`, {
    next: 'Put the old file back, or run the plan again.',
  });
}

interface ImageSet {
  /** Names the stream of masks; the same file always draws the same ones. */
  name: string;
  path: string;
  count: number;
}

export async function namedSets(images: readonly string[]): Promise<ImageSet[]> {
  const sets: ImageSet[] = [];
  for (const image of images) {
    const { count } = await openDataset(image, { format: 'auto', limit: null });
    sets.push({ name: image, path: path.resolve(image), count });
  }
  return sets;
}

function scorersOf(project: Project, stored: StoredRun, work: Work): Scorer[] {
  const detectors = stored.detectors.map(({ name, key, space, pca, threshold }): Scorer => {
    const { state, projection } = loadStoredDetector(project, { name, key, pca });
    const fitted = { pca: projection, detector: loadDetector(state) };
    return { name, space, threshold: readThreshold(threshold), score: (rows) => scoreRows(fitted, rows, work) };
  });
  const baselines = stored.baselines.map((entry): Scorer => {
    const { space, open, state } = loadBaseline(project, entry);
    const score = open(state);
    return { name: entry.id, space, threshold: readThreshold(entry.threshold), score: (rows) => score(rows, work) };
  });
  return [...detectors, ...baselines];
}

interface ImageParts {
  batch: BatchResult;
  set: ImageSet;
  scorers: readonly Scorer[];
  info: SamplerInfo;
  started: number;
}

async function imageScore({ batch, set, scorers, info, started }: ImageParts): Promise<ImageScore> {
  const [rejected] = batch.rejected;
  const at = batch.ats[0] ?? rejected?.at ?? '';
  const image = set.count === 1 ? set.name : `${set.name}: ${at}`;
  if (batch.rows === 0)
    return { image, rejected: rejected?.reason ?? 'unreadable', scores: [], milliseconds: performance.now() - started };
  const extras = Object.entries(batch.extras ?? {}).map(([kind, { cols, data }]) => [
    kind,
    { rows: 1, cols, data: Float64Array.from(data) },
  ]);
  const rows: Partial<Record<Space, Matrix>> = {
    ...(Object.fromEntries(extras) as Partial<Record<Space, Matrix>>),
    entropy: { rows: 1, cols: info.entropyDim, data: batch.entropies },
    latent: { rows: 1, cols: info.latentDim, data: Float64Array.from(batch.latents) },
    logits: { rows: 1, cols: info.logitDim, data: Float64Array.from(batch.logits) },
  };
  const scores: ImageScore['scores'] = [];
  for (const { name, space, threshold, score } of scorers) {
    const [value] = await score(rows[space]!);
    scores.push({ detector: name, score: value, threshold: threshold.value, alarm: isAlarm(value, threshold) });
  }
  return { image, rejected: null, scores, milliseconds: performance.now() - started };
}
