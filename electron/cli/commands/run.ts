/** `oodlab run PLAN`: stages with progress on stderr, the metrics table on stdout, results written to a folder. */
import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { writeEvidence } from '../../engine/evidence/write-evidence.ts';
import { parseConfigChoice } from '../../engine/monitor/choose-config.ts';
import { FILES } from '../../engine/monitor/names.ts';
import { runShard } from '../../engine/cluster/run-shard.ts';
import { readPlan, type PlanFile } from '../../engine/pipeline/resolve-plan.ts';
import { type Log, runLog } from '../../engine/pipeline/run-log.ts';
import { type FinishedRun, runPlan } from '../../engine/pipeline/run-plan.ts';
import { parseShard } from '../../engine/pipeline/shard.ts';
import { writeReport } from '../../engine/report/write-report.ts';
import { writeResults } from '../../engine/report/write-results.ts';
import { openProject } from '../../engine/storage/open-project.ts';
import type { Progress } from '../../shared/domain.ts';
import { AppError } from '../../shared/errors.ts';
import type { MonitorCard } from '../../shared/monitor-card.ts';
import { BASELINE_IDS, DETECTOR_IDS } from '../../shared/method-ids.ts';
import { parsePlan, type Plan } from '../../shared/plan.ts';
import { processSamplers } from '../../workers/process-sampler.ts';
import type { AddCommand } from '../command.ts';
import { addReportOptions, reportFields, type ReportOptions } from '../report-options.ts';
import { metricsTable } from '../metrics-table.ts';
import { EXIT, print } from '../output.ts';
import { ProgressLine } from '../progress-line.ts';
import { describeCard, exportWithProgress } from './monitor.ts';

export interface RunOptions extends ReportOptions {
  out?: string;
  project?: string;
  provider?: string;
  /** Ids with commas between, or "all". */
  detectors?: string;
  baselines?: string;
  all?: boolean;
  processes?: number;
  seeds?: number;
  /** "I/N": sample this part alone. */
  shard?: string;
  noise?: boolean;
  /** Corruptions with commas between, or "all"; true: those of the plan, else all. */
  severity?: string | true;
  severityLimit?: number;
  resume?: boolean;
  fresh?: boolean;
  /** Keep the test sets sealed. */
  sealed?: boolean;
  /** Every test between detectors on stdout. */
  stats?: boolean;
  /** false: leave the monitor out. A text: which detector it is made of. */
  monitor?: string | boolean;
}

const MONITOR_FOLDER = 'monitor';

export const runCommand: AddCommand = (program, act) => {
  const command = program
    .command('run')
    .description('run an evaluation plan')
    .argument('<plan>', 'a plan file, schema oodlab.plan/1')
    .option(
      '--out <dir>',
      'folder for results.json, metrics.csv, scores.csv, report.pdf, monitor/ and evidence.zip',
      'oodlab-results',
    )
    .option('--project <file>', 'project file; default: project.oodlab in the results folder')
    .option('--processes <n>', 'inference processes', wholeNumber, 1)
    .option('--shard <i/n>', 'sample part I of N alone, into --project; oodlab merge joins the parts')
    .option('--seeds <n>', 'run the plan under n seeds and report how far they move the figures', wholeNumber, 1);
  addReportOptions(addRunOptions(command)).action(
    act(async (signal, plan: string, options: RunOptions) => evaluate(await readPlan(plan), options, signal)),
  );
};

