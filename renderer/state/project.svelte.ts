/**
 * The open project as core last told it. Requests that change it answer with the new snapshot, and an event brings every
 * change that core makes by itself; whichever comes last by `seq` is shown.
 */
import type { RequestInput, RequestName, RequestOutput } from '../../electron/shared/app/contract.ts';
import type { Blocker, DatasetView, ProjectView, RunSummary, StepId, StepView } from '../../electron/shared/app/views.ts';
import { invoke, on } from '../bridge.svelte.ts';
import { attempt } from './problem.svelte.ts';

/** Requests whose answer is the project. */
type ProjectRequest = {
  [Name in RequestName]: [RequestOutput<Name>] extends [ProjectView] ? Name : never;
}[RequestName];

class ProjectStore {
  view = $state.raw<ProjectView | null>(null);
  /** False until core has said whether a project is open. */
  loaded = $state(false);

  readonly sets: DatasetView[] = $derived(this.view?.datasets ?? []);

  async start(): Promise<void> {
    on('project', (view) => this.#show(view));
    this.#show(await invoke('project.view', {}));
  }

  /** Sends a request and shows the project that it answers with; a failure is shown above the page. Says whether it went well. */
  async send<Name extends ProjectRequest>(name: Name, input: RequestInput<Name>): Promise<boolean> {
    const view = await attempt(() => invoke(name, input) as Promise<ProjectView>);
    if (view !== null) this.#show(view);
    return view !== null;
  }

  async close(): Promise<void> {
    await attempt(() => invoke('project.close', {}));
    this.#show(null);
  }

  step(id: StepId): StepView | null {
    return this.view?.steps.find((step) => step.id === id) ?? null;
  }

  blockers(id: StepId): Blocker[] {
    return this.step(id)?.blockers ?? [];
  }

  /** The next run of the same plan: it found what this one had saved, so that nothing of this one is left to be resumed. */
  continuation({ id, planHash }: RunSummary): RunSummary | null {
    const later = (this.view?.runs ?? []).filter((run) => run.id > id && run.planHash === planHash);
    return later.reduce<RunSummary | null>((next, run) => (next === null || run.id < next.id ? run : next), null);
  }

  set(id: string): DatasetView | null {
    return this.sets.find((set) => set.id === id) ?? null;
  }

  #show(view: ProjectView | null): void {
    this.loaded = true;
    const older = view !== null && this.view?.file === view.file && view.seq < this.view.seq;
    if (!older) this.view = view;
  }
}
export const project = new ProjectStore();
