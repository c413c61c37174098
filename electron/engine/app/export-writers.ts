/** What each item of the Export step writes, in the order in which one needs another: the evidence pack comes last. */
import { existsSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import type { ConfigId } from '../../shared/app/contract.ts';
import type { ExportFile, ExportItem } from '../../shared/app/views.ts';
import type { Progress } from '../../shared/domain.ts';
import type { MonitorCard } from '../../shared/monitor-card.ts';
import { parsePlan } from '../../shared/plan.ts';
import type { ReportFields } from '../../shared/report-fields.ts';
import { EVIDENCE_FILE, writeEvidence } from '../evidence/write-evidence.ts';
import { exportMonitor } from '../monitor/export-monitor.ts';
import { loadMonitor } from '../monitor/load-monitor.ts';
import { FILES as MONITOR_FILES } from '../monitor/names.ts';
import { withAbsolutePaths } from '../pipeline/resolve-plan.ts';
import type { FinishedRun } from '../pipeline/run-plan.ts';
import { resultsCsv, resultsJson, writeTexts } from '../report/write-results.ts';
import { writeReport } from '../report/write-report.ts';
import type { InferenceHost } from './inference-host.ts';
import { planText } from './project-requests.ts';

const MONITOR_FOLDER = 'monitor';
const REPORT = 'report.pdf';

/** The order of writing. */
export const WRITE_ORDER: readonly ExportItem[] = ['csv', 'json', 'plan', 'monitor', 'report', 'evidence'];

export const FILES: Record<ExportItem, readonly string[]> = {
  report: [REPORT],
  csv: ['metrics.csv', 'scores.csv'],
  json: ['results.json'],
  plan: ['plan.json'],
  monitor: Object.values(MONITOR_FILES).map((name) => `${MONITOR_FOLDER}/${name}`),
  evidence: [EVIDENCE_FILE],
};

export interface WriteContext {
  run: FinishedRun;
  folder: string;
  fields: ReportFields;
  /** Detector of the monitor; null: the one that the report is about, or the default. */
  config: ConfigId | null;
  inference: InferenceHost;
  signal: AbortSignal;
  onProgress: (progress: Progress) => void;
}

export const WRITERS: Record<ExportItem, (context: WriteContext) => Promise<unknown>> = {
  csv: ({ run, folder }) => writeTexts(folder, resultsCsv(run), run.project.file),
  json: ({ run, folder }) => writeTexts(folder, resultsJson(run), run.project.file),
  plan: ({ run, folder }) => {
    const absolute = withAbsolutePaths({ plan: parsePlan(run.results.plan), baseDir: run.baseDir });
    return writeTexts(folder, { 'plan.json': [planText(absolute, folder)] }, run.project.file);
  },
  monitor: ({ run, folder, config, fields, inference, signal, onProgress }) =>
    exportMonitor({
      run,
      config: config ?? fields.detector,
      out: path.join(folder, MONITOR_FOLDER),
      host: inference.monitors(),
      openSamplers: inference.samplers({}),
      processes: 1,
      threads: run.results.plan.runtime.threads ?? availableParallelism(),
      signal,
      onProgress,
    }),
  report: async ({ run, folder, fields, config }) =>
    writeReport(folder, {
      run,
      fields: { ...fields, detector: fields.detector ?? config },
      card: await cardIn(folder, run),
      date: new Date(),
    }),
  evidence: async ({ run, folder, signal, onProgress }) => {
    const card = await cardIn(folder, run);
    const attachments = [
      ...(existsSync(path.join(folder, REPORT)) ? [REPORT] : []),
      ...(card === null ? [] : [`${MONITOR_FOLDER}/${MONITOR_FILES.card}`]),
    ];
    await writeEvidence({ run, out: folder, attachments, signal, onProgress });
  },
};

/** The card of a monitor in the folder that was made from this very plan; null when there is none. */
export async function cardIn(folder: string, run: FinishedRun): Promise<MonitorCard | null> {
  const place = path.join(folder, MONITOR_FOLDER);
  if (!existsSync(path.join(place, MONITOR_FILES.card))) return null;
  const { card } = await loadMonitor(place);
  return card.hashes.plan === run.results.hashes.plan ? card : null;
}

/** Sizes of the files of an item; null where one is not there. */
export async function sizesOf(folder: string, item: ExportItem): Promise<ExportFile[]> {
  const there = await readdir(folder).catch((): string[] => []);
  return Promise.all(
    FILES[item].map(async (name) => {
      const known = there.includes(name.split('/')[0]);
      const found = known ? await stat(path.join(folder, name)).catch(() => null) : null;
      return { name, bytes: found?.size ?? null, grant: null };
    }),
  );
}
