/**
 * One inference process at work: a network opened for a job, and batches of images turned into entropies, latents and
 * logits. Decoding runs ahead in threads; images and tensors never leave this process, only reduced vectors do.
 */
import { createBatchLoader, type LoadedBatch } from '../dataset/batch-loader.ts';
import { loaderSet } from '../dataset/set-source.ts';
import { emptyTraces } from '../hygiene/image-trace.ts';
import { NAMES } from '../onnx/sampling-graph.ts';
import type { TensorData } from '../runtime/session.ts';
import { AppError } from '../../shared/errors.ts';
import type { BatchRequest, BatchResult, SampleJob, Sampler, SamplerInfo } from './job.ts';
import { checkProvider } from './check-provider.ts';
import { LoadAhead } from './load-ahead.ts';
import { openModelForJob, type OpenedJob } from './open-job.ts';
import { reduceOutputs } from './reduce-outputs.ts';
import { runPadded } from './run-padded.ts';
import { streamOf } from './streams.ts';

/** Opens the model of a job and the loader of its sets. */
export async function openSampler(job: SampleJob, signal?: AbortSignal): Promise<Sampler> {
  const opened = await openModelForJob(job, signal);
  const loader = createBatchLoader({
    sets: job.sets.map(loaderSet),
    preprocess: job.model.preprocess,
    input: opened.feed,
  });
  if (opened.profile === null) return new LocalSampler(job, opened, new LoadAhead(loader));
  try {
    const providerCheck = await checkProvider(job, opened, loader);
    return new LocalSampler(job, { ...opened, info: { ...opened.info, providerCheck } }, new LoadAhead(loader));
  } catch (error) {
    await loader.close();
    await opened.session.release();
    throw error;
  } finally {
    opened.profile.remove();
  }
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
