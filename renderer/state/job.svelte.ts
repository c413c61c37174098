/** The long job of the project, if there is one: run, pre-flight, check, export or self-test. Owned by core, only shown here. */
import type { JobView } from '../../electron/shared/app/views.ts';
import { invoke, on } from '../bridge.svelte.ts';
import { attempt } from './problem.svelte.ts';

class JobStore {
  view = $state.raw<JobView | null>(null);

  readonly isRunning = $derived(this.view?.state === 'running' || this.view?.state === 'stopping');

  /** A job that others must wait for. A check of the preprocessing gives way to them. */
  readonly isBusy = $derived(this.isRunning && this.view?.kind !== 'check');

  async start(): Promise<void> {
    on('job', (view) => this.show(view));
    const view = await invoke('job.view', {});
    if (view !== null) this.show(view);
  }

  show(view: JobView): void {
    const older = this.view?.id === view.id && view.seq < this.view.seq;
    if (!older) this.view = view;
  }

  /** The running or last job of a kind. */
  of(kind: JobView['kind']): JobView | null {
    return this.view?.kind === kind ? this.view : null;
  }

  /** Asks once to stop after the batch. */
  async cancel(): Promise<void> {
    const view = this.view;
    if (view?.state === 'running') await attempt(() => invoke('job.cancel', { id: view.id }));
  }

  /** Ends the inference process at once. */
  async kill(): Promise<void> {
    const view = this.view;
    if (view !== null) await attempt(() => invoke('job.kill', { id: view.id }));
  }
}
export const job = new JobStore();
