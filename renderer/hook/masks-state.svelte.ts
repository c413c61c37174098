/** The picture of masks for the settings of the draft: asked for anew with every change, the last answer wins. */
import type { MasksView } from '../../electron/shared/app/views.ts';
import { toAppError } from '../../electron/shared/errors.ts';
import { invoke } from '../bridge.svelte.ts';

class Masks {
  view = $state.raw<MasksView | null>(null);
  /** Why there is no picture. */
  why = $state<string | null>(null);
  index = $state(0);
  #asked = 0;

  async load(set: string, index: number): Promise<void> {
    const asked = ++this.#asked;
    try {
      const view = await invoke('hook.masks', { set, index });
      if (asked === this.#asked) [this.view, this.why] = [view, null];
    } catch (thrown) {
      if (asked === this.#asked) [this.view, this.why] = [null, toAppError(thrown).message];
    }
  }

  clear(): void {
    this.#asked++;
    [this.view, this.why] = [null, null];
  }
}
export const masks = new Masks();