/** Options that run and demo share. */
export function addRunOptions(command: Command): Command {
  return command
    .option('--provider <name>', 'execution provider: cpu, webgpu, auto')
    .option('--detectors <list>', 'instead of those of the plan, as "larem,knn-10,gmm-latent"; "all" for every one')
    .option('--baselines <list>', 'instead of those of the plan, as "msp,vim"; "all" for every one')
    .option('--all', 'every detector and every baseline')
    .option(
      '--noise',
      'with --seeds: how far the draw of the masks moves scores and decisions, for 8 to 256 samples, and the number it recommends',
    )
    .option(
      '--severity [list]',
      'climb the severity ladder: anomalies drawn onto the test images, as "gaussian-noise,fog"; without a list all of them',
    )
    .option('--severity-limit <n>', 'images of each step of the ladder', limitOf)
    .option('--resume', 'go on with an interrupted run; refuses when there is none')
    .option('--fresh', 'forget everything that was computed before')
    .option(
      '--sealed',
      'leave the test sets sealed: figures on the select sets only; without it the run opens them, and that is counted',
    )
    .option('--stats', 'print every paired test between detectors and what the threshold promises')
    .option('--monitor <config>', 'detector of the exported monitor, as "lared" or "larem PCA 16"')
    .option('--no-monitor', 'export no monitor');
}

export function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > 64)
    throw new InvalidArgumentError('It must be a whole number from 1 to 64.');
  return value;
}

function limitOf(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError('It must be a whole number from 1.');
  return value;
}

/** What the options say of the ladder, over what the plan says; from its first test set. */
function ladderOf({ severity: own, datasets }: Plan, { severity, severityLimit }: RunOptions): unknown {
  if (severity === undefined && own === undefined) return undefined;
  const from = own?.from ?? datasets.find(({ role }) => role === 'test')?.name;
  if (from === undefined) {
    throw new AppError('E_INPUT', 'The severity ladder is made from a test set, and this plan has none.', {
      next: 'Give a set the role "test".',
    });
  }
  const listed = typeof severity === 'string' && severity !== 'all' ? severity.split(',').map((id) => id.trim()) : severity;
  const corruptions = listed === true || listed === undefined ? (own?.corruptions ?? 'all') : listed;
  return { ...own, from, corruptions, ...(severityLimit !== undefined && { limit: severityLimit }) };
}

/** The plan with what the options put in its place, checked as a plan is. */
function changedPlan(plan: Plan, options: RunOptions): Plan {
  const { provider, detectors, baselines, all } = options;
  const severity = ladderOf(plan, options);
  const listed = (list: string | undefined, every: readonly string[], own: readonly string[]): readonly string[] =>
    list === 'all' || (list === undefined && all === true) ? every : (list?.split(',').map((id) => id.trim()) ?? own);
  return parsePlan(
    {
      ...plan,
      detectors: listed(detectors, DETECTOR_IDS, plan.detectors),
      baselines: listed(baselines, BASELINE_IDS, plan.baselines),
      runtime: provider === undefined ? plan.runtime : { ...plan.runtime, provider },
      ...(severity !== undefined && { severity }),
    },
    'the options',
  );
}

/** Runs a plan and prints its table. Shared with the demo. */
export async function evaluate(file: PlanFile, options: RunOptions, signal: AbortSignal): Promise<number> {
  const out = path.resolve(options.out ?? 'oodlab-results');
  const shard = options.shard === undefined ? null : parseShard(options.shard);
  const own = shard === null ? 'project.oodlab' : `shard-${shard.index}.oodlab`;
  const projectFile = path.resolve(options.project ?? path.join(out, own));
  if (options.resume === true && !existsSync(projectFile)) {
    throw new AppError('E_INPUT', `There is nothing to resume: ${projectFile} does not exist.`, {
      next: 'Run without --resume, or name the project with --project.',
    });
  }
  const plan = changedPlan(file.plan, options);
  checkTogether(options);
  const config = typeof options.monitor === 'string' ? parseConfigChoice(options.monitor) : null;
  const given = await reportFields(options);
  const fields = { ...given, detector: given.detector ?? config };
  const line = new ProgressLine();
  const project = openProject(projectFile);
  try {
    if (options.fresh === true) project.samples.clear();
    const processes = options.processes ?? 1;
    let log: Log = () => undefined;
    const lost = (reason: string): void => {
      const message = `${reason} The batch is tried once more in a fresh process.`;
      process.stderr.write(`\n${message}\n`);
      log('warning', message);
    };
    const sampling = {
      file: { plan, baseDir: file.baseDir },
      project,
      openSamplers: processSamplers({ onLost: lost }),
      processes,
      threads: plan.runtime.threads ?? Math.max(1, Math.floor(availableParallelism() / processes)),
      sealed: options.sealed,
      signal,
      onProgress: (progress: Progress) => line.show(progress),
    };
    if (shard !== null) {
      await runShard({ ...sampling, shard });
      line.end();
      process.stderr.write(`Shard ${shard.index}/${shard.of} is in ${projectFile}. oodlab merge joins it with the others.\n`);
      return EXIT.done;
    }
    const run = await runPlan({
      ...sampling,
      seeds: options.seeds,
      noise: options.noise,
      onStarted: (id) => (log = runLog(project, id)),
    });
    line.end();
    await writeEverything({ run, out, options, fields, config, signal });
    return EXIT.done;
  } catch (error) {
    throw signal.aborted
      ? new AppError('E_CANCELLED', 'Cancelled.', { next: 'Run again with --resume to go on from here.' })
      : error;
  } finally {
    line.end();
    project.close();
  }
}

