/** Entry point of the core process: the only one that opens project files. Its first call is `core.start`. */
import type { CoreGrant, CoreStart } from '../shared/app/core-protocol.ts';
import { CoreApp } from '../engine/app/core-app.ts';
import type { InferenceHost } from '../engine/app/inference-host.ts';
import { specialFunctions } from '../engine/metrics/proportion.ts';
import { AppError } from '../shared/errors.ts';
import { serve, type Handler } from '../shared/rpc.ts';
import { parentPort } from './node-port.ts';
import { processMonitors } from './process-monitor.ts';
import { ProcessPreflight } from './process-preflight.ts';
import { inspectInProcess, processSamplers } from './process-sampler.ts';

const inference: InferenceHost = {
  samplers: processSamplers,
  inspect: inspectInProcess,
  hooks: () => new ProcessPreflight(),
  monitors: processMonitors,
};

let app: CoreApp | undefined;

function started(): CoreApp {
  if (app !== undefined) return app;
  throw new AppError('E_INTERNAL', 'The core process was not started.');
}

const port = parentPort();
// Main is gone, and nobody asked to cancel: what is committed is kept, and the next start finds an interrupted run.
port.onClose(() => process.exit(0));
const calls: Record<string, Handler> = {
  'core.start': async (start: CoreStart) => {
    await specialFunctions; // The planner may be asked at once.
    app = new CoreApp(start, inference, { project: (view) => emit('project', view), job: (view) => emit('job', view) });
    Object.assign(calls, app.calls());
    return { pid: process.pid, node: process.versions.node };
  },
  'core.grant': async (grant: CoreGrant) => started().addGrant(grant),
  'core.media': ({ id }: { id: string }) => started().media(id),
  'core.stop': () => started().stop(),
};
const emit = serve(port, calls);
// Ctrl-C in a terminal reaches the whole group: the parent decides when this process ends.
process.on('SIGINT', () => undefined);
