/** Opens the network of a job: checks plan against model, probes shapes, builds the run's graph and its mask feed. */
import { versions } from 'node:process';
import '../runtime/no-telemetry.ts';
import * as ort from 'onnxruntime-node';
import type { HookKind, ModelWarning } from '../../shared/domain.ts';
import { AppError } from '../../shared/errors.ts';
import type { Aggregate } from '../../shared/plan.ts';
import { imageInput, type ImageInput } from '../onnx/image-input.ts';
import { DENSE_BASELINES } from '../baselines/dense-scores.ts';
import { findLogits } from '../onnx/logits.ts';
import { openModel, type OnnxModel } from '../onnx/open-model.ts';
import { buildSamplingGraph, type SamplingGraph, type SamplingGraphSpec } from '../onnx/sampling-graph.ts';
import { openOnProvider } from '../runtime/providers.ts';
import type { Profile } from '../runtime/profile.ts';
import type { Session } from '../runtime/session.ts';
import { defaultBatchSize } from './batch-size.ts';
import { classScores, type ClassScores } from './dense-logits.ts';
import { inputShape, jobFeed, type JobFeed } from './job-input.ts';
import type { SampleJob, SamplerInfo } from './job.ts';
import type { MaskFeed } from './mask-feed.ts';
import { type HookPlan, planHook } from './plan-hook.ts';
import { probeJob, type Probed } from './probe-job.ts';

export interface OpenedJob {
  model: OnnxModel;
  /** What the graph was built from; the exported monitor is built from it too. */
  spec: SamplingGraphSpec;
  graph: SamplingGraph;
  session: Session;
  /** Of the session, from its beginning; null on the CPU, where there is nothing to check. */
  profile: Profile | null;
  info: SamplerInfo;
  feed: JobFeed;
  masks: MaskFeed;
  blocks: HookPlan['blocks'];
  /** Samples of an image; 0 without sampling. */
  samples: number;
  /** For the entropy: 2 · samples numbers. */
  scratch: Float64Array;
  /** Batch size that the graph insists on; null when any will do. */
  fixedBatch: number | null;
  dense: (NonNullable<ClassScores['dense']> & { aggregate: Aggregate }) | null;
}

/** Throws E_INPUT, E_MODEL_INVALID, E_MODEL_UNSUPPORTED or E_PROVIDER_UNAVAILABLE with one sentence. */
export async function openModelForJob(job: SampleJob, signal?: AbortSignal): Promise<OpenedJob> {
  const model = await openModel(job.model.path);
  const input = imageInput(model, job.model.input);
  const feed = await jobFeed(job, input);
  const warnings: ModelWarning[] = [];
  const hooks = typeof job.hook.tensor === 'string' ? [job.hook.tensor] : job.hook.tensor;
  const found = job.model.logits ?? (job.wantLogits ? findLogits(model) : null);
  const probed = await probeJob({ model, input, feed, hooks, logits: found, job }, warnings);
  signal?.throwIfAborted();
  const { logits, dense } = classScores(job, found, { probed, batchAxis: feed.batchAxis });
  const plan = planHook({ job, hooks, probed, batchAxis: feed.batchAxis });
  const spec: SamplingGraphSpec = {
    input: input.name,
    hook: { tensors: hooks, kind: plan.kind },
    logits,
    suffix: plan.suffix,
    masks: job.sampling.masks,
    samples: job.sampling.samples,
    seen: probed.seen,
    ...(job.extras?.penultimate !== undefined && logits !== null && { penultimate: job.extras.penultimate }),
    ...(job.wantLogits && dense !== null && { dense: dense.tensor }),
  };
  const { graph, withheld } = graphWithLogits(model, spec, job);
  requireOtherInputs(graph, job);
  const masks = plan.masks(graph.fed);
  const { session, provider, profile } = await openOnProvider(graph.bytes, job.runtime, job.runtime.threads);
  const logitDim = logits === null ? 0 : probed.seen.get(logits)!.shape[1];
  const parts = { job, model, input, feed, plan, probed, logits, logitDim, dense };
  const info = { ...infoOf(parts), ...extrasOf(parts, withheld) };
  const fixedBatch = feed.batchAxis && dense?.isBoxes !== true ? probed.fixedBatch : 1;
  return {
    model,
    spec,
    graph,
    session,
    profile,
    feed,
    masks,
    blocks: plan.blocks,
    samples: plan.samples,
    scratch: new Float64Array(2 * Math.max(1, plan.samples)),
    fixedBatch,
    dense: dense === null ? null : { ...dense, aggregate: job.model.aggregate! },
    info: { ...info, provider, bankRedraws: masks.bankRedraws, warnings },
  };
}

