/** `oodlab entropies --fit F.npy --test T.npy --ood O.npy`: figures of entropies that the Python libraries made. */
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import path from 'node:path';
import { type EntropySet, evaluateEntropies } from '../../engine/npy/evaluate-entropies.ts';
import { resultsCsv, writeTexts } from '../../engine/report/write-results.ts';
import { openProject } from '../../engine/storage/open-project.ts';
import type { Role } from '../../shared/domain.ts';
import type { Plan } from '../../shared/plan.ts';
import type { AddCommand } from '../command.ts';
import { metricsTable } from '../metrics-table.ts';
import { EXIT, print } from '../output.ts';

interface Options {
  fit: string[];
  test: string[];
  ood: string[];
  calibrate?: string[];
  detectors?: string;
  pca?: string;
  rule?: string;
  falseAlarm?: string;
  seed?: string;
  out?: string;
}

export const entropiesCommand: AddCommand = (program, act) => {
  program
    .command('entropies')
    .description('evaluate entropies from .npy files [images, features], as the Python libraries save them (*_h_z_*.npy)')
    .requiredOption('--fit <file...>', 'in-distribution: detectors are fitted on it')
    .requiredOption('--test <file...>', 'in-distribution: only measured')
    .requiredOption('--ood <file...>', 'out-of-distribution: FILE or NAME=FILE')
    .option('--calibrate <file...>', 'in-distribution: sets the threshold; default: held out of the fit set')
    .option('--detectors <list>', 'default: larem,lared')
    .option('--pca <list>', 'numbers of components, "none" for none, as in none,4,8')
    .option('--rule <rule>', 'threshold rule: conformal, quantile, zscore')
    .option('--false-alarm <rate>', 'wanted share of in-distribution alarms')
    .option('--seed <n>', 'of the hold-out and the intervals')
    .option('--out <dir>', 'folder for metrics.csv and scores.csv')
    .action(act((signal, options: Options) => evaluate(options, signal)));
};

async function evaluate(options: Options, signal: AbortSignal): Promise<number> {
  const folder = await mkdtemp(path.join(tmpdir(), 'oodlab-entropies-'));
  const project = openProject(path.join(folder, 'project.oodlab'));
  try {
    const run = await evaluateEntropies({
      name: 'Entropies',
      sets: setsOf(options),
      settings: settingsOf(options),
      project,
      threads: availableParallelism(),
      signal,
      onProgress: () => undefined,
    });
    print(metricsTable(run.results));
    for (const { code, message } of run.results.warnings) process.stderr.write(`warning ${code}: ${message}\n`);
    if (options.out !== undefined) {
      await writeTexts(path.resolve(options.out), resultsCsv(run), run.project.file);
      process.stderr.write(`Written to ${path.resolve(options.out)}: metrics.csv, scores.csv\n`);
    }
    return EXIT.done;
  } finally {
    project.close();
    await rm(folder, { recursive: true, force: true });
  }
}

function setsOf({ fit, calibrate = [], test, ood }: Options): EntropySet[] {
  const given = Object.entries({ fit, calibrate, test, ood }) as [Role, string[]][];
  return given.flatMap(([role, files]) =>
    files.map((text): EntropySet => {
      const [, name, file] = /^(?:([^=]+)=)?(.+)$/s.exec(text) ?? ['', undefined, text];
      return { role, file, name: name ?? path.basename(file).replace(/\.np[yz]$/, '') };
    }),
  );
}

/** Checked as a plan is. */
function settingsOf({ detectors, pca, rule, falseAlarm, seed }: Options) {
  const threshold = { ...(rule !== undefined && { rule }), ...(falseAlarm !== undefined && { falseAlarm: Number(falseAlarm) }) };
  return {
    ...(detectors !== undefined && { detectors: detectors.split(',') as Plan['detectors'] }),
    ...(pca !== undefined && { pca: pca.split(',').map((size) => (size === 'none' ? null : Number(size))) }),
    ...(seed !== undefined && { sampling: { seed: Number(seed) } }),
    threshold,
  };
}
