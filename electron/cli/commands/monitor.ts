/** `oodlab monitor --project FILE --out DIR`: exports a finished run as a deployable ONNX file. Shared with run and demo. */
import { availableParallelism } from 'node:os';
import { parseConfigChoice } from '../../engine/monitor/choose-config.ts';
import { exportMonitor, type ExportedMonitor, type ExportMonitorOptions } from '../../engine/monitor/export-monitor.ts';
import { configName } from '../../engine/pipeline/detector-configs.ts';
import { loadRun } from '../../engine/pipeline/load-run.ts';
import { openProject } from '../../engine/storage/open-project.ts';
import type { MonitorCard, MonitorRate } from '../../shared/monitor-card.ts';
import { processMonitors } from '../../workers/process-monitor.ts';
import { processSamplers } from '../../workers/process-sampler.ts';
import type { AddCommand } from '../command.ts';
import { EXIT, print, table } from '../output.ts';
import { ProgressLine } from '../progress-line.ts';

interface MonitorOptions {
  project: string;
  out: string;
  detector?: string;
  pca?: string;
  entropies?: boolean;
  json?: boolean;
}

export const monitorCommand: AddCommand = (program, act) => {
  program
    .command('monitor')
    .description('export the latest finished run of a project as one deployable ONNX file, checked on every measured image')
    .requiredOption('--project <file>', 'project file of a finished run')
    .option('--out <dir>', 'folder for monitor.onnx, monitor.json and README.md', 'monitor')
    .option('--detector <id>', 'larem, lared, larem-latent, lared-latent; default: LaRED without PCA, else the first')
    .option('--pca <size>', 'its PCA size; default: none')
    .option('--entropies', 'give the entropies as an output too')
    .option('--json', 'print the card')
    .action(
      act(async (signal, options: MonitorOptions) => {
        const project = openProject(options.project, { mustExist: true });
        try {
          const { detector, pca, out } = options;
          const config =
            detector === undefined && pca === undefined
              ? null
              : parseConfigChoice(`${detector ?? 'lared'}${pca === undefined ? '' : `:${pca}`}`);
          const run = loadRun(project);
          const { card } = await exportWithProgress({ run, config, out, entropies: options.entropies === true, signal });
          print(options.json === true ? JSON.stringify(card, null, 2) : describeCard(card));
          return EXIT.done;
        } finally {
          project.close();
        }
      }),
    );
};

type Choice = Pick<ExportMonitorOptions, 'run' | 'config' | 'out' | 'entropies' | 'signal'>;

export async function exportWithProgress(choice: Choice): Promise<ExportedMonitor> {
  const line = new ProgressLine();
  try {
    return await exportMonitor({
      ...choice,
      host: processMonitors(),
      openSamplers: processSamplers(),
      processes: 1,
      threads: choice.run.results.plan.runtime.threads ?? availableParallelism(),
      onProgress: (progress) => line.show(progress),
    });
  } finally {
    line.end();
  }
}

/** The check and both columns of figures. */
export function describeCard(card: MonitorCard): string {
  const { detector, parity, figures, masks, warnings, falseAlarm } = card;
  const header = ['set', 'role', 'images', 'as evaluated', 'as exported'];
  const rows = figures.asExported.map((row, i) => [
    row.set,
    row.role,
    String(row.images),
    rate(figures.asEvaluated[i]),
    rate(row),
  ]);
  return [
    `monitor ${configName({ id: detector.id, pca: detector.pca })}, masks evaluated ${masks.evaluated}, exported ${masks.exported}`,
    `checked on ${parity.images} images: largest relative difference of a score ${parity.maxRelativeDifference.toExponential(1)} (limit ${parity.limit.toExponential()}), ${parity.flipped} decisions flipped`,
    falseAlarm.statement,
    '',
    table(header, rows),
    '',
    'Alarms in %, intervals 95 %: false alarms of test sets, detections of ood sets.',
    ...warnings.map(({ code, message }) => `warning ${code}: ${message}`),
  ].join('\n');
}

function rate({ rate: { value, low, high } }: MonitorRate): string {
  const [shown, from, to] = [value, low, high].map((share) => (100 * share).toFixed(1));
  return `${shown} ${from}–${to}`;
}
