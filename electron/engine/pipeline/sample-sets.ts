/**
 * The first two stages together: hash every set, find what is sampled already, sample what is missing. What decides is
 * content (bytes of model and images, settings of the hook and the sampling), so nothing is computed twice, and nothing
 * stale is ever used.
 */
import type { OnProgress } from '../../shared/domain.ts';
import type { Plan, PlanDataset } from '../../shared/plan.ts';
import { baselineReads } from '../../shared/method-ids.ts';
import { sourceOf } from '../dataset/set-source.ts';
import { lastLayer, type LastLayer, type NoLastLayer } from '../onnx/last-layer.ts';
import { findLogits } from '../onnx/logits.ts';
import { openModel, type OnnxModel } from '../onnx/open-model.ts';
import type { OpenSamplers, SampleJob, Sampler, SamplerInfo, WantedExtras } from '../sampling/job.ts';
import { storageErrors, type Project } from '../storage/open-project.ts';
import { withFittingBatch } from './fitting-batch.ts';
import { hashSets, type HashedSet } from './hash-stage.ts';
import { contentKey } from './keys.ts';
import { ladderSets } from './ladder-sets.ts';
import { StageProgress } from './progress.ts';
import { chunkEntries, sampleSet } from './sample-stage.ts';
import { tally, type SampledSet } from './sampled-set.ts';
import { type Shard, shardStarts } from './shard.ts';

export interface SampleSetsOptions {
  /** With absolute paths. */
  plan: Plan;
  project: Project;
  openSamplers: OpenSamplers;
  processes: number;
  threads: number | null;
  /** The test sets are left alone: no severity ladder is drawn from them. */
  sealed?: boolean | undefined;
  signal?: AbortSignal | undefined;
  onProgress: OnProgress;
  /** Keep the entropies of the first N samples too, for each of these N. */
  first?: readonly number[] | undefined;
  /** Sample this part alone, and leave the rest to other machines. */
  shard?: Shard | undefined;
  /** Told before the first chunk and after each one. */
  onSampling?: (state: SamplingState) => void;
}

export interface SamplingState {
  provider: string;
  batchSize: number;
  /** Chunks that are committed, of all of them. */
  chunks: number;
  of: number;
  /** Images of a chunk: what a crash loses at most, in each process. */
  chunkImages: number;
}

export interface Sampled {
  /** Of the plan, in its order. */
  sets: SampledSet[];
  /** The steps of its severity ladder; absent: it has none. */
  ladder?: SampledSet[];
  info: SamplerInfo;
  /** Further vectors that were asked for. */
  extras?: WantedExtras | undefined;
  /** null: no baseline asks for it. */
  lastLayer?: LastLayer | NoLastLayer | null;
}

export function sampleSets(options: SampleSetsOptions): Promise<Sampled> {
  return withFittingBatch(options, sampleAtOnce);
}

async function sampleAtOnce(options: SampleSetsOptions): Promise<Sampled> {
  const { plan, project, signal } = options;
  const model = await openModel(plan.model.path);
  const modelSha256 = model.sha256;
  const ladder = ladderSets(plan, options.sealed);
  const wanted = [...plan.datasets, ...ladder];
  const hashing = new StageProgress('hash', wanted.length, options.onProgress, () => performance.now());
  const hashed = await hashSets(wanted, hashing, signal);
  const last = lastLayerOf(model, plan);
  const job = jobOf(options, wanted, last);
  const opener = new LazySamplers(job, options);
  try {
    const info = await samplerInfo({ job, modelSha256, hashed, project }, opener);
    const keys = hashed.map((set) => setKey({ job, modelSha256, info, set }));
    const sets = hashed.map((set, i) => ({
      ...set,
      key: keys[i].key,
      id: project.samples.openSet({ key: keys[i].key, name: set.set.name, spec: keys[i].spec, total: set.entries }),
    }));
    const chunkImages = chunkEntries(info);
    const entries = sets.map((set) => set.entries);
    const starts = shardStarts(entries, chunkImages, options.shard ?? { index: 1, of: 1 });
    const total = sets.reduce((sum, set, i) => sum + entriesOf(starts[i], chunkImages, set.entries), 0);
    const progress = new StageProgress('sample', total, options.onProgress, () => performance.now());
    const state: SamplingState = {
      provider: info.provider,
      batchSize: info.batchSize,
      chunks: sets.reduce((sum, { id }) => sum + project.samples.committed(id).size, 0),
      of: starts.reduce((sum, { size }) => sum + size, 0),
      chunkImages,
    };
    options.onSampling?.({ ...state });
    for (const [i, set] of sets.entries()) {
      const spec = { name: set.set.name, id: set.id, total: set.entries, starts: starts[i] };
      await sampleSet(spec, {
        info,
        samplers: () => opener.open(),
        repository: project.samples,
        progress,
        signal,
        commit: (write) => {
          storageErrors(project.file, write);
          state.chunks++;
          options.onSampling?.({ ...state });
        },
      });
    }
    const sampled = sets.map((set) => ({ ...set, ...tally(project.samples, set.id) }));
    return {
      info,
      extras: job.extras,
      lastLayer: last,
      sets: sampled.slice(0, plan.datasets.length),
      ...(ladder.length > 0 && { ladder: sampled.slice(plan.datasets.length) }),
    };
  } finally {
    await opener.close();
  }
}

