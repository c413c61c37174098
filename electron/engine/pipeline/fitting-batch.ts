/**
 * When the network runs out of memory, everything is sampled with half the batch size, down to single images. The batch size
 * enters the last bits of a result and so its key: vectors of two sizes never meet, and the outcome is that of a plan which
 * names the smaller size.
 */
import { AppError } from '../../shared/errors.ts';
import type { OpenSamplers } from '../sampling/job.ts';
import type { Sampled, SampleSetsOptions } from './sample-sets.ts';

export async function withFittingBatch(
  options: SampleSetsOptions,
  sample: (options: SampleSetsOptions) => Promise<Sampled>,
): Promise<Sampled> {
  const { plan } = options;
  let first: number | null = null;
  for (let asked = plan.runtime.batchSize; ;) {
    let used = asked;
    const openSamplers: OpenSamplers = async (job, count, signal) => {
      const samplers = await options.openSamplers(job, count, signal);
      used = samplers[0].info.batchSize;
      return samplers;
    };
    try {
      const sampled = await sample({
        ...options,
        openSamplers,
        plan: { ...plan, runtime: { ...plan.runtime, batchSize: asked } },
      });
      return first === null ? sampled : halved(sampled, first);
    } catch (error) {
      // A network whose batch size is fixed keeps it, whatever is asked for.
      const isFixed = asked !== null && used !== null && used > asked;
      if (!(error instanceof AppError) || error.code !== 'E_OOM' || used === null || used < 2 || isFixed) throw error;
      first ??= used;
      asked = Math.floor(used / 2);
    }
  }
}

function halved(sampled: Sampled, first: number): Sampled {
  const { info } = sampled;
  const message = `Memory did not suffice for batches of ${first} images, so batches of ${info.batchSize} were used.`;
  return { ...sampled, info: { ...info, warnings: [...info.warnings, { code: 'BATCH_HALVED', message }] } };
}
