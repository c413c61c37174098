/**
 * Before a run on another provider than the CPU: the first images go through both, and what comes out must agree. The same
 * session goes on afterwards, so that a driver compiles its programs once; its profile says what it left to the CPU.
 */
import type { BatchLoader } from '../dataset/batch-loader.ts';
import { createSession, type TensorData } from '../runtime/session.ts';
import { AppError } from '../../shared/errors.ts';
import type { ProviderCheck } from '../../shared/results.ts';
import type { SampleJob } from './job.ts';
import type { OpenedJob } from './open-job.ts';
import { runPadded } from './run-padded.ts';
import { streamOf } from './streams.ts';

const IMAGES = 8;
/** Sums in another order differ by about 1e-5 of the largest value; products of ten bits (TF32) by about 1e-3. */
export const PARITY_BOUND = 1e-3;

/** Throws E_PROVIDER_UNAVAILABLE when the provider computes something else than the CPU. */
export async function checkProvider(job: SampleJob, opened: OpenedJob, loader: BatchLoader): Promise<ProviderCheck> {
  const { graph, session, profile, info, masks } = opened;
  const [set] = job.sets;
  const count = Math.min(IMAGES, info.batchSize);
  const cpu = await createSession(graph.bytes, { threads: job.runtime.threads });
  let images = 0;
  let worst = 0;
  try {
    for (let from = 0; from < IMAGES; from += count) {
      const loaded = await loader.load(set.name, from, from + count);
      if (loaded.indices.length === 0) continue;
      const { feeds } = masks.feeds(streamOf(set.name), loaded.indices);
      const mine = await runPadded(opened, job, loaded, feeds);
      const wanted = await runPadded({ ...opened, session: cpu }, job, loaded, feeds);
      worst = Math.max(worst, ...Object.keys(wanted).map((name) => apart(mine[name], wanted[name])));
      images += loaded.indices.length;
    }
  } finally {
    await cpu.release();
    session.endProfiling();
  }
  if (worst > PARITY_BOUND) throw differs(info.provider, worst);
  return { images, worst, bound: PARITY_BOUND, ...profile!.placement() };
}

/** Largest difference as a share of the largest finite value; infinite when one is finite and the other is not. */
function apart(mine: TensorData | undefined, wanted: TensorData): number {
  if (!(wanted.data instanceof Float32Array)) return 0;
  if (!(mine?.data instanceof Float32Array) || mine.data.length !== wanted.data.length) return Infinity;
  let largest = 0;
  let difference = 0;
  for (let i = 0; i < wanted.data.length; i++) {
    const [own, other] = [mine.data[i], wanted.data[i]];
    if (Number.isFinite(own) !== Number.isFinite(other)) return Infinity;
    if (!Number.isFinite(other)) continue;
    largest = Math.max(largest, Math.abs(other));
    difference = Math.max(difference, Math.abs(own - other));
  }
  return difference === 0 ? 0 : difference / largest;
}

function differs(provider: string, worst: number): AppError {
  return new AppError(
    'E_PROVIDER_UNAVAILABLE',
    `The execution provider "${provider}" computes this network otherwise than the CPU: by ${share(worst)} of the largest value, where ${share(PARITY_BOUND)} is allowed.`,
    { next: 'Run with --provider cpu, or bring the graphics driver up to date.' },
  );
}

const share = (value: number): string => (Number.isFinite(value) ? value.toExponential(1) : 'more than all');
