/**
 * Is the network fed as it was trained? Accuracy of the draft's preprocessing and of each preset on the same images, up
 * to 256 of the calibrate sets, else of the fit sets. Sets that results are measured on are never used.
 */
import { availableParallelism } from 'node:os';
import type { CheckView, DraftDataset, PredictionView, PresetResult, TensorStats } from '../../shared/app/views.ts';
import { AppError, toAppError } from '../../shared/errors.ts';
import type { Plan, Preprocess } from '../../shared/plan.ts';
import { PRESET_IDS, withPreset } from '../../shared/presets.ts';
import { predictions } from '../baselines/logit-scores.ts';
import { createBatchLoader } from '../dataset/batch-loader.ts';
import { logSumExp } from '../linalg/log-sum-exp.ts';
import { clopperPearson } from '../metrics/proportion.ts';
import type { SampleJob, SamplerInfo } from '../sampling/job.ts';
import type { InferenceHooks } from './inference-host.ts';
import type { Job } from './job.ts';
import type { Workspace } from './workspace.ts';

const IMAGES = 256;
const SHOWN = 8;
const BINS = 40;

/** Entries of a few sets, evenly spread: a set sorted by class must not show one class only. */
export interface Sample {
  set: DraftDataset;
  entries: number[];
}

/** Throws E_INPUT when there is no set that may be looked at. */
export function spreadSample(workspace: Workspace, roles: readonly DraftDataset['role'][], images: number): Sample {
  for (const role of roles) {
    for (const set of workspace.draft.datasets.filter((entry) => entry.role === role)) {
      const facts = workspace.facts.view(set.id);
      if (facts.state !== 'ready' || facts.value.entries === 0) continue;
      const count = Math.min(images, facts.value.entries);
      return { set, entries: Array.from({ length: count }, (_, i) => Math.floor((i * facts.value.entries) / count)) };
    }
  }
  throw new AppError('E_INPUT', `There is no ${roles.join(' or ')} set that has been read.`, {
    next: 'Add one in the Dataset step, or wait until it is read.',
  });
}

export function checkModel(workspace: Workspace): Promise<CheckView> {
  const { model, runtime } = workspace.draft;
  const info = workspace.model.state;
  if (model === null || info.state !== 'ready') {
    throw new AppError('E_INPUT', 'There is no model that can be run yet.', { next: 'Add a model first.' });
  }
  const logits = model.logits ?? info.value.logits;
  const sample = spreadSample(workspace, ['calibrate', 'fit'], IMAGES);
  const job = workspace.newJob('check', [{ name: 'check', weight: 1 }]);
  const work = job.run((own) => new Check(workspace, { model, runtime, logits, sample, job: own }).run());
  workspace.working = work.catch(() => undefined);
  return work;
}

interface CheckOptions {
  model: Plan['model'];
  runtime: Plan['runtime'];
  logits: string | null;
  sample: Sample;
  job: Job;
}

interface Answers {
  info: SamplerInfo;
  /** In the order of the accepted entries. */
  indices: number[];
  ats: string[];
  labels: number[];
  predicted: number[];
  probabilities: number[];
  seconds: number;
}

class Check {
  private readonly workspace: Workspace;
  private readonly options: CheckOptions;

  constructor(workspace: Workspace, options: CheckOptions) {
    this.workspace = workspace;
    this.options = options;
  }

  async run(): Promise<CheckView> {
    const { model, sample, job } = this.options;
    const tried = [
      { id: 'current', preprocess: model.preprocess },
      ...PRESET_IDS.map((id) => ({ id, preprocess: withPreset(model.preprocess, id) })),
    ];
    const results: PresetResult[] = [];
    let current: Answers | null = null;
    for (const [done, { id, preprocess }] of tried.entries()) {
      job.progress({ stage: 'check', done, total: tried.length, item: id, rate: null, etaSeconds: null });
      const same = results.find((entry) => JSON.stringify(entry.preprocess) === JSON.stringify(preprocess));
      if (same !== undefined) {
        results.push({ ...same, preset: id });
        continue;
      }
      try {
        const answers = await this.answers(preprocess);
        current ??= id === 'current' ? answers : null;
        results.push({ preset: id, preprocess, accuracy: accuracyOf(answers), error: null });
      } catch (error) {
        if (job.signal.aborted) throw error;
        results.push({ preset: id, preprocess, accuracy: null, error: toAppError(error).toJSON() });
      }
    }
    const [first, ...presets] = results;
    const { info } = current ?? {};
    return {
      set: sample.set.name,
      images: sample.entries.length,
      current: first,
      presets,
      predictions: current === null ? [] : this.shown(current),
      stats: info === undefined ? null : await this.stats(info),
      msPerImage: current === null ? 0 : (1000 * current.seconds) / Math.max(1, current.indices.length),
      provider: info?.provider ?? '',
    };
  }