/** Entries in these chunks of a set; the last chunk of a set may be short. */
function entriesOf(starts: ReadonlySet<number>, step: number, total: number): number {
  return [...starts].reduce((sum, start) => sum + Math.min(step, total - start), 0);
}

/** Processes start when the first missing chunk asks for them: a run that only changes a detector starts none. */
class LazySamplers {
  private readonly job: SampleJob;
  private readonly options: SampleSetsOptions;
  private opened: Promise<Sampler[]> | undefined;

  constructor(job: SampleJob, options: SampleSetsOptions) {
    this.job = job;
    this.options = options;
  }

  open(): Promise<Sampler[]> {
    this.opened ??= this.options.openSamplers(this.job, this.options.processes, this.options.signal);
    return this.opened;
  }

  async close(): Promise<void> {
    if (this.opened === undefined) return;
    const samplers = await this.opened.catch(() => []);
    await Promise.all(samplers.map((sampler) => sampler.close()));
  }
}

/** Read from the file only when a baseline of the plan needs it. */
function lastLayerOf(model: OnnxModel, plan: Plan): LastLayer | NoLastLayer | null {
  if (!plan.baselines.some((id) => baselineReads(id) === 'penultimate')) return null;
  const logits = plan.model.logits ?? findLogits(model);
  return logits === null ? null : lastLayer(model, logits);
}

function jobOf(
  { plan, threads, first }: SampleSetsOptions,
  sets: readonly PlanDataset[],
  last: LastLayer | NoLastLayer | null,
): SampleJob {
  return {
    model: plan.model,
    hook: plan.hook,
    sampling: plan.sampling,
    sets: sets.map((set) => ({ name: set.name, ...sourceOf(set) })),
    runtime: { ...plan.runtime, threads },
    // Class-conditional detectors may need the predicted classes, a severity ladder shows the accuracy.
    wantLogits: plan.baselines.length > 0 || plan.severity !== undefined || plan.detectors.some((id) => /^r?mds/.test(id)),
    ...extrasOf(plan, last, first),
  };
}

function extrasOf(
  { detectors, baselines, sampling }: Plan,
  last: LastLayer | NoLastLayer | null,
  first: readonly number[] = [],
): Pick<SampleJob, 'extras'> {
  const extras: WantedExtras = {};
  if (detectors.includes('joint-entropy') && sampling.mechanism !== 'none') extras.joint = true;
  if (last !== null && 'penultimate' in last) extras.penultimate = last.penultimate;
  if (sampling.mechanism === 'model' && baselines.some((id) => baselineReads(id) === 'uncertainty')) extras.uncertainty = true;
  if (first.length > 0) extras.first = first;
  return Object.keys(extras).length > 0 ? { extras } : {};
}

/** Everything about the job that changes a vector, apart from the data set itself. */
function jobSpec(
  { model, hook, sampling, runtime, wantLogits, extras }: SampleJob,
  modelSha256: string,
): Record<string, unknown> {
  const { input, logits, aggregate, preprocess, otherInputs } = model;
  const drawn = sampling.mechanism === 'none' ? { mechanism: 'none' } : sampling;
  return {
    modelSha256,
    model: { input, logits, preprocess, otherInputs, ...(aggregate && { aggregate }) },
    hook,
    sampling: drawn,
    provider: runtime.provider,
    batchSize: runtime.batchSize,
    wantLogits,
    ...(extras && { extras }),
  };
}

interface InfoSource {
  job: SampleJob;
  modelSha256: string;
  hashed: readonly HashedSet[];
  project: Project;
}

/** What the samplers found out about the model; kept, so that a run with every vector at hand need not open it. */
async function samplerInfo({ job, modelSha256, hashed, project }: InfoSource, opener: LazySamplers): Promise<SamplerInfo> {
  // The first image may decide the input size.
  const key = contentKey({ ...jobSpec(job, modelSha256), first: hashed[0].sha256, versions: process.versions.node });
  const known = project.artifacts.json('sampler-info', key) as SamplerInfo | undefined;
  if (known !== undefined) return known;
  const [{ info }] = await opener.open();
  storageErrors(project.file, () => project.artifacts.putJson('sampler-info', key, info));
  return info;
}

interface SetSource {
  job: SampleJob;
  modelSha256: string;
  info: SamplerInfo;
  set: HashedSet;
}

function setKey({ job, modelSha256, info, set }: SetSource): { key: string; spec: string } {
  const perImage = job.sampling.mechanism !== 'none' && job.sampling.masks === 'per-image';
  const spec = {
    ...jobSpec(job, modelSha256),
    provider: info.provider,
    batchSize: info.batchSize,
    logits: info.logits,
    inputShape: info.inputShape,
    set: set.sha256,
    entries: set.entries,
    layout: set.layout,
    // Per-image masks are drawn from a stream that carries the set's name.
    stream: perImage ? set.set.name : null,
  };
  return { key: contentKey(spec), spec: JSON.stringify(spec) };
}
