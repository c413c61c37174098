/**
 * Exports a finished run as one deployable ONNX file with its card and a README. The file is made beside its place,
 * checked on every measured image and only then moved there: a folder with a monitor.json holds a monitor that agrees
 * with its evaluation. Called by the command line and the window.
 */
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { AppError, isSystemError } from '../../shared/errors.ts';
import type { MonitorCard } from '../../shared/monitor-card.ts';
import { loadStoredDetector } from '../pipeline/load-detector.ts';
import { StageProgress } from '../pipeline/progress.ts';
import { sourceOf } from '../dataset/set-source.ts';
import { withAbsolutePaths } from '../pipeline/resolve-plan.ts';
import type { Evaluated, FinishedRun } from '../pipeline/run-plan.ts';
import type { ScoredPart } from '../pipeline/roles.ts';
import type { SampleJob } from '../sampling/job.ts';
import { makeFolder } from '../storage/make-folder.ts';
import { type ChosenConfig, type ConfigChoice, chooseConfig } from './choose-config.ts';
import { firstIndices, goldenSamples } from './golden-samples.ts';
import type { MonitorHost } from './host.ts';
import { monitorCard, specOf } from './monitor-card.ts';
import type { MonitorHead } from './monitor-head.ts';
import { appendTail, type Tail, type TailedMonitor } from './monitor-tail.ts';
import { FILES } from './names.ts';
import { checkParity } from './parity.ts';
import { monitorReadme } from './readme.ts';
import { evaluateWithBank, needsBank, type RefitOptions } from './with-bank.ts';

export interface ExportMonitorOptions extends RefitOptions {
  run: FinishedRun;
  /** null: LaRED without PCA if the run has it, else its first detector. */
  config: ConfigChoice | null;
  /** Folder of the monitor. Files of an earlier export are removed first, whatever becomes of this one. */
  out: string;
  host: MonitorHost;
  /** Whether the entropies are an output too. */
  entropies?: boolean;
}

export interface ExportedMonitor {
  card: MonitorCard;
  folder: string;
  /** Of the check on the measured images. */
  seconds: number;
}