interface Outputs {
  run: FinishedRun;
  out: string;
  options: RunOptions;
  fields: Awaited<ReturnType<typeof reportFields>>;
  config: ReturnType<typeof parseConfigChoice> | null;
  signal: AbortSignal;
}

/** Prints the table and writes the files; of a sealed run no report and no monitor, which are about evidence. */
async function writeEverything({ run, out, options, fields, config, signal }: Outputs): Promise<void> {
  await writeResults(out, run);
  print(metricsTable(run.results, { isFull: options.stats === true }));
  for (const warning of run.results.warnings) process.stderr.write(`warning ${warning.code}: ${warning.message}\n`);
  process.stderr.write(`Written to ${out}: results.json, metrics.csv, scores.csv\n`);
  if (run.results.protocol?.state === 'sealed') return;
  const card =
    options.monitor === false ? null : await writeMonitor({ run, config, out: path.join(out, MONITOR_FOLDER), signal });
  await writeReport(out, { run, fields, card, date: new Date() });
  const attachments = ['report.pdf', ...(card === null ? [] : [`${MONITOR_FOLDER}/${FILES.card}`])];
  await writeEvidence({ run, out, attachments, signal });
  process.stderr.write(`Written to ${out}: report.pdf, evidence.zip\n`);
}

/** Options that would silently do nothing beside another one. */
function checkTogether({ noise, sealed, severity, shard, seeds = 1 }: RunOptions): void {
  if (shard !== undefined && (noise === true || seeds > 1)) {
    throw new AppError('E_INPUT', 'A shard is sampled under the seed of the plan alone.', {
      next: 'Leave --seeds and --noise out here, and name them when the merged project is evaluated.',
    });
  }
  const measuring = noise === true ? '--noise' : seeds > 1 ? '--seeds' : severity !== undefined ? '--severity' : null;
  if (sealed === true && measuring !== null) {
    throw new AppError('E_INPUT', `${measuring} measures on the test sets, and --sealed leaves them alone.`, {
      next: 'Leave one of the two out.',
    });
  }
  if (noise === true && seeds < 2) {
    throw new AppError('E_INPUT', '--noise holds draws of several seeds against each other, and there is one seed.', {
      next: 'Add --seeds 5.',
    });
  }
}

/** A network that cannot become a monitor has results all the same, unless the monitor was asked for by name. @returns its card, null when it was not written. */
async function writeMonitor(choice: Parameters<typeof exportWithProgress>[0]): Promise<MonitorCard | null> {
  try {
    const { card } = await exportWithProgress(choice);
    process.stderr.write(`${describeCard(card)}\nWritten to ${choice.out}: monitor.onnx, monitor.json, README.md\n`);
    return card;
  } catch (error) {
    if (choice.config !== null || !(error instanceof AppError) || !['E_MODEL_UNSUPPORTED', 'E_INPUT'].includes(error.code))
      throw error;
    process.stderr.write(`No monitor was written: ${error.message} ${error.next ?? ''}\n`);
    return null;
  }
}
