/**
 * What the export of a monitor asks of an inference process. The command line, the tests and the window each have their
 * own way to start one; user models and exported files run nowhere else.
 */
import type { SampleJob } from '../sampling/job.ts';
import type { MonitorHead } from './monitor-head.ts';
import type { MonitorJob, MonitorRunner } from './run-monitor.ts';

export interface MonitorHost {
  /** writeMonitorHead in a process of its own. */
  writeHead(job: SampleJob, file: string, signal?: AbortSignal): Promise<MonitorHead>;
  /** openMonitorRunner in a process of its own, which `close` ends. */
  openRunner(job: MonitorJob, signal?: AbortSignal): Promise<MonitorRunner>;
}
