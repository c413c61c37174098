/** `oodlab demo [--out DIR]`: the bundled evaluation, from a clean checkout to the table. */
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { readPlan } from '../../engine/pipeline/resolve-plan.ts';
import type { AddCommand } from '../command.ts';
import { addReportOptions } from '../report-options.ts';
import { addRunOptions, evaluate, type RunOptions, wholeNumber } from './run.ts';

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
    .option('--seeds <n>', 'run the plan under n seeds and report how far they move the figures', wholeNumber, 5);
  addReportOptions(addRunOptions(command)).action(
    act(async (signal, options: RunOptions) => evaluate(await readPlan(DEMO_PLAN), options, signal)),
  );
};
