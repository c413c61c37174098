#!/usr/bin/env node
/** The `oodlab` command: the same engine as the application, on plain Node or, installed, inside the application. */
import { Command } from 'commander';
import { AppError } from '../shared/errors.ts';
import { VERSION } from '../shared/version.ts';
import { isUtilityProcess } from '../workers/utility-port.ts';
import type { AddCommand } from './command.ts';
import { benchCommand } from './commands/bench.ts';
import { clusterCommand } from './commands/cluster.ts';
import { conformanceCommand } from './commands/conformance.ts';
import { dataCommand } from './commands/data.ts';
import { demoCommand } from './commands/demo.ts';
import { entropiesCommand } from './commands/entropies.ts';
import { exportCommand } from './commands/export.ts';
import { gpuCommand } from './commands/gpu.ts';
import { inspectCommand } from './commands/inspect.ts';
import { logCommand } from './commands/log.ts';
import { mergeCommand } from './commands/merge.ts';
import { monitorCommand } from './commands/monitor.ts';
import { runCommand } from './commands/run.ts';
import { searchCommand } from './commands/search.ts';
import { scoreCommand } from './commands/score.ts';
import { verifyCommand } from './commands/verify.ts';
import { EXIT, printError } from './output.ts';

/** In the order of --help. */
const COMMANDS: readonly AddCommand[] = [
  demoCommand,
  runCommand,
  mergeCommand,
  clusterCommand,
  searchCommand,
  inspectCommand,
  dataCommand,
  scoreCommand,
  monitorCommand,
  verifyCommand,
  exportCommand,
  logCommand,
  entropiesCommand,
  conformanceCommand,
  benchCommand,
  gpuCommand,
];

/** Ctrl-C stops after the current batch; a second one within the stop leaves at once. */
function interruptible(): AbortSignal {
  const abort = new AbortController();
  process.on('SIGINT', () => {
    if (abort.signal.aborted) process.exit(EXIT.cancelled);
    process.stderr.write('\nStopping after this batch. Press Ctrl-C again to leave at once.\n');
    abort.abort(new AppError('E_CANCELLED', 'Cancelled.'));
  });
  process.on('SIGTERM', () => abort.abort(new AppError('E_CANCELLED', 'Cancelled.')));
  return abort.signal;
}

async function main(): Promise<number> {
  const wantsJson = process.argv.includes('--json');
  const signal = interruptible();
  let code: number = EXIT.done;
  const act =
    <A extends unknown[]>(action: (signal: AbortSignal, ...args: A) => Promise<number>) =>
    async (...args: A): Promise<void> => {
      code = await action(signal, ...args);
    };
  const program = new Command('oodlab')
    .description('Evidence that a run-time monitor tells out-of-distribution images from normal ones.')
    .version(VERSION, '-v, --version')
    .showHelpAfterError('(oodlab --help lists the commands)')
    .exitOverride();
  for (const add of COMMANDS) add(program, act);
  try {
    // Named: inside Electron the parser would take its guess at where the arguments begin.
    await program.parseAsync(process.argv.slice(2), { from: 'user' });
    return code;
  } catch (error) {
    if (isCommanderExit(error)) return usage(error, wantsJson);
    return printError(signal.aborted && !isCancellation(error) ? signal.reason : error, wantsJson);
  }
}

/** A command that can go on later says so in its own cancellation. */
function isCancellation(error: unknown): boolean {
  return error instanceof AppError && error.code === 'E_CANCELLED';
}

/** The parser has said it on stderr already; `--json` gets it as data too. */
function usage(error: CommanderExit, json: boolean): number {
  if (error.exitCode === 0) return EXIT.done;
  if (!json) return EXIT.usage;
  const message = error.message.replace(/^error: /, '');
  return printError(new AppError('E_INPUT', message, { next: 'oodlab --help lists the commands.' }), true);
}

type CommanderExit = Error & { exitCode: number };

function isCommanderExit(error: unknown): error is CommanderExit {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('commander.');
}

void main().then((code) => {
  process.exitCode = code;
  if (isUtilityProcess) process.exit(); // Its link to main would keep it.
});
