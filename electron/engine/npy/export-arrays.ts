/**
 * A run's entropies, latents and scores as .npy files with an index.json, for people who go on in Python. Rows stand in the
 * order of the images; streamed chunk by chunk.
 */
import { createWriteStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { configName } from '../pipeline/detector-configs.ts';
import type { FinishedRun } from '../pipeline/run-plan.ts';
import type { SampledSet } from '../pipeline/sampled-set.ts';
import { translateWriteError } from '../report/write-results.ts';
import { makeFolder } from '../storage/make-folder.ts';
import { sqliteError } from '../storage/open-project.ts';
import type { Chunk } from '../storage/sample-repository.ts';
import { npyHead, type WrittenDtype } from './npy.ts';

interface ArrayFile {
  file: string;
  dtype: WrittenDtype;
  shape: [number, number];
}

/** @returns names of the files written. Throws E_INPUT or E_DISK_FULL with the folder's name, E_CANCELLED. */
export async function exportArrays(run: FinishedRun, folder: string, signal?: AbortSignal): Promise<string[]> {
  try {
    makeFolder(folder);
    const sets = [];
    for (const set of run.roles.sets) sets.push(await exportSet(run, set, { folder, signal }));
    const scores = [];
    for (const part of run.roles.parts) scores.push(await exportScores(run, part, { folder, signal }));
    const { plan, hashes } = run.results;
    const index = { schema: 'oodlab.arrays/1', name: plan.name, hashes, hook: plan.hook, sampling: plan.sampling, sets, scores };
    await writeFile(path.join(folder, 'index.json'), `${JSON.stringify(index, null, 2)}\n`);
    const files = [...sets.flatMap(({ arrays }) => arrays), ...scores].map(({ file }) => file);
    return [...files, 'index.json'];
  } catch (error) {
    throw translateWriteError(sqliteError(error, run.project.file), folder);
  }
}

interface Target {
  folder: string;
  signal: AbortSignal | undefined;
}

interface Kind {
  kind: string;
  dtype: WrittenDtype;
  data: (chunk: Chunk) => ArrayBufferView;
  cols: (chunk: Chunk) => number;
}

const KINDS: readonly Kind[] = [
  { kind: 'h_z', dtype: 'float64', data: (chunk: Chunk) => chunk.entropies, cols: (chunk: Chunk) => chunk.entropyDim },
  { kind: 'latent', dtype: 'float32', data: (chunk: Chunk) => chunk.latents, cols: (chunk: Chunk) => chunk.latentDim },
  { kind: 'logits', dtype: 'float32', data: (chunk: Chunk) => chunk.logits, cols: (chunk: Chunk) => chunk.logitDim },
];

async function exportSet({ project, roles }: FinishedRun, set: SampledSet, { folder, signal }: Target) {
  const stem = stemOf(set, roles.sets);
  const [first] = project.samples.chunks(set.id);
  const arrays: ArrayFile[] = [];
  for (const { kind, dtype, data, cols } of KINDS) {
    if (cols(first) === 0) continue;
    const array: ArrayFile = { file: `oodlab_${kind}_${stem}.npy`, dtype, shape: [set.count, cols(first)] };
    await writeArray(array, { folder, signal }, mapped(project.samples.chunks(set.id), data));
    arrays.push(array);
  }
  const images = [...project.samples.chunkHeads(set.id)].flatMap(({ ats }) => ats);
  return { name: set.set.name, role: set.set.role, arrays, images };
}

/** One column for each detector; rows are those of scores.csv with this set and role. */
async function exportScores(
  { roles, scored }: FinishedRun,
  { set, role }: FinishedRun['roles']['parts'][number],
  target: Target,
) {
  const columns = scored.map(({ scores }) => scores.get(set.set.name)!);
  const rows = columns[0]?.length ?? 0;
  const array: ArrayFile = {
    file: `oodlab_scores_${stemOf(set, roles.sets)}.npy`,
    dtype: 'float64',
    shape: [rows, scored.length],
  };
  const data = new Float64Array(rows * scored.length);
  columns.forEach((column, c) => column.forEach((score, row) => (data[row * scored.length + c] = score)));
  await writeArray(array, target, [data]);
  return {
    set: set.set.name,
    role,
    ...array,
    columns: scored.map(configName),
    thresholds: scored.map(({ threshold }) => threshold.value),
  };
}

/** Letters and digits of the name; its number in front where two sets would share a file. */
function stemOf({ set }: SampledSet, sets: readonly SampledSet[]): string {
  const plain = (name: string): string =>
    name
      .normalize('NFKD')
      .replace(/[^A-Za-z0-9]+/g, '-')
      .toLowerCase() || 'set';
  const same = sets.filter((other) => plain(other.set.name) === plain(set.name));
  const number = sets.findIndex((other) => other.set.name === set.name) + 1;
  return same.length > 1 ? `${number}-${plain(set.name)}` : plain(set.name);
}

async function writeArray(
  { file, dtype, shape }: ArrayFile,
  { folder, signal }: Target,
  data: Iterable<ArrayBufferView>,
): Promise<void> {
  function* bytes(): Generator<Buffer> {
    yield npyHead(dtype, shape);
    for (const { buffer, byteOffset, byteLength } of data) {
      signal?.throwIfAborted();
      yield Buffer.from(buffer, byteOffset, byteLength);
    }
  }
  await pipeline(Readable.from(bytes()), createWriteStream(path.join(folder, file)));
}

function* mapped<From, To>(items: Iterable<From>, change: (item: From) => To): Generator<To> {
  for (const item of items) yield change(item);
}
