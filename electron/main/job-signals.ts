/** How a job shows outside the page: bar on the task bar, no sleep while it runs, a notice when it ends out of sight. */
import type { JobView } from '../shared/app/views.ts';

export interface Outside {
  /** 0 to 1; 2: running without a known end; -1: none. */
  setProgress(value: number): void;
  keepAwake(on: boolean): void;
  isFocused(): boolean;
  notify(text: 'run.done' | 'run.failed', detail: string): void;
}

const atWork = (job: JobView | null): boolean => job?.state === 'running' || job?.state === 'stopping';

export class JobSignals {
  private readonly outside: Outside;
  private last: JobView | null = null;

  constructor(outside: Outside) {
    this.outside = outside;
  }

  show(job: JobView): void {
    const wasAtWork = atWork(this.last) && this.last?.id === job.id;
    this.last = job;
    if (atWork(job)) {
      if (!wasAtWork) this.outside.keepAwake(true);
      this.outside.setProgress(job.fraction ?? 2);
      return;
    }
    if (!wasAtWork) return;
    this.outside.keepAwake(false);
    this.outside.setProgress(-1);
    this.tell(job);
  }

  /** Only runs take long enough for their end to be missed; one that the user cancelled is no news. */
  private tell(job: JobView): void {
    if (job.kind !== 'run' || this.outside.isFocused()) return;
    if (job.state === 'done') this.outside.notify('run.done', '');
    if (job.state === 'failed') this.outside.notify('run.failed', job.error?.message ?? '');
  }
}
