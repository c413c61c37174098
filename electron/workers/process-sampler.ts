/** Samplers that live in inference processes of their own. */
import type { ModelInfo } from '../shared/domain.ts';
import { AppError } from '../shared/errors.ts';
import { Caller } from '../shared/rpc.ts';
import type { BatchResult, OpenSamplers, SampleJob, Sampler, SamplerInfo } from '../engine/sampling/job.ts';
import { ReplaceableSampler } from '../engine/sampling/replaceable-sampler.ts';
import { startInference } from './start-inference.ts';

export interface ProcessHooks {
  /** Told about every process that starts (tests kill it) and every one that had to be replaced. */
  onStart?: (pid: number) => void;
  onLost?: (reason: string) => void;
}

async function openInProcess(job: SampleJob, { onStart }: ProcessHooks, signal?: AbortSignal): Promise<Sampler> {
  const child = await startInference();
  const caller = new Caller(child.port);
  onStart?.(child.pid);
  try {
    return {
      info: await caller.call<SamplerInfo>('open', job, signal),
      batch: (request, stopped) => caller.call<BatchResult>('batch', request, stopped),
      close: async () => {
        child.kill();
        await child.exited;
      },
    };
  } catch (error) {
    child.kill();
    throw error;
  }
}

export function processSamplers(hooks: ProcessHooks = {}): OpenSamplers {
  return async (job, count, signal) => {
    const samplers = Array.from(
      { length: count },
      () => new ReplaceableSampler((stopped) => openInProcess(job, hooks, stopped), hooks.onLost),
    );
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
