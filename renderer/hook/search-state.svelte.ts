/** The settings search: what the last one found, and the cell that is looked at. */
import type { Plan } from '../../electron/shared/plan.ts';
import { cellChoice, type SearchCell, type SearchView } from '../../electron/shared/search.ts';
import { invoke } from '../bridge.svelte.ts';
import { attempt } from '../state/problem.svelte.ts';
import { project } from '../state/project.svelte.ts';

class SearchStore {
  view = $state.raw<SearchView | null>(null);
  /** Index in `view.cells`. */
  looked = $state(0);
  readonly cell: SearchCell | null = $derived(this.view?.cells[this.looked] ?? null);

  async load(): Promise<void> {
    this.#show(await attempt(() => invoke('hook.search.last', {})));
  }

  async start(): Promise<void> {
    const view = await attempt(() => invoke('hook.search', {}));
    if (view !== null) this.#show(view);
  }

  /** Takes hook and sampling of the cell over. */
  use(cell: SearchCell, sampling: Plan['sampling']): Promise<boolean> {
    return project.send('draft.update', cellChoice({ sampling }, cell));
  }

  #show(view: SearchView | null): void {
    if (view === null || view.seconds !== this.view?.seconds) this.looked = 0;
    this.view = view;
  }
}
export const search = new SearchStore();
