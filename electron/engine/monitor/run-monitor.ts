/**
 * Runs an exported monitor on images: what checks a fresh export and what `oodlab score --monitor` uses. Works from the
 * file and its card alone, in an inference process; images never leave it, only scores and decisions do.
 */
import { cpus } from 'node:os';
import { createBatchLoader, type LoadedBatch } from '../dataset/batch-loader.ts';
import { openModel, type OnnxModel } from '../onnx/open-model.ts';
import { otherInput } from '../onnx/probe.ts';
import { createSession, type Session, type TensorData } from '../runtime/session.ts';
import type { BatchRequest, JobSet } from '../sampling/job.ts';
import { LoadAhead, padImages } from '../sampling/load-ahead.ts';
import { AppError } from '../../shared/errors.ts';
import type { CardTensor, MonitorCard } from '../../shared/monitor-card.ts';
import { cardTensor } from './card-tensor.ts';
import { bareNetwork, type Latency, measureLatency } from './latency.ts';
import { OUTPUTS } from './names.ts';

/** What of the card is needed to feed the file. */
export type MonitorSpec = Pick<MonitorCard, 'input' | 'otherInputs' | 'preprocess' | 'outputs'>;

export interface MonitorJob {
  file: string;
  /** The file must have this SHA-256. */
  sha256: string;
  spec: MonitorSpec;
  sets: JobSet[];
  threads: number | null;
}

/** Answers for the readable images among entries [from, to). */
export interface MonitorAnswers {
  /** Of the readable entries, ascending. */
  indices: Int32Array;
  ats: string[];
  scores: Float64Array;
  /** 1: in-distribution. */
  inDistribution: Uint8Array;
  rejected: { index: number; at: string; reason: string }[];
}

/** One image as fed, and everything that came out. */
export interface MonitorSample {
  at: string;
  sha256: string;
  inputs: CardTensor[];
  outputs: CardTensor[];
}

export interface MonitorRunner {
  answers(request: BatchRequest, signal?: AbortSignal): Promise<MonitorAnswers>;
  /** null: the image cannot be read. */
  latency(request: { set: string; index: number }, signal?: AbortSignal): Promise<Latency | null>;
  /** null: the image cannot be read. */
  sample(request: { set: string; index: number }, signal?: AbortSignal): Promise<MonitorSample | null>;
  close(): Promise<void>;
}

/** Outputs of the network with more numbers than this are left out of samples. */
const LARGEST_OUTPUT = 4096;

/** Opens the file. Throws E_INPUT when it is not the one that was exported. */
export async function openMonitorRunner({ file, sha256, spec, sets, threads }: MonitorJob): Promise<MonitorRunner> {
  const model = await openModel(file);
  if (model.sha256 !== sha256) {
    throw new AppError('E_INPUT', `${file} is not the file that its monitor.json describes: it was changed after the export.`, {
      next: 'Copy the whole monitor folder again, or export the monitor again.',
    });
  }
  const session = await createSession(file, { threads });
  const loader = createBatchLoader({
    sets: sets.map((set) => ({ ...set, key: set.name })),
    preprocess: spec.preprocess,
    input: spec.input,
  });
  return new LocalRunner({ model, spec, session, threads, loader: new LoadAhead(loader) });
}

interface Opened {
  model: OnnxModel;
  spec: MonitorSpec;
  session: Session;
  threads: number | null;
  loader: LoadAhead;
}

class LocalRunner implements MonitorRunner {
  private readonly opened: Opened;

  constructor(opened: Opened) {
    this.opened = opened;
  }

