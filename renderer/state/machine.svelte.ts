/** This computer and the self-test on it. */
import type { MachineView, SelfTestView } from '../../electron/shared/app/views.ts';
import { invoke } from '../bridge.svelte.ts';
import { attempt } from './problem.svelte.ts';

class Machine {
  view = $state.raw<MachineView | null>(null);
  selfTest = $state.raw<SelfTestView | null>(null);
  isTesting = $state(false);

  readonly differing = $derived(this.selfTest?.topics.filter(({ state }) => state === 'differs') ?? []);
  readonly built = $derived(this.selfTest?.topics.filter(({ state }) => state !== 'not-built') ?? []);

  async load(): Promise<void> {
    const [view, last] = await Promise.all([
      attempt(() => invoke('machine.view', {})),
      attempt(() => invoke('selftest.last', {})),
    ]);
    this.view = view;
    this.selfTest = last;
  }

  async test(): Promise<void> {
    this.isTesting = true;
    this.selfTest = (await attempt(() => invoke('selftest.run', {}))) ?? this.selfTest;
    this.isTesting = false;
  }
}
export const machine = new Machine();
