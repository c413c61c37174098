/**
 * Evaluates entropies that came from elsewhere (`*_h_z_*.npy` of the Python libraries): the same fit, scores, threshold and
 * figures as behind Oodlab's own sampling, because it is the same code. Behind `oodlab entropies`.
 */
import { hash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { OnProgress, Role } from '../../shared/domain.ts';
import { AppError } from '../../shared/errors.ts';
import { parsePlan, type Plan } from '../../shared/plan.ts';
import type { Matrix } from '../linalg/matrix.ts';
import { contentKey } from '../pipeline/keys.ts';
import { type Evaluated, evaluateSampled } from '../pipeline/run-plan.ts';
import { type SampledSet, tally } from '../pipeline/sampled-set.ts';
import type { SamplerInfo } from '../sampling/job.ts';
import type { Project } from '../storage/open-project.ts';
import type { Chunk } from '../storage/sample-repository.ts';
import { NpyError, readNpy, type NpyArray } from './npy.ts';
import { readNpz } from './npz.ts';

export interface EntropySet {
  name: string;
  role: Role;
  /** A .npy file [images, features], or a .npz file with one such array. */
  file: string;
}

export interface EvaluateEntropiesOptions {
  name: string;
  sets: readonly EntropySet[];
  /** As a plan has them; what is left out takes the plan's defaults. */
  settings: Partial<Pick<Plan, 'detectors' | 'pca'>> & { threshold?: unknown; sampling?: unknown };
  /** Empty; the vectors are put into it. */
  project: Project;
  threads: number | null;
  signal?: AbortSignal | undefined;
  onProgress: OnProgress;
}

const ROWS = 2048;

/** Throws E_INPUT or E_DATASET with the file's name. */
export async function evaluateEntropies(options: EvaluateEntropiesOptions): Promise<Evaluated> {
  const { sets, project } = options;
  const plan = entropyPlan(options);
  const sampled: SampledSet[] = [];
  let features = 0;
  for (const [i, { file }] of sets.entries()) {
    const matrix = await readMatrix(file);
    if (i === 0) features = matrix.cols;
    else if (matrix.cols !== features) {
      throw refuse(`${file} has ${matrix.cols} features, ${sets[0].file} has ${features}`, 'Give sets of one network and hook.');
    }
    sampled.push(storeSet(project, plan.datasets[i], matrix));
  }
  const { threads, signal, onProgress } = options;
  const file = { plan, baseDir: process.cwd() };
  return evaluateSampled(
    { file, project, processes: 1, threads, signal, onProgress },
    { sets: sampled, info: infoOf(features, threads) },
  );
}

/** There is no model and no hook: what a plan must say about them is never run, and never written. */
function entropyPlan({ name, sets, settings }: EvaluateEntropiesOptions): Plan {
  return parsePlan(
    {
      schema: 'oodlab.plan/1',
      name,
      model: { path: 'none' },
      hook: { tensor: 'none' },
      datasets: sets.map(({ name, role, file }) => ({ name, role, path: file, format: 'entropies' })),
      ...settings,
    },
    'the options',
  );
}

function infoOf(entropyDim: number, threads: number | null): SamplerInfo {
  return {
    modelSha256: '',
    input: '',
    inputShape: [],
    logits: null,
    hookKind: 'fc',
    hookShapes: [],
    entropyDim,
    latentDim: 0,
    logitDim: 0,
    batchSize: ROWS,
    provider: 'none',
    threads,
    runtimeVersion: '',
    bankRedraws: 0,
    warnings: [],
  };
}

async function readMatrix(file: string): Promise<Matrix> {
  const bytes = await readFile(file).catch((error: unknown) => {
    throw new AppError('E_INPUT', `${file} cannot be read.`, { next: 'Check the path.', cause: error });
  });
  try {
    return matrixOf(file.endsWith('.npz') ? await onlyArray(bytes) : readNpy(bytes));
  } catch (error) {
    if (!(error instanceof NpyError)) throw error;
    throw refuse(`${file}: ${error.message}`, 'Save it with numpy.save as a float array [images, features].', error);
  }
}

async function onlyArray(bytes: Buffer): Promise<NpyArray> {
  const members = await readNpz(bytes);
  const [member] = members;
  if (members.length !== 1) throw new NpyError(`it holds ${members.length} arrays, one is wanted`);
  if (member.content instanceof NpyError) throw member.content;
  if (Buffer.isBuffer(member.content)) throw new NpyError('it holds no array');
  return member.content;
}

function matrixOf({ shape, data }: NpyArray): Matrix {
  if (shape.length !== 2 || shape[0] === 0 || shape[1] === 0) {
    throw new NpyError(`its shape is (${shape.join(', ')}), not (images, features)`);
  }
  const values = data instanceof Float64Array ? data : Float64Array.from<number | bigint>(data, Number);
  const bad = values.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) throw new NpyError(`row ${Math.floor(bad / shape[1])} holds ${values[bad]}`);
  return { rows: shape[0], cols: shape[1], data: values };
}

function storeSet(project: Project, set: Plan['datasets'][number], { rows, cols, data }: Matrix): SampledSet {
  const sha256 = hash('sha256', bytesOf(data));
  const key = contentKey({ entropies: sha256, cols });
  const id = project.samples.openSet({ key, name: set.name, spec: JSON.stringify({ entropies: sha256 }), total: rows });
  // The same file may stand in two roles.
  const done = project.samples.committed(id);
  const source = path.basename(set.path);
  for (let start = 0; start < rows; start += ROWS) {
    const stop = Math.min(start + ROWS, rows);
    if (!done.has(start))
      project.samples.addChunk(id, chunkOf({ start, stop, source, cols }, data.subarray(start * cols, stop * cols)));
  }
  const known = { set, layout: 'entropies', entries: rows, sha256, classNames: null, id, key };
  return { ...known, ...tally(project.samples, id) };
}

function chunkOf(
  { start, stop, source, cols }: { start: number; stop: number; source: string; cols: number },
  entropies: Float64Array,
): Chunk {
  const rows = stop - start;
  const hashes = new Uint8Array(32 * rows);
  for (let row = 0; row < rows; row++) {
    hashes.set(hash('sha256', bytesOf(entropies.subarray(row * cols, (row + 1) * cols)), 'buffer'), 32 * row);
  }
  return {
    start,
    stop,
    rows,
    indices: Int32Array.from({ length: rows }, (_, row) => start + row),
    labels: new Int32Array(rows).fill(-1),
    hashes,
    ats: Array.from({ length: rows }, (_, row) => `${source}#${start + row}`),
    cues: new Float32Array(0),
    prints: new Uint8Array(0),
    entropies,
    entropyDim: cols,
    latents: new Float32Array(0),
    latentDim: 0,
    logits: new Float32Array(0),
    logitDim: 0,
    rejected: [],
    redraws: 0,
    seconds: 0,
  };
}

const bytesOf = ({ buffer, byteOffset, byteLength }: Float64Array): Buffer => Buffer.from(buffer, byteOffset, byteLength);

function refuse(sentence: string, next: string, cause?: unknown): AppError {
  return new AppError('E_INPUT', `${sentence}.`, { next, ...(cause === undefined ? {} : { cause }) });
}