  async answers(request: BatchRequest, signal?: AbortSignal): Promise<MonitorAnswers> {
    const loaded = await this.opened.loader.take(request);
    signal?.throwIfAborted();
    const { indices, ats, rejected } = loaded;
    const answers = {
      indices,
      ats,
      rejected,
      scores: new Float64Array(indices.length),
      inDistribution: new Uint8Array(indices.length),
    };
    for (const [at, part] of this.parts(loaded)) {
      const feeds = feedsOf(this.opened, part);
      const outputs = await this.opened.session.run(feeds, [OUTPUTS.score, OUTPUTS.decision]);
      const rows = part.indices.length;
      answers.scores.set((outputs[OUTPUTS.score].data as Float64Array).subarray(0, rows), at);
      answers.inDistribution.set((outputs[OUTPUTS.decision].data as Uint8Array).subarray(0, rows), at);
    }
    return answers;
  }

  async sample({ set, index }: { set: string; index: number }, signal?: AbortSignal): Promise<MonitorSample | null> {
    const loaded = await this.opened.loader.take({ set, from: index, to: index + 1 });
    signal?.throwIfAborted();
    if (loaded.indices.length === 0) return null;
    const feeds = feedsOf(this.opened, loaded);
    const { spec, session, model } = this.opened;
    const own = spec.outputs.own.filter((name) => model.index.valueInfo.get(name)?.type?.tensorType != null);
    const outputs = await session.run(feeds, [...own, ...addedOutputs(spec)]);
    const small = Object.entries(outputs).filter(([name, { data }]) => !own.includes(name) || data.length <= LARGEST_OUTPUT);
    return {
      at: loaded.ats[0],
      sha256: loaded.sha256[0],
      inputs: Object.entries(feeds).map(([name, tensor]) => cardTensor(name, tensor)),
      outputs: small.map(([name, tensor]) => cardTensor(name, tensor)),
    };
  }

  async latency({ set, index }: { set: string; index: number }, signal?: AbortSignal): Promise<Latency | null> {
    const loaded = await this.opened.loader.take({ set, from: index, to: index + 1 });
    if (loaded.indices.length === 0) return null;
    const { model, spec, session, threads } = this.opened;
    const feeds = feedsOf(this.opened, loaded);
    const bare = await createSession(bareNetwork(model, spec.outputs.own), { threads });
    try {
      const ways = { monitor: () => session.run(feeds), network: () => bare.run(feeds) };
      const batch = spec.input.fixedBatch ?? 1;
      return { batch, threads, provider: 'cpu', hardware: cpus()[0]?.model ?? '', ...(await measureLatency(ways, signal)) };
    } finally {
      await bare.release();
    }
  }

  async close(): Promise<void> {
    await this.opened.loader.close();
    await this.opened.session.release();
  }

  /** A batch as the file takes it: whole, or in pieces of its fixed size. */
  private *parts(loaded: LoadedBatch): Generator<[number, LoadedBatch]> {
    const { fixedBatch, batchAxis } = this.opened.spec.input;
    const rows = loaded.indices.length;
    const step = batchAxis ? (fixedBatch ?? Math.max(1, rows)) : 1;
    for (let from = 0; from < rows; from += step) yield [from, rowsOf(loaded, from, Math.min(from + step, rows))];
  }
}

function rowsOf(loaded: LoadedBatch, from: number, to: number): LoadedBatch {
  const size = loaded.data.length / loaded.indices.length;
  return { ...loaded, indices: loaded.indices.subarray(from, to), data: loaded.data.subarray(from * size, to * size) };
}

function addedOutputs({ outputs }: MonitorSpec): string[] {
  return [outputs.score, outputs.decision, ...(outputs.entropies === null ? [] : [outputs.entropies])];
}

function feedsOf({ model, spec }: Opened, loaded: LoadedBatch): Record<string, TensorData> {
  const { input, otherInputs } = spec;
  const batch = input.fixedBatch ?? loaded.indices.length;
  const image = loaded.shape.slice(1);
  const shape = input.batchAxis ? [batch, ...image] : image;
  const feeds: Record<string, TensorData> = { [input.name]: { dtype: input.dtype, shape, data: padImages(loaded, batch) } };
  for (const [name, value] of Object.entries(otherInputs)) feeds[name] = otherInput(model, name, batch, value);
  return feeds;
}
