/** What leaves a project, written into a folder that the user chose or beside the project; and what a report is told. */
import path from 'node:path';
import type { ConfigId } from '../../shared/app/contract.ts';
import {
  EXPORT_ITEMS,
  type ExportItem,
  type ExportView,
  type JobView,
  type PreviewOfReport,
  type ReportFieldsView,
} from '../../shared/app/views.ts';
import { toAppError, type ErrorData } from '../../shared/errors.ts';
import type { MonitorCard } from '../../shared/monitor-card.ts';
import { reportFieldsSchema, type ReportFields } from '../../shared/report-fields.ts';
import type { FinishedRun } from '../pipeline/run-plan.ts';
import { buildReport } from '../report/build-report.ts';
import { reportContext } from '../report/context.ts';
import { previewReport } from '../report/pdf/preview.ts';
import { judge } from '../report/verdict.ts';
import { storageErrors } from '../storage/open-project.ts';
import type { AppContext, Handlers } from './context.ts';
import { cardIn, sizesOf, WRITE_ORDER, WRITERS } from './export-writers.ts';
import { dataAddress } from './pictures.ts';
import { shownRun } from './run-cache.ts';
import type { Workspace } from './workspace.ts';

type Names = 'export.view' | 'export.preview' | 'export.start' | 'export.fields';
const FIELDS = 'report-fields';

/** How the last export of an item went, while it is not simply there. */
type Outcome = { state: 'waiting' | 'writing' | 'failed'; error: ErrorData | null };

export function exportRequests(app: AppContext): Handlers<Names> {
  const outcomes = new Map<string, Outcome>();
  const folderOf = (workspace: Workspace, run: number, grant: string | null): string =>
    grant === null ? path.join(workspace.folder, `${path.parse(workspace.project.file).name}-run-${run}`) : app.grant(grant);
  return {
    'export.fields': ({ run, fields }) => {
      const workspace = app.workspace();
      if (fields !== undefined) storageErrors(workspace.project.file, () => workspace.project.app.put(FIELDS, fields));
      return fieldsView(shownRun(workspace, run).run, fields ?? fieldsOf(workspace));
    },
    'export.view': async ({ run, folder }) => {
      const workspace = app.workspace();
      return view(folderOf(workspace, run, folder), shownRun(workspace, run).run, outcomes);
    },
    'export.preview': async ({ run, folder }) => {
      const workspace = app.workspace();
      const { run: finished } = shownRun(workspace, run);
      return preview(folderOf(workspace, run, folder), finished, fieldsOf(workspace));
    },
    'export.start': async ({ run, folder, items, config }) => {
      const workspace = app.workspace();
      await workspace.makeWay();
      const place = folderOf(workspace, run, folder);
      return start({ app, workspace, run: shownRun(workspace, run).run, folder: place, config, outcomes }, items);
    },
  };
}

/** What was filled in for this project, or the empty form. */
function fieldsOf(workspace: Workspace): ReportFields {
  const stored = reportFieldsSchema.safeParse(workspace.project.app.get(FIELDS) ?? {});
  return stored.success ? stored.data : reportFieldsSchema.parse({});
}

function fieldsView(run: FinishedRun, fields: ReportFields): ReportFieldsView {
  const { config, ind, oods } = reportContext({ run, fields });
  const verdicts = fields.requirements.map((requirement): ReportFieldsView['verdicts'][number] => {
    if (ind === null) return { id: requirement.id, verdict: null, error: 'The run has no test set.' };
    try {
      const ood = new Map(oods.map(({ name, scores }) => [name, scores]));
      const { verdict, found, bound, side } = judge(requirement, { threshold: config.threshold, ind: ind.scores, ood });
      return { id: requirement.id, verdict: { verdict, found, bound, side }, error: null };
    } catch (thrown) {
      return { id: requirement.id, verdict: null, error: toAppError(thrown).message };
    }
  });
  return { fields, verdicts };
}

async function view(folder: string, run: FinishedRun, outcomes: ReadonlyMap<string, Outcome>): Promise<ExportView> {
  const items = await Promise.all(
    EXPORT_ITEMS.map(async (item) => {
      const files = await sizesOf(folder, item);
      const outcome = outcomes.get(keyOf(folder, item));
      const there = files.every(({ bytes }) => bytes !== null);
      return {
        item,
        files,
        state: outcome?.state ?? (there ? ('written' as const) : ('absent' as const)),
        error: outcome?.error ?? null,
      };
    }),
  );
  return { folder, folderGrant: null, items, monitor: await usableCard(folder, run) };
}

async function preview(folder: string, run: FinishedRun, fields: ReportFields): Promise<PreviewOfReport> {
  const report = await buildReport({ run, fields, card: await usableCard(folder, run), date: new Date() });
  const { firstPage, ...rest } = previewReport(report);
  return { ...rest, picture: dataAddress(Buffer.from(firstPage), 'image/svg+xml') };
}

/** A damaged card is told when the monitor is used; here it only means that there is none to show. */
const usableCard = (folder: string, run: FinishedRun): Promise<MonitorCard | null> => cardIn(folder, run).catch(() => null);

const keyOf = (folder: string, item: ExportItem): string => `${folder}\0${item}`;

interface Export {
  app: AppContext;
  workspace: Workspace;
  run: FinishedRun;
  folder: string;
  config: ConfigId | null;
  outcomes: Map<string, Outcome>;
}

/** One job for all items; one that fails is told in its row, and those that need nothing of it are still written. */
function start({ app, workspace, run, folder, config, outcomes }: Export, wanted: readonly ExportItem[]): JobView {
  const items = WRITE_ORDER.filter((item) => wanted.includes(item));
  const job = workspace.newJob(
    'export',
    items.map((item) => ({ name: item, weight: item === 'monitor' ? 6 : 1 })),
  );
  for (const item of items) outcomes.set(keyOf(folder, item), { state: 'waiting', error: null });
  const fields = fieldsOf(workspace);
  const work = job.run(async () => {
    let failure: unknown = null;
    for (const item of items) {
      job.signal.throwIfAborted();
      outcomes.set(keyOf(folder, item), { state: 'writing', error: null });
      const onProgress = (progress: { done: number; total: number; rate: number | null; etaSeconds: number | null }): void =>
        job.progress({ ...progress, stage: item, item });
      onProgress({ done: 0, total: 1, rate: null, etaSeconds: null });
      try {
        await WRITERS[item]({ run, folder, fields, config, inference: app.inference, signal: job.signal, onProgress });
        onProgress({ done: 1, total: 1, rate: null, etaSeconds: null });
        outcomes.delete(keyOf(folder, item));
      } catch (error) {
        job.signal.throwIfAborted();
        outcomes.set(keyOf(folder, item), { state: 'failed', error: toAppError(error).toJSON() });
        failure ??= error;
      }
      workspace.changed();
    }
    if (failure !== null) throw failure;
  });
  workspace.working = work.catch(() => {
    for (const item of items) if (outcomes.get(keyOf(folder, item))?.state !== 'failed') outcomes.delete(keyOf(folder, item));
  });
  return job.view();
}
