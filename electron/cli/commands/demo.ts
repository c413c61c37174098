/** `oodlab demo [--out DIR]`: the bundled evaluation, from a clean checkout to the table. */
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { readPlan } from '../../engine/pipeline/resolve-plan.ts';
import type { AddCommand } from '../command.ts';
import { addReportOptions } from '../report-options.ts';
import { evaluate, MONITOR_OPTION, NO_MONITOR_OPTION, type RunOptions, SEALED_OPTION, STATS_OPTION, wholeNumber } from './run.ts';

/** The bundled demo: in a checkout beside the sources, in a package named by the launcher. */
export const DEMO_PLAN = path.join(
  process.env.OODLAB_RESOURCES ?? fileURLToPath(new URL('../../../resources', import.meta.url)),
  'demo',
  'plan.json',
);

export const demoCommand: AddCommand = (program, act) => {
  const command = program
    .command('demo')
    .description('run the bundled demo and write everything into a folder')
    .option('--out <dir>', 'folder for the results', 'oodlab-demo')
    .option('--provider <name>', 'execution provider: cpu, webgpu, auto')
    .option('--seeds <n>', 'run the plan under n seeds and report how far they move the figures', wholeNumber, 5)
    .option('--resume', 'go on with an interrupted demo; refuses when there is none')
    .option('--fresh', 'forget everything that was computed before')
    .option(...SEALED_OPTION)
    .option(...STATS_OPTION)
    .option(...MONITOR_OPTION)
    .option(...NO_MONITOR_OPTION);
  addReportOptions(command).action(
    act(async (signal, options: RunOptions) => evaluate(await readPlan(DEMO_PLAN), options, signal)),
  );
};
