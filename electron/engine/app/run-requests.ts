/** Runs and what is read from them. */
import { availableParallelism } from 'node:os';
import type { JobView } from '../../shared/app/views.ts';
import { type Log, runLog } from '../pipeline/run-log.ts';
import { runPlan } from '../pipeline/run-plan.ts';
import type { AppContext, Handlers } from './context.ts';
import type { Job } from './job.ts';
import { chartsView } from './results/charts.ts';
import { compareView } from './results/compare.ts';
import { mapView } from './results/latent-map.ts';
import { operatingView } from './results/operating.ts';
import { worstView } from './results/worst.ts';
import { shownRun } from './run-cache.ts';
import type { Workspace } from './workspace.ts';

type Names = 'run.start' | 'run.results' | 'run.charts' | 'run.operating' | 'run.map' | 'run.worst' | 'run.compare';

/** Sampling is nearly all of a run; the other weights only keep the bar moving. */
const STAGES = [
  { name: 'hash', weight: 2 },
  { name: 'sample', weight: 88 },
  { name: 'fit', weight: 4 },
  { name: 'score', weight: 4 },
  { name: 'figures', weight: 2 },
];

export function runRequests(app: AppContext): Handlers<Names> {
  return {
    'run.start': async ({ sealed }) => {
      const workspace = app.workspace();
      await workspace.makeWay();
      return startRun(workspace, sealed);
    },
    'run.results': ({ run }) => {
      const workspace = app.workspace();
      const { results } = shownRun(workspace, run).run;
      return { run: workspace.run(run), results, candidates: results.detectors.length };
    },
    'run.charts': ({ run, ...query }) => chartsView(shownRun(app.workspace(), run), query),
    'run.operating': ({ run, config, threshold }) => operatingView(shownRun(app.workspace(), run), config, threshold),
    'run.map': ({ run }, signal) => {
      const shown = shownRun(app.workspace(), run);
      return mapView({ run: shown.run, sets: shown.sets, images: (name) => shown.images(name) }, signal);
    },
    'run.worst': ({ run, ...query }) => {
      const workspace = app.workspace();
      return worstView(shownRun(workspace, run), query, (source, index) => workspace.media.address(source, index));
    },
    'run.compare': ({ a, b, config }) => {
      const workspace = app.workspace();
      const side = (id: number) => ({ summary: workspace.run(id), shown: shownRun(workspace, id) });
      return compareView([side(a), side(b)], config);
    },
  };
}

/** Starts the draft's plan; what earlier runs computed is found again, so this is also how a run is resumed. */
function startRun(workspace: Workspace, sealed: boolean): JobView {
  const plan = workspace.plan();
  const job = workspace.newJob('run', STAGES);
  let log: Log = () => undefined;
  const onLost = (reason: string): void => {
    job.processLost();
    log('warning', `${reason} The batch is tried once more in a fresh process.`);
  };
  const work = job.run(() =>
    runPlan({
      file: { plan, baseDir: workspace.folder },
      project: workspace.project,
      openSamplers: workspace.inference.samplers({ ...hooksOf(job), onLost }),
      processes: 1,
      threads: plan.runtime.threads ?? availableParallelism(),
      sealed,
      signal: job.signal,
      onProgress: (progress) => job.progress(progress),
      onStarted: (runId) => {
        log = runLog(workspace.project, runId);
        job.set({ runId });
      },
      onSampling: ({ provider, batchSize, chunks, of, chunkImages }) =>
        job.set({ provider, batchSize, saved: { chunks, of, atRisk: chunkImages } }),
    }),
  );
  // How it ended is in the job's last snapshot and in the run's row.
  workspace.working = work.catch(() => undefined);
  return job.view();
}

export function hooksOf(job: Job): { onStart: (pid: number) => void; onLost: () => void } {
  return { onStart: (pid) => job.processStarted(pid), onLost: () => job.processLost() };
}
