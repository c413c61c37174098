/** How well the network is fed: the check of the preprocessing, run again when what it depends on has changed. */
import type { ErrorData } from '../../electron/shared/errors.ts';
import { toAppError } from '../../electron/shared/errors.ts';
import type { CheckView, ProjectView } from '../../electron/shared/app/views.ts';
import { invoke } from '../bridge.svelte.ts';

class Check {
  view = $state.raw<CheckView | null>(null);
  error = $state.raw<ErrorData | null>(null);
  isRunning = $state(false);
  #key = '';

  /** What the outcome depends on; null while the model or a set is not ready. */
  keyOf(project: ProjectView): string | null {
    const { model, datasets, draft } = project;
    if (model?.info.state !== 'ready' || datasets.some(({ facts }) => facts.state === 'reading')) return null;
    const sets = datasets.flatMap(({ id, role, limit, facts }) =>
      facts.state === 'ready' ? [[id, role, limit, facts.value.sha256]] : [],
    );
    if (!sets.some(([, role]) => role === 'fit' || role === 'calibrate')) return null;
    return JSON.stringify([model.info.value.sha256, draft.model, draft.runtime.provider, sets]);
  }

  /** Runs unless this very check was made already. */
  async ensure(key: string): Promise<void> {
    if (key === this.#key) return;
    this.#key = key;
    await this.run();
  }

  /** One that was stopped, by the user or because a run began, is made again the next time the Model step is looked at. */
  forgetStopped(): void {
    if (this.error?.code !== 'E_CANCELLED' && this.error?.code !== 'E_CONFLICT') return;
    this.#key = '';
    this.error = null;
  }

  async run(): Promise<void> {
    const key = this.#key;
    this.isRunning = true;
    this.error = null;
    try {
      const view = await invoke('model.check', {});
      if (key === this.#key) this.view = view;
    } catch (thrown) {
      if (key === this.#key) this.error = toAppError(thrown).toJSON();
    } finally {
      if (key === this.#key) this.isRunning = false;
    }
  }
}
export const check = new Check();
