/**
 * A sampler that is replaced once when it is lost, by the death of its process or the loss of its device: the batch it was on
 * is asked for once more from a fresh one, on the same provider. A second loss of the same batch ends the run.
 */
import { AppError } from '../../shared/errors.ts';
import type { BatchRequest, BatchResult, Sampler, SamplerInfo } from './job.ts';

export class ReplaceableSampler implements Sampler {
  info!: SamplerInfo;
  private readonly open: (signal?: AbortSignal) => Promise<Sampler>;
  private readonly onLost: (reason: string) => void;
  private sampler: Sampler | undefined;

  /** @param onLost told of every sampler that had to be replaced. */
  constructor(open: (signal?: AbortSignal) => Promise<Sampler>, onLost: (reason: string) => void = () => undefined) {
    this.open = open;
    this.onLost = onLost;
  }

  async start(signal?: AbortSignal): Promise<void> {
    this.sampler = await this.open(signal);
    this.info = this.sampler.info;
  }

  async batch(request: BatchRequest, signal?: AbortSignal): Promise<BatchResult> {
    try {
      return await this.sampler!.batch(request, signal);
    } catch (error) {
      if (!isLoss(error)) throw error;
      this.onLost(error.message);
      await this.close();
      return this.again(request, signal);
    }
  }

  async close(): Promise<void> {
    const sampler = this.sampler;
    this.sampler = undefined;
    await sampler?.close();
  }

  private async again(request: BatchRequest, signal?: AbortSignal): Promise<BatchResult> {
    const { provider } = this.info;
    try {
      await this.start(signal);
      return await this.sampler!.batch(request, signal);
    } catch (error) {
      const gone = isLoss(error) || (error instanceof AppError && error.code === 'E_PROVIDER_UNAVAILABLE');
      if (!gone || provider === 'cpu') throw error;
      throw new AppError('E_PROVIDER_UNAVAILABLE', `The execution provider "${provider}" was lost twice on the same images.`, {
        next: 'Run with --resume to go on from what was saved, or with --provider cpu to sample on the CPU instead.',
        ...(error.detail !== undefined && { detail: error.detail }),
        cause: error,
      });
    }
  }
}

function isLoss(error: unknown): error is AppError {
  return error instanceof AppError && error.code === 'E_WORKER_LOST';
}
