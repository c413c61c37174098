/** Exported monitors are written and run in an inference process of their own; its death is an error of the export. */
import type { MonitorHost } from '../engine/monitor/host.ts';
import type { MonitorHead } from '../engine/monitor/monitor-head.ts';
import { Caller } from '../shared/rpc.ts';
import type { Child } from './node-port.ts';
import { startInference } from './start-inference.ts';

export function processMonitors(): MonitorHost {
  return {
    async writeHead(job, file, signal) {
      const child = await startInference();
      try {
        return await new Caller(child.port).call<MonitorHead>('monitorHead', { job, file }, signal);
      } finally {
        await stop(child);
      }
    },
    async openRunner(job, signal) {
      const child = await startInference();
      const caller = new Caller(child.port);
      try {
        await caller.call('monitorOpen', job, signal);
      } catch (error) {
        await stop(child);
        throw error;
      }
      return {
        answers: (request, stopped) => caller.call('monitorAnswers', request, stopped),
        latency: (request, stopped) => caller.call('monitorLatency', request, stopped),
        sample: (request, stopped) => caller.call('monitorSample', request, stopped),
        close: () => stop(child),
      };
    },
  };
}

async function stop(child: Child): Promise<void> {
  child.kill();
  await child.exited;
}
