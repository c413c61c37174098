/** The bench: its parts one after the other, each in a folder of its own that is gone when it ends, however it ends. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { EFFORT, type BenchOptions, type PartOptions } from './bench-options.ts';
import { describeMachine, type BenchReport, type BenchRow } from './bench-report.ts';
import { coverage } from './coverage.ts';
import { estimators } from './estimators.ts';
import type { Network } from './hooked-network.ts';
import { listing } from './listing.ts';
import { maskStudy } from './mask-study.ts';
import { monitorCost } from './monitor-cost.ts';
import { overhead } from './overhead.ts';
import { againstReference } from './reference-way.ts';
import { resnet18, type Stem } from './resnet18.ts';
import { wholeRun } from './whole-run.ts';

/** In this order: memory is told of a process that has done nothing else yet. */
const PARTS: Readonly<Record<string, (options: PartOptions) => Promise<BenchRow[]>>> = {
  run: wholeRun,
  listing,
  estimators,
  overhead: (options) => onNetworks(options, overhead),
  reference: (options) => onNetworks(options, againstReference),
  monitor: (options) => onNetworks(options, monitorCost),
  coverage,
  masks: maskStudy,
};
/** They measure no speed and take minutes: run when they are named. */
const STUDIES = ['coverage', 'masks'];
export const PART_NAMES = Object.keys(PARTS);

const NETWORKS: readonly { name: string; stem: Stem; side: number }[] = [
  { name: 'ResNet-18 224²', stem: 'imagenet', side: 224 },
  { name: 'ResNet-18 32²', stem: 'cifar', side: 32 },
];
const HOOKS = ['layer3.out', 'layer2.out'];

/** @param part is told each network in turn. */
async function onNetworks(
  options: PartOptions,
  part: (options: PartOptions, network: Network) => Promise<BenchRow[]>,
): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  for (const { name, stem, side } of NETWORKS) {
    const file = path.join(options.folder, `${stem}.onnx`);
    await writeFile(file, resnet18(stem));
    rows.push(...(await part(options, { file, name, side, hooks: HOOKS, output: 'logits' })));
  }
  return rows;
}

export async function runBench(options: BenchOptions): Promise<BenchReport> {
  const started = performance.now();
  const rows: BenchRow[] = [];
  for (const name of PART_NAMES) {
    if (!(options.only?.includes(name) ?? !STUDIES.includes(name))) continue;
    options.signal?.throwIfAborted();
    const folder = await mkdtemp(path.join(tmpdir(), 'oodlab-bench-'));
    try {
      rows.push(...(await PARTS[name]({ ...options, effort: EFFORT[options.size], folder })));
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }
  const seconds = (performance.now() - started) / 1000;
  return { schema: 'oodlab.bench/1', size: options.size, machine: describeMachine(options.threads), seconds, rows };
}
