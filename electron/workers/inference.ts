/** Entry point of an inference process: the only place where models of users are run. */
import { inspectModel } from '../engine/onnx/inspect-model.ts';
import { openModel } from '../engine/onnx/open-model.ts';
import { graphView } from '../engine/preflight/graph-view.ts';
import { HookMaps } from '../engine/preflight/hook-map.ts';
import type { HookMapRequest, PreflightJob, SearchJob } from '../engine/preflight/job.ts';
import { runPreflight } from '../engine/preflight/run-preflight.ts';
import { runSearch } from '../engine/preflight/run-search.ts';
import { probeProvider } from '../engine/runtime/probe-provider.ts';
import type { BatchRequest, SampleJob, Sampler } from '../engine/sampling/job.ts';
import { openSampler } from '../engine/sampling/sampler.ts';
import type { HookPoint } from '../shared/domain.ts';
import type { Plan } from '../shared/plan.ts';
import { AppError } from '../shared/errors.ts';
import { serve } from '../shared/rpc.ts';
import { monitorHandlers } from './monitor-handlers.ts';
import { parentPort } from './node-port.ts';

let sampler: Sampler | undefined;
const hookMaps = new HookMaps();

const port = parentPort();
port.onClose(() => process.exit(0));
const emit = serve(port, {
  ...monitorHandlers,
  probe: ({ provider }: { provider: Plan['runtime']['provider'] }) => probeProvider(provider),
  inspect: ({ path }: { path: string }) => inspectModel(path),
  open: async (job: SampleJob, signal) => {
    await sampler?.close();
    sampler = await openSampler(job, signal);
    return sampler.info;
  },
  batch: (request: BatchRequest, signal) => {
    if (sampler === undefined) throw new AppError('E_INTERNAL', 'No model is open in this process.');
    return sampler.batch(request, signal);
  },
  graph: async ({ path, hooks }: { path: string; hooks: HookPoint[] }) => graphView(await openModel(path), hooks),
  preflight: (job: PreflightJob, signal) => runPreflight(job, (done, total) => emit('preflight', { done, total }), signal),
  search: (job: SearchJob, signal) => runSearch(job, (done, total) => emit('preflight', { done, total }), signal),
  hookMap: (request: HookMapRequest, signal) => hookMaps.map(request, signal),
});
// Ctrl-C in a terminal reaches the whole group: the parent decides when this process ends.
process.on('SIGINT', () => undefined);
