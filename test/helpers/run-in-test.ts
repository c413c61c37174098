/** Runs a plan through the real pipeline and real inference processes, into a project of its own. */
import path from 'node:path';
import { type FinishedRun, runPlan } from '../../electron/engine/pipeline/run-plan.ts';
import { openProject, type Project } from '../../electron/engine/storage/open-project.ts';
import type { Progress } from '../../electron/shared/domain.ts';
import type { Plan } from '../../electron/shared/plan.ts';
import { processSamplers, type ProcessHooks } from '../../electron/workers/process-sampler.ts';

export interface TestRun {
  folder: string;
  /** Of the plan's paths; default: the folder. */
  baseDir?: string;
  processes?: number;
  seeds?: number;
  noise?: boolean;
  signal?: AbortSignal;
  onProgress?: (progress: Progress) => void;
  hooks?: ProcessHooks;
  project?: string;
}

/** @param use sees the finished run while its project is open. */
export async function runInTest<T>(plan: Plan, options: TestRun, use: (run: FinishedRun) => T | Promise<T>): Promise<T> {
  const project: Project = openProject(path.join(options.folder, options.project ?? 'project.oodlab'));
  try {
    const run = await runPlan({
      file: { plan, baseDir: options.baseDir ?? options.folder },
      project,
      openSamplers: processSamplers(options.hooks),
      processes: options.processes ?? 1,
      threads: 1,
      seeds: options.seeds,
      noise: options.noise,
      signal: options.signal,
      onProgress: options.onProgress ?? (() => undefined),
    });
    return await use(run);
  } finally {
    project.close();
  }
}
