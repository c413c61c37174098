/** Projects that were opened before. The host keeps the list. */
import type { RecentView } from '../../electron/shared/app/contract.ts';
import { invoke } from '../bridge.svelte.ts';
import { openGrant, openProject } from '../frame/project-actions.ts';
import { attempt } from './problem.svelte.ts';
import { project } from './project.svelte.ts';

class Recents {
  /** Null until the host has answered. */
  list = $state.raw<RecentView[] | null>(null);

  async load(): Promise<void> {
    this.list = (await attempt(() => invoke('app.recents', {}))) ?? [];
  }

  async open({ file }: RecentView): Promise<void> {
    const grant = await attempt(() => invoke('app.recents.open', { file }));
    if (grant !== null) await openGrant(grant);
  }

  async remove({ file }: RecentView): Promise<void> {
    this.list = (await attempt(() => invoke('app.recents.remove', { file }))) ?? this.list;
  }

  /** Asks where a missing project lies now; its old row goes once it is open. */
  async locate(recent: RecentView): Promise<void> {
    await openProject();
    if (project.view !== null) await this.remove(recent);
  }
}
export const recents = new Recents();
