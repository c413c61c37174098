/**
 * What the commands of the table do. Global ones are bound once (frame/global-commands.ts), those of a page while it is shown:
 * `$effect(() => commands.bind('run.start', run))`. Menu, palette and keyboard all come through `run`.
 */
import { SvelteMap } from 'svelte/reactivity';
import { COMMANDS, type CommandId } from '../../electron/shared/app/commands.ts';
import { job } from './job.svelte.ts';
import { project } from './project.svelte.ts';

class Commands {
  readonly #actions = new SvelteMap<CommandId, () => unknown>();

  /** Gives back the function that unbinds. */
  bind(id: CommandId, action: () => unknown): () => void {
    this.#actions.set(id, action);
    return () => {
      if (this.#actions.get(id) === action) this.#actions.delete(id);
    };
  }

  isAvailable(id: CommandId): boolean {
    const needs = COMMANDS.find((command) => command.id === id)?.needs;
    if (!this.#actions.has(id)) return false;
    if (needs === 'nothing') return true;
    return project.view !== null && (needs !== 'running' || job.isRunning) && (needs !== 'idle' || !job.isBusy);
  }

  /** Resolves when what the command started is done. */
  async run(id: string): Promise<void> {
    const action = this.#actions.get(id as CommandId);
    if (action !== undefined && this.isAvailable(id as CommandId)) await action();
  }
}
export const commands = new Commands();