interface InfoParts {
  job: SampleJob;
  model: OnnxModel;
  input: ImageInput;
  feed: JobFeed;
  plan: HookPlan;
  probed: Probed;
  logits: string | null;
  logitDim: number;
  dense: ClassScores['dense'];
}

function infoOf({
  job,
  model,
  input,
  feed,
  plan,
  probed,
  logits,
  logitDim,
  dense,
}: InfoParts): Omit<SamplerInfo, 'provider' | 'bankRedraws' | 'warnings'> {
  const image = inputShape({ ...feed, batchAxis: false }, 'NCHW', 1);
  const inputNumbers = image.reduce((a, b) => a * b, 1);
  const chosen = job.runtime.batchSize ?? defaultBatchSize(inputNumbers, plan.expandedNumbers);
  return {
    modelSha256: model.sha256,
    input: input.name,
    inputShape: image,
    logits,
    hookKind: plan.kind satisfies HookKind,
    hookShapes: plan.shapes,
    entropyDim: plan.samples === 0 ? 0 : plan.features,
    latentDim: plan.features,
    logitDim,
    batchSize: feed.batchAxis && dense?.isBoxes !== true ? (probed.fixedBatch ?? chosen) : 1,
    threads: job.runtime.threads,
    runtimeVersion: `${ort.env.versions.common} (Node ${versions.node})`,
  };
}

/** A network that cannot give the logits of every sample is sampled without them, and says why. */
function graphWithLogits(
  model: OnnxModel,
  spec: SamplingGraphSpec,
  { extras }: SampleJob,
): { graph: SamplingGraph; withheld: string | null } {
  if (extras?.uncertainty !== true || spec.suffix !== 'model' || spec.logits === null)
    return { graph: buildSamplingGraph(model, spec), withheld: null };
  try {
    return { graph: buildSamplingGraph(model, { ...spec, sampledLogits: true }), withheld: null };
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'E_MODEL_UNSUPPORTED') throw error;
    return { graph: buildSamplingGraph(model, spec), withheld: error.message };
  }
}

/** The further vectors that this job gives, and why others are missing. */
function extrasOf(
  { job, plan, probed, logits, dense }: InfoParts,
  withheld: string | null,
): Pick<SamplerInfo, 'extras' | 'withheld'> {
  const { joint, penultimate, uncertainty, first = [] } = job.extras ?? {};
  const given: NonNullable<SamplerInfo['extras']> = {};
  const missing: NonNullable<SamplerInfo['withheld']> = {};
  if (joint === true && plan.samples > 0) given.joint = 1;
  if (job.wantLogits && dense !== null) given.dense = DENSE_BASELINES.length;
  for (const n of first) if (n < plan.samples) given[`first-${n}`] = plan.features;
  if (penultimate !== undefined && logits !== null) {
    const shape = probed.seen.get(penultimate)?.shape ?? [];
    if (shape.length === 2) given.penultimate = shape[1];
    else missing.penultimate = `What the last layer reads is ${shape.join('x')}, not one vector an image.`;
  }
  if (uncertainty === true && logits !== null && plan.suffix === 'model') {
    if (withheld === null) given.uncertainty = 2;
    else missing.uncertainty = withheld;
  }
  return {
    ...(Object.keys(given).length > 0 && { extras: given }),
    ...(Object.keys(missing).length > 0 && { withheld: missing }),
  };
}

function requireOtherInputs(graph: SamplingGraph, job: SampleJob): void {
  const missing = graph.otherInputs.filter((name) => !Object.hasOwn(job.model.otherInputs, name));
  if (missing.length === 0) return;
  throw new AppError(
    'E_INPUT',
    `The model has another input that must be fed: ${missing.map((name) => `"${name}"`).join(', ')}.`,
    {
      next: `State its value in model.otherInputs, for example {"${missing[0]}": 0}.`,
    },
  );
}
