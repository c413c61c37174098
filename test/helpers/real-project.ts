/**
 * The demo as a real core has it, for pictures and page tests of what only a run can fill: two finished runs, a pre-flight,
 * an export, a run that is sealed. Made once, then only read.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { JobView, ProjectView } from '../../electron/shared/app/views.ts';
import { CoreClient, settled } from './core-client.ts';

export interface RealProject {
  core: CoreClient;
  view: ProjectView;
  /** With a third run, whose test sets are sealed, and the roles that it needs. */
  sealed: ProjectView;
  /** Snapshots of the first run at work. */
  running: JobView[];
  close(): Promise<void>;
}

export async function realProject(): Promise<RealProject> {
  const userData = mkdtempSync(path.join(tmpdir(), 'oodlab-real-'));
  const core = await CoreClient.start(userData);
  await core.call('project.demo', {});
  await core.project(settled);
  await finished(core);
  const running = core.jobs.filter(({ kind, state }) => kind === 'run' && state === 'running');
  const { draft } = await core.project(settled);
  await core.call('draft.update', { sampling: { ...draft.sampling, samples: 8, seed: 1 } });
  await finished(core);
  await core.call('draft.update', { sampling: draft.sampling });
  await core.call('hook.preflight', { images: 64 });
  await exported(core);
  const view = await core.project(settled);
  return {
    core,
    view,
    sealed: await sealedRun(core, view),
    running,
    close: async () => {
      await core.stop();
      rmSync(userData, { recursive: true, force: true });
    },
  };
}

/** Chooses on a select set and measures nothing; the roles are put back. */
async function sealedRun(core: CoreClient, { datasets }: ProjectView): Promise<ProjectView> {
  const { id } = datasets.find(({ name }) => name === 'Corrupted fashion')!;
  await core.call('dataset.update', { id, role: 'select' });
  await core.project(settled);
  await finished(core, { sealed: true });
  const view = await core.project(settled);
  await core.call('dataset.update', { id, role: 'ood' });
  return view;
}

async function finished(core: CoreClient, input: Parameters<CoreClient['run']>[0] = {}): Promise<void> {
  const { state, error } = await core.run(input);
  if (state !== 'done') throw new Error(`The run ended as ${state}: ${error?.message ?? ''}`);
}

async function exported(core: CoreClient): Promise<void> {
  const items = ['report', 'csv', 'json', 'plan', 'monitor', 'evidence'] as const;
  const { id } = await core.call('export.start', { run: 1, folder: null, items: [...items], config: null });
  await core.job((job) => job.id === id && job.state !== 'running');
}