/** Throws E_MODEL_UNSUPPORTED, E_INPUT, E_CANCELLED, E_DISK_FULL, or E_INTERNAL when the file does not agree with the run. */
export async function exportMonitor(options: ExportMonitorOptions): Promise<ExportedMonitor> {
  const out = path.resolve(options.out);
  try {
    makeFolder(out);
    for (const name of Object.values(FILES)) await rm(path.join(out, name), { force: true });
    const folder = await mkdtemp(path.join(out, '.part-'));
    try {
      const made = await makeMonitor(options, folder);
      // The card last: without it nothing here looks like a monitor.
      for (const name of [FILES.model, FILES.readme, FILES.card]) await rename(path.join(folder, name), path.join(out, name));
      return { ...made, folder: out };
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  } catch (error) {
    throw translate(error, options.signal, out);
  }
}

async function makeMonitor(options: ExportMonitorOptions, folder: string): Promise<Omit<ExportedMonitor, 'folder'>> {
  const { run, host, signal } = options;
  const asked = chooseConfig(run, options.config);
  const refitted = needsBank(run, asked.config) ? await evaluateWithBank(run, asked.config, options) : null;
  const evaluated: Omit<Evaluated, 'stored'> = refitted ?? run;
  const chosen = chooseConfig(evaluated, { detector: asked.config.id, pca: asked.config.pca });
  const parts = evaluated.roles.parts.filter(({ role }) => role === 'test' || role === 'ood');
  const job = headJob(evaluated, chosen, options);
  const file = path.join(folder, FILES.model);
  const head = await host.writeHead(job, file, signal);
  signal?.throwIfAborted();
  const tailed = appendTail(await readFile(file), head, tailOf(evaluated, chosen, options));
  await writeFile(file, tailed.bytes);
  const sha256 = createHash('sha256').update(tailed.bytes).digest('hex');
  const checked = await check({ options, evaluated, chosen, parts, job, head, file, sha256 });
  const card = monitorCard({
    run,
    asked,
    evaluated,
    chosen,
    refitted: refitted !== null,
    head,
    tailed: describe(tailed, sha256),
    ...checked,
    entropies: options.entropies === true,
  });
  await writeFile(path.join(folder, FILES.card), `${JSON.stringify(card, null, 2)}\n`);
  await writeFile(path.join(folder, FILES.readme), monitorReadme(card));
  return { card, seconds: checked.seconds };
}

function describe(
  { bytes, ...rest }: TailedMonitor,
  sha256: string,
): Omit<TailedMonitor, 'bytes'> & { size: number; sha256: string } {
  return { ...rest, size: bytes.length, sha256 };
}

/** The run's own job on the CPU; a detector on the latent itself needs no samples. */
function headJob(
  { results, baseDir }: Omit<Evaluated, 'stored'>,
  { config }: ChosenConfig,
  options: ExportMonitorOptions,
): SampleJob {
  const plan = withAbsolutePaths({ plan: results.plan, baseDir });
  const { sampling } = plan;
  const latentOnly = config.space === 'latent' && options.entropies !== true;
  return {
    model: plan.model,
    hook: plan.hook,
    sampling: { ...sampling, masks: 'bank', mechanism: latentOnly ? 'none' : sampling.mechanism },
    sets: plan.datasets.map((set) => ({ name: set.name, ...sourceOf(set) })),
    runtime: { ...plan.runtime, provider: 'cpu', threads: options.threads },
    wantLogits: false,
  };
}

function tailOf({ project }: Omit<Evaluated, 'stored'>, { config, scored }: ChosenConfig, options: ExportMonitorOptions): Tail {
  const { state, projection } = loadStoredDetector(project, { name: scored.id, key: scored.key, pca: scored.pca });
  const space = config.space === 'latent' ? 'latent' : 'entropy';
  return { space, projection, state, threshold: scored.threshold, entropies: options.entropies === true };
}

interface Checking {
  options: ExportMonitorOptions;
  evaluated: Omit<Evaluated, 'stored'>;
  chosen: ChosenConfig;
  parts: ScoredPart[];
  job: SampleJob;
  head: MonitorHead;
  file: string;
  sha256: string;
}

async function check(
  checking: Checking,
): Promise<Pick<MonitorCard, 'golden' | 'parity'> & { latency: MonitorCard['latency'] | undefined; seconds: number }> {
  const { options, evaluated, chosen, parts, job, head, file, sha256 } = checking;
  const { signal, threads, host, onProgress } = options;
  const started = performance.now();
  const spec = specOf(head, job, options.entropies === true);
  const runner = await host.openRunner({ file, sha256, spec, sets: job.sets, threads }, signal);
  try {
    const total = parts.reduce((sum, { set }) => sum + set.entries, 0);
    const progress = new StageProgress('monitor', total, onProgress, () => performance.now());
    const { samples } = evaluated.project;
    const { batchSize } = head.info;
    const parity = await checkParity({ runner, parts, scored: chosen.scored, samples, batchSize, progress, signal });
    const golden = await goldenSamples(runner, evaluated.roles.parts, { samples, signal });
    const { runtimeVersion: onnxruntime, provider } = head.info;
    const seconds = (performance.now() - started) / 1000;
    const { set } = parts[0] ?? evaluated.roles.parts[0];
    const [index] = firstIndices(samples, set.id);
    const latency = await runner.latency({ set: set.set.name, index: index ?? 0 }, signal);
    return { parity: { ...parity, onnxruntime, provider }, golden, latency: latency ?? undefined, seconds };
  } finally {
    await runner.close();
  }
}

function translate(error: unknown, signal: AbortSignal | undefined, out: string): unknown {
  if (signal?.aborted === true) return new AppError('E_CANCELLED', 'Cancelled; no monitor was written.', { cause: error });
  if (isSystemError(error, 'ENOSPC')) {
    return new AppError('E_DISK_FULL', `The disk that holds ${out} is full; no monitor was written.`, {
      next: 'Free some space and export again.',
      cause: error,
    });
  }
  if (!['EACCES', 'EROFS', 'ENOTDIR', 'EEXIST', 'EPERM', 'EISDIR', 'ENOENT'].some((code) => isSystemError(error, code)))
    return error;
  return new AppError('E_INPUT', `A monitor cannot be written to ${out}.`, {
    next: 'Check that it is a folder and that you may write there.',
    cause: error,
  });
}
