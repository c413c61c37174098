/** What leaves a project: CSV, JSON and plan, written into a folder that the user chose or beside the project. */
import { statSync } from 'node:fs';
import path from 'node:path';
import type { ExportItem, ExportView, JobView } from '../../shared/app/views.ts';
import { EXPORT_ITEMS } from '../../shared/app/views.ts';
import { AppError, toAppError, type ErrorData } from '../../shared/errors.ts';
import { parsePlan } from '../../shared/plan.ts';
import { withAbsolutePaths } from '../pipeline/resolve-plan.ts';
import type { FinishedRun } from '../pipeline/run-plan.ts';
import { resultsCsv, resultsJson, writeTexts, type Texts } from '../report/write-results.ts';
import type { AppContext, Handlers } from './context.ts';
import { planText } from './project-requests.ts';
import { shownRun } from './run-cache.ts';
import type { Workspace } from './workspace.ts';

type Names = 'export.view' | 'export.start';

const FILES: Record<ExportItem, readonly string[]> = {
  report: ['report.pdf'],
  csv: ['metrics.csv', 'scores.csv'],
  json: ['results.json'],
  plan: ['plan.json'],
  monitor: ['monitor'],
  evidence: ['evidence.zip'],
};

type Writer = (run: FinishedRun, folder: string) => Texts;

const WRITERS: Partial<Record<ExportItem, Writer>> = {
  csv: resultsCsv,
  json: resultsJson,
  plan: (run, folder) => {
    const absolute = withAbsolutePaths({ plan: parsePlan(run.results.plan), baseDir: run.baseDir });
    return { 'plan.json': [planText(absolute, folder)] };
  },
};

export function exportRequests(app: AppContext): Handlers<Names> {
  /** How the last export of each item went, by folder. */
  const outcomes = new Map<string, { state: 'waiting' | 'writing' | 'failed'; error: ErrorData | null }>();
  const folderOf = (workspace: Workspace, run: number, grant: string | null): string =>
    grant === null ? path.join(workspace.folder, `${path.parse(workspace.project.file).name}-run-${run}`) : app.grant(grant);
  const view = (folder: string): ExportView => ({
    folder,
    items: EXPORT_ITEMS.filter((item) => WRITERS[item] !== undefined).map((item) => {
      const files = FILES[item].map((name) => ({ name, bytes: sizeOf(path.join(folder, name)) }));
      const outcome = outcomes.get(`${folder}\0${item}`);
      const there = files.every(({ bytes }) => bytes !== null);
      return { item, files, state: outcome?.state ?? (there ? 'written' : 'absent'), error: outcome?.error ?? null };
    }),
  });
  const write = (workspace: Workspace, folder: string, { run, items }: { run: FinishedRun; items: ExportItem[] }): JobView => {
    const job = workspace.newJob('export', [{ name: 'export', weight: 1 }]);
    for (const item of items) outcomes.set(`${folder}\0${item}`, { state: 'waiting', error: null });
    const work = job.run(async () => {
      for (const [done, item] of items.entries()) {
        job.signal.throwIfAborted();
        const key = `${folder}\0${item}`;
        outcomes.set(key, { state: 'writing', error: null });
        job.progress({ stage: 'export', done, total: items.length, item, rate: null, etaSeconds: null });
        try {
          await writeTexts(folder, WRITERS[item]!(run, folder), workspace.project.file);
          outcomes.delete(key);
        } catch (error) {
          outcomes.set(key, { state: 'failed', error: toAppError(error).toJSON() });
          throw error;
        }
      }
    });
    workspace.working = work.catch(() => {
      for (const item of items)
        if (outcomes.get(`${folder}\0${item}`)?.state === 'waiting') outcomes.delete(`${folder}\0${item}`);
    });
    return job.view();
  };
  return {
    'export.view': ({ run, folder }) => {
      const workspace = app.workspace();
      workspace.run(run);
      return view(folderOf(workspace, run, folder));
    },
    'export.start': ({ run, folder, items }) => {
      const workspace = app.workspace();
      const unknown = items.find((item) => WRITERS[item] === undefined);
      if (unknown !== undefined) {
        throw new AppError('E_INPUT', `This version cannot write "${unknown}".`, { next: 'Take it out of the export.' });
      }
      return write(workspace, folderOf(workspace, run, folder), { run: shownRun(workspace, run).run, items });
    },
  };
}

function sizeOf(file: string): number | null {
  return statSync(file, { throwIfNoEntry: false })?.size ?? null;
}
