/**
 * Verifies an evidence pack: intact in itself, inputs found and unchanged, evaluation run again, every figure and score
 * compared. Stops at the first of these that fails, and says why. Behind `oodlab verify`.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { OnProgress } from '../../shared/domain.ts';
import { parsePlan, type Plan } from '../../shared/plan.ts';
import { runPlan } from '../pipeline/run-plan.ts';
import { scoresCsv } from '../report/scores-csv.ts';
import type { OpenSamplers } from '../sampling/job.ts';
import { openProject } from '../storage/open-project.ts';
import { checkInputs } from './check-inputs.ts';
import { compareOutcomes, type Comparison, type Outcome } from './compare.ts';
import { locateInputs } from './locate.ts';
import { type Evidence, openEvidence, TamperedError } from './open-evidence.ts';
import { type Manifest, TOLERANCE } from './pack.ts';

export interface VerifyOptions {
  pack: string;
  /** Folder with the original data; default: where the plan had it. */
  data?: string | undefined;
  /** What the re-run shall have otherwise than the plan's runtime: provider, batchSize. Checked as a plan is. */
  runtime?: Readonly<Record<string, unknown>>;
  openSamplers: OpenSamplers;
  threads: number | null;
  signal?: AbortSignal | undefined;
  onProgress: OnProgress;
}

export interface Verdict {
  verified: boolean;
  /** Why not: a sentence each. */
  reasons: string[];
  /** null when it did not come to a comparison. */
  comparison: Comparison | null;
  manifest: Manifest | null;
}

/** Throws E_INPUT when there is no such pack, E_CANCELLED, and what a run throws. */
export async function verifyEvidence(options: VerifyOptions): Promise<Verdict> {
  const evidence = await readPack(options.pack, options.signal);
  if ('verified' in evidence) return evidence;
  const { manifest } = evidence;
  const no = (reasons: string[]): Verdict => ({ verified: false, reasons, comparison: null, manifest });
  const { plan, missing } = locateInputs(evidence.plan, evidence.baseDir, options.data);
  if (missing.length > 0) {
    const where = options.data === undefined ? 'where the plan had it; name its folder with --data' : `under ${options.data}`;
    return no(missing.map(({ what, path: file }) => `Missing: ${what} (${file}) is not ${where}.`));
  }
  const findings = await checkInputs(evidence, plan, options.signal);
  if (findings.length > 0) return no(findings);
  const { stability, noise } = evidence.results;
  const again = await runAgain(parsePlan({ ...plan, runtime: { ...plan.runtime, ...options.runtime } }, 'the re-run'), {
    ...options,
    seeds: stability?.seeds.length,
    noise: noise !== undefined,
  });
  return verdictOf(evidence, again, manifest);
}

/** Compares two packs with each other; no data is needed. */
export async function comparePacks(a: string, b: string, signal?: AbortSignal): Promise<Verdict> {
  const [first, second] = [await readPack(a, signal), await readPack(b, signal)];
  if ('verified' in first) return first;
  if ('verified' in second) return second;
  const reasons: string[] = [];
  if (first.results.hashes.model !== second.results.hashes.model) reasons.push('The packs are about different models.');
  if (first.manifest.inputsRoot !== second.manifest.inputsRoot && reasons.length === 0)
    reasons.push('The packs are about different images.');
  const verdict = verdictOf(first, second, first.manifest);
  return { ...verdict, verified: verdict.verified && reasons.length === 0, reasons: [...reasons, ...verdict.reasons] };
}

async function readPack(file: string, signal?: AbortSignal): Promise<Evidence | Verdict> {
  try {
    return await openEvidence(file, signal);
  } catch (error) {
    if (!(error instanceof TamperedError)) throw error;
    const reason = `${file} is not an intact evidence pack: ${error.message}.`;
    return { verified: false, reasons: [reason], comparison: null, manifest: null };
  }
}

/** A pack may state a tighter tolerance than ours, never a wider one. */
function verdictOf(a: Outcome, b: Outcome, manifest: Manifest): Verdict {
  const tolerance = {
    score: Math.min(manifest.tolerance.score, TOLERANCE.score),
    figure: Math.min(manifest.tolerance.figure, TOLERANCE.figure),
  };
  const comparison = compareOutcomes(a, b, tolerance);
  const count = comparison.differences.length;
  const reasons = count === 0 ? [] : [`${count} of ${comparison.compared} values differ by more than the tolerance.`];
  return { verified: count === 0, reasons, comparison, manifest };
}

async function runAgain(plan: Plan, options: VerifyOptions & { seeds: number | undefined; noise: boolean }): Promise<Outcome> {
  const folder = await mkdtemp(path.join(tmpdir(), 'oodlab-verify-'));
  try {
    const project = openProject(path.join(folder, 'project.oodlab'));
    try {
      const { openSamplers, threads, seeds, noise, signal, onProgress } = options;
      const run = await runPlan({
        file: { plan, baseDir: folder },
        project,
        openSamplers,
        processes: 1,
        threads,
        seeds,
        noise,
        signal,
        onProgress,
      });
      return { results: run.results, scores: [...scoresCsv(run)].join('') };
    } finally {
      project.close();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
