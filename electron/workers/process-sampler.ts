/**
 * A sampler that lives in an inference process of its own. When that process dies the batch it was on is asked for
 * once more from a fresh process; a second death of the same batch ends the run with E_WORKER_LOST.
 */
import type { ModelInfo } from '../shared/domain.ts';
import { AppError } from '../shared/errors.ts';
import { Caller } from '../shared/rpc.ts';
import type { BatchRequest, BatchResult, OpenSamplers, SampleJob, Sampler, SamplerInfo } from '../engine/sampling/job.ts';
import type { Child } from './node-port.ts';
import { startInference } from './start-inference.ts';

export interface ProcessHooks {
  /** Told about every process that starts (tests kill it) and every one that had to be replaced. */
  onStart?: (pid: number) => void;
  onLost?: (reason: string) => void;
}

class ProcessSampler implements Sampler {
  info!: SamplerInfo;
  private readonly job: SampleJob;
  private readonly hooks: ProcessHooks;
  private child!: Child;
  private caller!: Caller;

  constructor(job: SampleJob, hooks: ProcessHooks) {
    this.job = job;
    this.hooks = hooks;
  }

  async start(signal?: AbortSignal): Promise<void> {
    this.child = await startInference();
    this.caller = new Caller(this.child.port);
    this.hooks.onStart?.(this.child.pid);
    try {
      this.info = await this.caller.call<SamplerInfo>('open', this.job, signal);
    } catch (error) {
      this.child.kill();
      throw error;
    }
  }

  async batch(request: BatchRequest, signal?: AbortSignal): Promise<BatchResult> {
    try {
      return await this.caller.call<BatchResult>('batch', request, signal);
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'E_WORKER_LOST') throw error;
      this.hooks.onLost?.(error.message);
      await this.start(signal);
      return this.caller.call<BatchResult>('batch', request, signal);
    }
  }

  async close(): Promise<void> {
    this.child.kill();
    await this.child.exited;
  }
}

export function processSamplers(hooks: ProcessHooks = {}): OpenSamplers {
  return async (job, count, signal) => {
    const samplers = Array.from({ length: count }, () => new ProcessSampler(job, hooks));
    const started = await Promise.allSettled(samplers.map((sampler) => sampler.start(signal)));
    const failed = started.find((result) => result.status === 'rejected');
    if (failed === undefined) return samplers;
    await Promise.all(samplers.map((sampler, i) => (started[i].status === 'fulfilled' ? sampler.close() : undefined)));
    throw failed.reason;
  };
}

/** Describes a model in a throw-away process: a file that crashes the runtime takes nothing else down. */
export async function inspectInProcess(file: string, signal?: AbortSignal): Promise<ModelInfo> {
  const child = await startInference();
  try {
    return await new Caller(child.port).call<ModelInfo>('inspect', { path: file }, signal);
  } catch (error) {
    if (error instanceof AppError && error.code === 'E_WORKER_LOST') {
      throw new AppError('E_MODEL_INVALID', `${file} makes ONNX Runtime crash.`, {
        next: 'Export the model again, or report it to ONNX Runtime with this file.',
        detail: error.message,
      });
    }
    throw error;
  } finally {
    child.kill();
  }
}
