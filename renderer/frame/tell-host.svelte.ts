/** Tells main what is open, so that its menus and the window's title follow. Run as an effect by App. */
import { invoke } from '../bridge.svelte.ts';
import { job } from '../state/job.svelte.ts';
import { attempt } from '../state/problem.svelte.ts';
import { project } from '../state/project.svelte.ts';

class HostContext {
  readonly hasProject = $derived(project.view !== null);
  readonly title = $derived(project.view === null ? '' : `${project.view.draft.name} · Oodlab`);
}
const context = new HostContext();

export function tellHost(): void {
  if (!project.loaded) return;
  const { hasProject, title } = context;
  void attempt(() => invoke('app.context', { project: hasProject, running: job.isBusy, title }));
}
