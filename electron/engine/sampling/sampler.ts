/**
 * One inference process at work: a network opened for a job, and batches of images turned into entropies, latents and
 * logits. Decoding runs ahead in threads; images and tensors never leave this process, only reduced vectors do.
 */
import { createBatchLoader, type LoadedBatch } from '../dataset/batch-loader.ts';
import { loaderSet } from '../dataset/set-source.ts';
import { emptyTraces } from '../hygiene/image-trace.ts';
import { otherInput } from '../onnx/probe.ts';
import { NAMES } from '../onnx/sampling-graph.ts';
import type { Session, TensorData } from '../runtime/session.ts';
import { AppError } from '../../shared/errors.ts';
import type { BatchRequest, BatchResult, SampleJob, Sampler, SamplerInfo } from './job.ts';
import { LoadAhead, padImages } from './load-ahead.ts';
import { openModelForJob, type OpenedJob } from './open-job.ts';
import { reduceOutputs } from './reduce-outputs.ts';
import { streamOf } from './streams.ts';

/** Opens the model of a job and the loader of its sets. */
export async function openSampler(job: SampleJob, signal?: AbortSignal): Promise<Sampler> {
  const opened = await openModelForJob(job, signal);
  const loader = createBatchLoader({
    sets: job.sets.map(loaderSet),
    preprocess: job.model.preprocess,
    input: opened.feed,
  });
  return new LocalSampler(job, opened, new LoadAhead(loader));
}

class LocalSampler implements Sampler {
  readonly info: SamplerInfo;
  private readonly job: SampleJob;
  private readonly opened: OpenedJob;
  private readonly loader: LoadAhead;
  private last: Promise<unknown> = Promise.resolve();

  constructor(job: SampleJob, opened: OpenedJob, loader: LoadAhead) {
    this.job = job;
    this.opened = opened;
    this.loader = loader;
    this.info = opened.info;
  }

  /** Batches run one after the other, whatever the caller does. */
  batch(request: BatchRequest, signal?: AbortSignal): Promise<BatchResult> {
    const mine = this.last.then(() => this.run(request, signal));
    this.last = mine.catch(() => undefined);
    return mine;
  }

  async close(): Promise<void> {
    await this.loader.close();
    await this.opened.session.release();
  }

  private async run(request: BatchRequest, signal?: AbortSignal): Promise<BatchResult> {
    throwIfCancelled(signal);
    const started = performance.now();
    const loaded = await this.loader.take(request);
    throwIfCancelled(signal);
    const { feeds, redraws } = this.opened.masks.feeds(streamOf(request.set), loaded.indices);
    const outputs = loaded.indices.length === 0 ? null : await this.infer(loaded, feeds);
    const usable =
      outputs === null
        ? rejectAll(loaded, `the detector did not give ${this.info.latentDim} proposals for it, as it did for the first image`)
        : loaded;
    return reduceOutputs({
      loaded: usable,
      outputs,
      opened: this.opened,
      redraws,
      seconds: () => (performance.now() - started) / 1000,
    });
  }

  /** null: a detector gave another number of proposals than the masks are for. */
  private async infer(loaded: LoadedBatch, masks: Record<string, TensorData>): Promise<Record<string, TensorData> | null> {
    if (this.info.hookKind !== 'roi') return runPadded(this.opened, this.job, loaded, masks);
    const outputs = await runPadded(this.opened, this.job, loaded, masks).catch((error: unknown) => {
      if (error instanceof AppError && /broadcast|Mul/.test(error.detail ?? '')) return null;
      throw error;
    });
    return outputs?.[NAMES.latent]?.data.length === this.info.latentDim ? outputs : null;
  }
}

/** Runs the session; a network with a frozen batch size gets its last image repeated until the batch is full. */
async function runPadded(
  opened: OpenedJob,
  job: SampleJob,
  loaded: LoadedBatch,
  masks: Record<string, TensorData>,
): Promise<Record<string, TensorData>> {
  const { graph, session, model, info } = opened;
  const rows = loaded.indices.length;
  const batch = opened.fixedBatch ?? rows;
  const shape = opened.feed.batchAxis ? [batch, ...loaded.shape.slice(1)] : loaded.shape.slice(1);
  const feeds: Record<string, TensorData> = {
    ...padMasks(masks, rows, batch),
    [graph.input.name]: { dtype: graph.input.dtype, shape, data: padImages(loaded, batch) },
  };
  for (const name of graph.otherInputs) feeds[name] = otherInput(model, name, batch, job.model.otherInputs[name]);
  return runSession(session, feeds, info);
}

/** Per-image masks get rows for the padding too; a bank broadcasts. */
function padMasks(masks: Record<string, TensorData>, rows: number, batch: number): Record<string, TensorData> {
  if (rows === batch) return masks;
  const padded = Object.entries(masks).map(([name, tensor]): [string, TensorData] => {
    const perRow = tensor.shape[0] / rows;
    const isBank =
      name === NAMES.masks ? tensor.shape[0] === 1 && rows !== 1 : name.startsWith('oodlab.weights') && tensor.shape.length === 2;
    if (isBank) return [name, tensor];
    const data = new (tensor.data.constructor as Float32ArrayConstructor)((tensor.data.length / rows) * batch);
    data.set(tensor.data as Float32Array);
    data.fill(1, tensor.data.length);
    return [name, { dtype: tensor.dtype, shape: [perRow * batch, ...tensor.shape.slice(1)], data }];
  });
  return Object.fromEntries(padded);
}

async function runSession(
  session: Session,
  feeds: Record<string, TensorData>,
  info: SamplerInfo,
): Promise<Record<string, TensorData>> {
  try {
    return await session.run(feeds);
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'E_MODEL_INVALID') throw error;
    throw new AppError(
      'E_MODEL_INVALID',
      `The model fails on images of ${info.inputShape.join('x')}: ${firstLine(error.detail)}`,
      {
        next: 'Check model.preprocess: size, channels and layout must be those the network was trained with.',
        ...(error.detail === undefined ? {} : { detail: error.detail }),
      },
    );
  }
}

function firstLine(detail: string | undefined): string {
  const line = (detail ?? '').split('\n')[0];
  return line.length > 240 ? `${line.slice(0, 240)}...` : line;
}

function throwIfCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw new AppError('E_CANCELLED', 'Cancelled.');
}

/** The same batch with nothing accepted. */
function rejectAll(loaded: LoadedBatch, reason: string): LoadedBatch {
  const rejected = Array.from(loaded.indices, (index, row) => ({ index, at: loaded.ats[row], reason }));
  return {
    ...loaded,
    indices: new Int32Array(0),
    labels: new Int32Array(0),
    ...emptyTraces(0),
    sha256: [],
    ats: [],
    rejected: [...loaded.rejected, ...rejected],
  };
}