  /** The logits hooked as a plain vector: the sampler of a run, without sampling. */
  private async answers(preprocess: Preprocess): Promise<Answers> {
    const { model, runtime, logits, sample, job } = this.options;
    if (logits === null) {
      throw new AppError('E_MODEL_UNSUPPORTED', 'The model has no classification logits, so there is nothing to predict.', {
        next: 'Name them in the model settings if there are any.',
      });
    }
    const { name, path, format, limit } = sample.set;
    const request: SampleJob = {
      model: { ...model, preprocess, logits: null },
      hook: { tensor: logits, kind: 'fc', reduction: 'fullmean' },
      sampling: { mechanism: 'none', dropProb: 0, blockSize: 1, samples: 2, seed: 0, masks: 'bank' },
      sets: [{ name, path, format, limit }],
      runtime: { ...runtime, threads: runtime.threads ?? availableParallelism() },
      wantLogits: false,
    };
    const hooks: InferenceHooks = { onStart: (pid) => job.processStarted(pid), onLost: () => job.processLost() };
    const [sampler] = await this.workspace.inference.samplers(hooks)(request, 1, job.signal);
    const answers: Answers = {
      info: sampler.info,
      indices: [],
      ats: [],
      labels: [],
      predicted: [],
      probabilities: [],
      seconds: 0,
    };
    try {
      for (const [from, to] of runs(sample.entries, sampler.info.batchSize)) {
        const batch = await sampler.batch({ set: name, from, to }, job.signal);
        const cols = sampler.info.latentDim;
        const rows = Float64Array.from(batch.latents);
        answers.seconds += batch.seconds;
        answers.predicted.push(...predictions({ rows: batch.rows, cols, data: rows }));
        for (let r = 0; r < batch.rows; r++) {
          const own = rows.subarray(r * cols, (r + 1) * cols);
          answers.probabilities.push(Math.exp(Math.max(...own) - logSumExp(own)));
        }
        answers.indices.push(...batch.indices);
        answers.ats.push(...batch.ats);
        answers.labels.push(...batch.labels);
      }
    } finally {
      await sampler.close();
    }
    return answers;
  }

  private shown({ indices, ats, labels, predicted, probabilities }: Answers): PredictionView[] {
    const { set } = this.options.sample;
    const facts = this.workspace.facts.view(set.id);
    const classes = facts.state === 'ready' ? facts.value.classCounts?.map(([name]) => name) : undefined;
    const nameOf = (label: number): string => (classes?.length ? (classes[label] ?? String(label)) : String(label));
    const count = Math.min(SHOWN, indices.length);
    return Array.from({ length: count }, (_, i) => Math.floor((i * indices.length) / count)).map((i) => ({
      index: indices[i],
      at: ats[i],
      media: this.workspace.media.address(set, indices[i]),
      label: labels[i] < 0 ? null : nameOf(labels[i]),
      predicted: nameOf(predicted[i]),
      probability: probabilities[i],
      right: labels[i] < 0 ? null : labels[i] === predicted[i],
    }));
  }

  /** Of the tensor that is really fed, over the same images. */
  private async stats({ inputShape }: SamplerInfo): Promise<TensorStats> {
    const { model, sample } = this.options;
    const { name, path, format, limit } = sample.set;
    const [channels, height, width] = inputShape;
    const loader = createBatchLoader({
      sets: [{ key: name, name, path, format, limit }],
      preprocess: model.preprocess,
      input: { dtype: 'float32', channels, height, width, batchAxis: true },
    });
    try {
      const parts: Float32Array[] = [];
      for (const [from, to] of runs(sample.entries, 64)) parts.push((await loader.load(name, from, to)).data as Float32Array);
      return statsOf(parts, channels * height * width);
    } finally {
      await loader.close();
    }
  }
}

/** Neighbouring entries as ranges [from, to) of at most `longest`. */
export function runs(entries: readonly number[], longest: number): [number, number][] {
  const found: [number, number][] = [];
  for (const entry of entries) {
    const last = found.at(-1);
    if (last !== undefined && last[1] === entry && entry - last[0] < longest) last[1]++;
    else found.push([entry, entry + 1]);
  }
  return found;
}

function accuracyOf({ labels, predicted }: Answers): PresetResult['accuracy'] {
  const labelled = labels.flatMap((label, i) => (label < 0 ? [] : [predicted[i] === label]));
  if (labelled.length === 0) return null;
  const right = labelled.filter(Boolean).length;
  const [low, high] = clopperPearson(right, labelled.length);
  return { right, of: labelled.length, low, high };
}

function statsOf(parts: readonly Float32Array[], size: number): TensorStats {
  let [low, high, sum, squares, count] = [Infinity, -Infinity, 0, 0, 0];
  for (const part of parts) {
    for (const value of part) {
      low = Math.min(low, value);
      high = Math.max(high, value);
      sum += value;
      squares += value * value;
    }
    count += part.length;
  }
  const counts = new Array<number>(BINS).fill(0);
  const step = (high - low) / BINS || 1;
  for (const part of parts) for (const value of part) counts[Math.min(BINS - 1, Math.floor((value - low) / step))]++;
  const mean = sum / count;
  return {
    images: count / size,
    low,
    high,
    mean,
    deviation: Math.sqrt(Math.max(0, squares / count - mean * mean)),
    histogram: { edges: Array.from({ length: BINS + 1 }, (_, i) => low + i * step), counts },
  };
}
