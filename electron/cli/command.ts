/** The shape of a command: it adds itself to the program and runs its action under the signal of Ctrl-C. */
import type { Command } from 'commander';

export type Act = <A extends unknown[]>(
  action: (signal: AbortSignal, ...args: A) => Promise<number>,
) => (...args: A) => Promise<void>;
export type AddCommand = (program: Command, act: Act) => void;
