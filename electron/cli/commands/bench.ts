/** `oodlab bench [--json]`: what the product promises of its speed and memory, measured as ratios inside one run. */
import { availableParallelism } from 'node:os';
import { InvalidArgumentError, Option } from 'commander';
import { EFFORT, type BenchSize } from '../../engine/bench/bench-options.ts';
import type { BenchReport, BenchRow } from '../../engine/bench/bench-report.ts';
import { PART_NAMES, runBench } from '../../engine/bench/run-bench.ts';
import { readPlan } from '../../engine/pipeline/resolve-plan.ts';
import { processSamplers } from '../../workers/process-sampler.ts';
import type { AddCommand } from '../command.ts';

import { EXIT, print, table } from '../output.ts';
import { DEMO_PLAN } from './demo.ts';

interface Options {
  size: BenchSize;
  only?: string[];
  json?: boolean;
  plan?: string;
}

export const benchCommand: AddCommand = (program, act) => {
  program
    .command('bench')
    .description('measure speed and memory against their targets; two studies when they are named: coverage, masks')
    .addOption(new Option('--size <size>', 'how much is measured').choices(Object.keys(EFFORT)).default('normal'))
    .option('--only <parts>', `some parts, with commas between: ${PART_NAMES.join(', ')}`, partNames)
    .option('--plan <file>', 'what the study of masks is about, instead of the demo')
    .option('--json', 'as data')
    .action(
      act(async (signal, { size, only, json, plan }: Options) => {
        const inferencePids: number[] = [];
        const report = await runBench({
          size,
          only,
          threads: availableParallelism(),
          openSamplers: processSamplers({ onStart: (pid) => inferencePids.push(pid) }),
          demo: await readPlan(plan ?? DEMO_PLAN),
          inferencePids: () => inferencePids,
          signal,
          onStep: (what) => void process.stderr.write(`bench  ${what}\n`),
        });
        print(json === true ? JSON.stringify(report, null, 2) : describe(report));
        return EXIT.done;
      }),
    );
};

function partNames(text: string): string[] {
  const names = text.split(',').map((name) => name.trim());
  const unknown = names.find((name) => !PART_NAMES.includes(name));
  if (unknown !== undefined) throw new InvalidArgumentError(`"${unknown}" is none of ${PART_NAMES.join(', ')}.`);
  return names;
}

function describe({ machine, size, seconds, rows }: BenchReport): string {
  const { cpu, cores, memoryGb, platform, node, onnxruntime } = machine;
  const targets = rows.filter(({ met }) => met !== null);
  const cells = rows.map((row) => [row.what, figure(row), row.unit, target(row), verdict(row), row.note]);
  return [
    `${cpu}, ${cores} cores, ${memoryGb} GB; ${platform}; Node ${node}, ONNX Runtime ${onnxruntime} (CPU)`,
    '',
    table(['what', 'measured', 'unit', 'target', '', 'from'], cells),
    '',
    `${targets.filter(({ met }) => met).length} of ${targets.length} targets met; size ${size}, ${seconds.toFixed(0)} s. Ratios are of medians, taken in turns in this run.`,
  ].join('\n');
}

function figure({ measured, unit }: BenchRow): string {
  if (unit === 'nats') return measured.toExponential(1);
  if (unit === 'share' || unit === 'AUROC') return measured.toFixed(3);
  return unit === 'x' || unit === 's' ? measured.toFixed(2) : measured.toFixed(0);
}

function target({ target: wanted, unit }: BenchRow): string {
  if (wanted === null) return '';
  if (wanted.bound === 'within') return `${wanted.value} to ${wanted.upTo}`;
  if (unit === 'share') return `at least ${wanted.value.toFixed(4)}`;
  return `${wanted.bound === 'most' ? 'at most' : 'at least'} ${unit === 'nats' ? wanted.value.toExponential(0) : wanted.value}`;
}

const verdict = ({ met }: BenchRow): string => (met === null ? '' : met ? 'met' : 'MISSED');
