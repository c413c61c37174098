/** Stands in core's place in a utility process without SQLite (which needs a newer Electron): everything else is real. */
import type { BatchRequest, SampleJob, Sampler } from '../../../electron/engine/sampling/job.ts';
import { serve } from '../../../electron/shared/rpc.ts';
import { parentPort } from '../../../electron/workers/node-port.ts';
import { inspectInProcess, processSamplers } from '../../../electron/workers/process-sampler.ts';

const started: number[] = [];
const lost: string[] = [];
let sampler: Sampler | undefined;

serve(parentPort(), {
  hello: () => Promise.resolve({ pid: process.pid }),
  inspect: ({ file }: { file: string }) => inspectInProcess(file),
  open: async (job: SampleJob) => {
    const hooks = { onStart: (pid: number) => started.push(pid), onLost: (reason: string) => lost.push(reason) };
    [sampler] = await processSamplers(hooks)(job, 1);
    return sampler.info;
  },
  batch: async (request: BatchRequest) => Array.from((await sampler!.batch(request)).entropies),
  processes: () => Promise.resolve({ started, lost }),
  close: async () => {
    await sampler?.close();
  },
  abort: () => Promise.resolve(setTimeout(() => process.kill(process.pid, 'SIGKILL'), 10)).then(() => undefined),
  stop: () => Promise.resolve(),
});
