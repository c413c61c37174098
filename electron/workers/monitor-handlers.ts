/** The calls about exported monitors that an inference process answers. */
import { writeMonitorHead } from '../engine/monitor/monitor-head.ts';
import { openMonitorRunner, type MonitorJob, type MonitorRunner } from '../engine/monitor/run-monitor.ts';
import type { BatchRequest, SampleJob } from '../engine/sampling/job.ts';
import { AppError } from '../shared/errors.ts';
import type { Handler } from '../shared/rpc.ts';

let runner: MonitorRunner | undefined;

function opened(): MonitorRunner {
  if (runner === undefined) throw new AppError('E_INTERNAL', 'No monitor is open in this process.');
  return runner;
}

export const monitorHandlers = {
  monitorHead: ({ job, file }: { job: SampleJob; file: string }, signal) => writeMonitorHead(job, file, signal),
  monitorOpen: async (job: MonitorJob) => {
    await runner?.close();
    runner = await openMonitorRunner(job);
  },
  monitorAnswers: (request: BatchRequest, signal) => opened().answers(request, signal),
  monitorLatency: (request: { set: string; index: number }, signal) => opened().latency(request, signal),
  monitorSample: (request: { set: string; index: number }, signal) => opened().sample(request, signal),
} satisfies Record<string, Handler>;
