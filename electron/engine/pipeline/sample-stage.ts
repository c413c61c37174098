/**
 * The sample stage: every image of every set once through the network, vectors committed chunk by chunk. Chunks are
 * cut at fixed entry indices, so that interruption, number of processes and order of completion change nothing.
 */
import { AppError } from '../../shared/errors.ts';
import { PRINT_BYTES } from '../hygiene/image-print.ts';
import { emptyTraces, TRACE } from '../hygiene/image-trace.ts';
import type { BatchRequest, BatchResult, Sampler, SamplerInfo } from '../sampling/job.ts';
import type { Chunk, ExtraKind, SampleRepository } from '../storage/sample-repository.ts';
import type { StageProgress } from './progress.ts';

const CHUNK_ENTRIES = 256;
const CHUNK_BYTES = 4 * 1024 * 1024;

export interface SetToSample {
  name: string;
  /** Row id in the project. */
  id: number;
  /** Number of entries, rejected ones included. */
  total: number;
  /** Of the chunks to sample, in their order. */
  starts: ReadonlySet<number>;
}

export interface SampleStageOptions {
  info: SamplerInfo;
  /** Opened when a chunk is missing, and only then. */
  samplers: () => Promise<readonly Sampler[]>;
  repository: SampleRepository;
  progress: StageProgress;
  signal?: AbortSignal | undefined;
  /** Runs a write and gives its errors a sentence. */
  commit: (write: () => void) => void;
}

/** Entries in a chunk: a whole number of batches, about 256 images, and at most about 4 MB of vectors. */
export function chunkEntries(info: Pick<SamplerInfo, 'batchSize' | 'entropyDim' | 'latentDim' | 'logitDim' | 'extras'>): number {
  const extras = Object.values(info.extras ?? {}).reduce((sum, cols) => sum + cols, 0);
  const rowBytes = 8 * (info.entropyDim + extras) + 4 * (info.latentDim + info.logitDim);
  const wanted = Math.min(CHUNK_ENTRIES, Math.max(1, Math.floor(CHUNK_BYTES / Math.max(rowBytes, 1))));
  return Math.ceil(wanted / info.batchSize) * info.batchSize;
}

/** Samples what is missing of one set. Lanes take chunks in order; each lane is one inference process. */
export async function sampleSet(set: SetToSample, options: SampleStageOptions): Promise<void> {
  const { repository, progress } = options;
  const step = chunkEntries(options.info);
  const done = repository.committed(set.id);
  const pending: { start: number; stop: number }[] = [];
  for (const start of set.starts) {
    const stop = Math.min(start + step, set.total);
    if (done.has(start)) progress.skip(stop - start);
    else pending.push({ start, stop });
  }
  if (pending.length === 0) return;
  // One lane's failure stops the others at their next batch instead of leaving them at work.
  const failed = new AbortController();
  const signal = options.signal === undefined ? failed.signal : AbortSignal.any([options.signal, failed.signal]);
  const lane = async (sampler: Sampler): Promise<void> => {
    for (let range = pending.shift(); range !== undefined; range = pending.shift()) {
      const chunk = await sampleChunk(sampler, set.name, range, { signal, following: pending[0], progress });
      options.commit(() => repository.addChunk(set.id, chunk));
    }
  };
  const lanes = (await options.samplers()).map((sampler) =>
    lane(sampler).catch((error: unknown) => {
      failed.abort();
      throw error;
    }),
  );
  const failures = (await Promise.allSettled(lanes))
    .filter((result) => result.status === 'rejected')
    .map((result) => result.reason as unknown);
  if (failures.length > 0) throw failures.find((error) => !isCancelled(error)) ?? failures[0];
}

interface ChunkOptions {
  signal: AbortSignal;
  following: { start: number; stop: number } | undefined;
  progress: StageProgress;
}

async function sampleChunk(
  sampler: Sampler,
  set: string,
  range: { start: number; stop: number },
  options: ChunkOptions,
): Promise<Chunk> {
  const { batchSize } = sampler.info;
  const parts: BatchResult[] = [];
  for (let from = range.start; from < range.stop; from += batchSize) {
    if (options.signal.aborted) throw new AppError('E_CANCELLED', 'Cancelled.');
    const to = Math.min(from + batchSize, range.stop);
    const nextFrom = to < range.stop ? to : options.following?.start;
    const end = to < range.stop ? range.stop : (options.following?.stop ?? 0);
    const request: BatchRequest = { set, from, to };
    if (nextFrom !== undefined) request.next = { set, from: nextFrom, to: Math.min(nextFrom + batchSize, end) };
    parts.push(await sampler.batch(request, options.signal));
    options.progress.advance(to - from, set);
  }
  return joinBatches(parts, range, sampler.info);
}

/** Joins the batches of a chunk, in their order. */
export function joinBatches(parts: readonly BatchResult[], range: { start: number; stop: number }, info: SamplerInfo): Chunk {
  const rows = parts.reduce((sum, part) => sum + part.rows, 0);
  const chunk: Chunk = {
    ...range,
    rows,
    indices: new Int32Array(rows),
    labels: new Int32Array(rows),
    hashes: new Uint8Array(32 * rows),
    ats: parts.flatMap((part) => part.ats),
    ...emptyTraces(rows),
    entropies: new Float64Array(rows * info.entropyDim),
    entropyDim: info.entropyDim,
    latents: new Float32Array(rows * info.latentDim),
    latentDim: info.latentDim,
    logits: new Float32Array(rows * info.logitDim),
    logitDim: info.logitDim,
    rejected: parts.flatMap((part) => part.rejected),
    redraws: parts.reduce((sum, part) => sum + part.redraws, 0),
    seconds: parts.reduce((sum, part) => sum + part.seconds, 0),
  };
  let row = 0;
  for (const part of parts) {
    chunk.indices.set(part.indices, row);
    chunk.labels.set(part.labels, row);
    chunk.hashes.set(part.hashes, 32 * row);
    chunk.cues.set(part.cues, row * TRACE);
    chunk.prints.set(part.prints, row * PRINT_BYTES);
    chunk.entropies.set(part.entropies, row * info.entropyDim);
    chunk.latents.set(part.latents, row * info.latentDim);
    chunk.logits.set(part.logits, row * info.logitDim);
    row += part.rows;
  }
  if (info.extras !== undefined) chunk.extras = joinExtras(parts, rows, info.extras);
  return chunk;
}

/** Batches without an accepted image bring none. */
function joinExtras(
  parts: readonly BatchResult[],
  rows: number,
  wanted: NonNullable<SamplerInfo['extras']>,
): NonNullable<Chunk['extras']> {
  const kinds = Object.entries(wanted) as [ExtraKind, number][];
  return Object.fromEntries(
    kinds.map(([kind, cols]) => {
      const data = kind === 'penultimate' ? new Float32Array(rows * cols) : new Float64Array(rows * cols);
      let at = 0;
      for (const part of parts) {
        const own = part.extras?.[kind]?.data;
        if (own === undefined) continue;
        data.set(own, at);
        at += own.length;
      }
      return [kind, { cols, data }];
    }),
  );
}

function isCancelled(error: unknown): boolean {
  return error instanceof AppError && error.code === 'E_CANCELLED';
}
