/**
 * Every request that the window may make, with the schema of its input, the type of its answer and who answers it; and
 * every event that it may receive. Preload, main, core, the browser host and the tests are all driven by this table.
 * Paths never come from the window: dialogs and drops give grants, and a grant's id stands for its path.
 */
import { z } from 'zod';
import { aggregateSchema, deriveSchema, planSchema, severitySchema } from '../plan.ts';
import { reportFieldsSchema } from '../report-fields.ts';
import type { ErrorData } from '../errors.ts';
import type { SearchView } from '../search.ts';
import type { Standing } from './standing.ts';
import type * as V from './views.ts';

const nothing = z.strictObject({});
const grant = z.string().min(1).max(64);
const setId = z.string().min(1).max(64);
const runId = z.int().min(1);
const count = z.int().min(0).max(1_000_000_000);
const { hook, sampling, pca, detectors, baselines, threshold, selection, runtime, name, model } = planSchema.shape;

/** Which detector: its id and PCA size, as in the metrics. */
export const configSchema = z.strictObject({ detector: z.string().min(1).max(64), pca: z.int().min(1).nullable() });
export type ConfigId = z.infer<typeof configSchema>;

export const draftPatchSchema = z.strictObject({
  name: name.unwrap().optional(),
  preprocess: model.shape.preprocess.unwrap().optional(),
  input: model.shape.input.unwrap().optional(),
  logits: model.shape.logits.unwrap().optional(),
  otherInputs: model.shape.otherInputs.unwrap().optional(),
  /** null: class scores of pixels or boxes are not read. */
  aggregate: aggregateSchema.nullable().optional(),
  hook: hook.nullable().optional(),
  sampling: sampling.unwrap().optional(),
  pca: pca.unwrap().optional(),
  detectors: detectors.unwrap().optional(),
  baselines: baselines.unwrap().optional(),
  threshold: threshold.unwrap().optional(),
  selection: selection.unwrap().optional(),
  runtime: runtime.unwrap().optional(),
  /** null: no ladder. */
  severity: severitySchema.nullable().optional(),
});
export type DraftPatch = z.infer<typeof draftPatchSchema>;

export const settingsSchema = z.strictObject({
  theme: z.enum(['system', 'light', 'dark']),
  locale: z.enum(['en', 'fr']),
});
export type Settings = z.infer<typeof settingsSchema>;

export interface Grant {
  id: string;
  name: string;
  /** For people to read. */
  path: string;
}

export const PICKS = [
  'images-folder',
  'images-file',
  'model',
  'project',
  'new-project',
  'plan',
  'save-plan',
  'out-folder',
] as const;
export type Pick = (typeof PICKS)[number];

export interface AppInfo {
  version: string;
  platform: string;
  electron: string;
  node: string;
  settings: Settings;
}

export interface RecentView {
  file: string;
  name: string;
  openedAt: string;
  /** null: an older Oodlab listed it. */
  standing: Standing | null;
  exists: boolean;
}

/** A phantom: only its type is used. */
interface Request<By extends 'main' | 'core', Input extends z.ZodType, Output> {
  by: By;
  input: Input;
  readonly output?: Output;
}

function main<Output>() {
  return <Input extends z.ZodType>(input: Input): Request<'main', Input, Output> => ({ by: 'main', input });
}
function core<Output>() {
  return <Input extends z.ZodType>(input: Input): Request<'core', Input, Output> => ({ by: 'core', input });
}

export const REQUESTS = {
  // The application: windows, dialogs, settings.
  'app.info': main<AppInfo>()(nothing),
  'app.settings': main<Settings>()(settingsSchema.partial()),
  'app.recents': main<RecentView[]>()(nothing),
  'app.recents.open': main<Grant>()(z.strictObject({ file: z.string().max(4096) })),
  'app.recents.remove': main<RecentView[]>()(z.strictObject({ file: z.string().max(4096) })),
  'app.pick': main<Grant[]>()(z.strictObject({ kind: z.enum(PICKS), name: z.string().max(200).optional() })),
  /** A path that the user typed: asked back in a native dialog before it is granted. */
  'app.typed': main<Grant | null>()(z.strictObject({ path: z.string().min(1).max(4096) })),
  'app.show': main<void>()(z.strictObject({ grant })),
  'app.open': main<void>()(z.strictObject({ grant })),
  'app.logs': main<void>()(nothing),
  'app.diagnostics': main<Grant | null>()(nothing),
  'app.quit': main<void>()(z.strictObject({ answer: z.enum(['keep', 'stop', 'when-done']) })),
  /** Tells main what the menus may offer. */
  'app.context': main<void>()(z.strictObject({ project: z.boolean(), running: z.boolean(), title: z.string().max(300) })),

  // The project: one at a time.
  'project.create': core<V.ProjectView>()(z.strictObject({ grant, name: name.unwrap() })),
  'project.open': core<V.ProjectView>()(z.strictObject({ grant })),
  'project.demo': core<V.ProjectView>()(nothing),
  /** From a plan file: a new project, its paths resolved against the plan's folder. */
  'project.fromPlan': core<V.ProjectView>()(z.strictObject({ plan: grant, project: grant })),
  'project.view': core<V.ProjectView | null>()(nothing),
  'project.close': core<void>()(nothing),
  'draft.update': core<V.ProjectView>()(draftPatchSchema),
  'draft.savePlan': core<void>()(z.strictObject({ grant })),
  'job.view': core<V.JobView | null>()(nothing),
  'job.cancel': core<void>()(z.strictObject({ id: z.string().max(64) })),
  /** Ends the inference process at once; for a job that does not stop within ten seconds. */
  'job.kill': core<void>()(z.strictObject({ id: z.string().max(64) })),

  // Data sets.
  'dataset.add': core<V.ProjectView>()(
    z.strictObject({ grants: z.array(grant).min(1).max(100), role: planSchema.shape.datasets.element.shape.role }),
  ),
  /** A new set made from another one, which shares its files. */
  'dataset.derive': core<V.ProjectView>()(
    z.strictObject({
      from: setId,
      corruption: deriveSchema.shape.corruption,
      severity: deriveSchema.shape.severity,
    }),
  ),
  'dataset.derive.preview': core<V.DerivePreview>()(
    z.strictObject({ from: setId, index: count, corruption: deriveSchema.shape.corruption }),
  ),
  'dataset.update': core<V.ProjectView>()(
    z.strictObject({
      id: setId,
      name: planSchema.shape.datasets.element.shape.name.optional(),
      role: planSchema.shape.datasets.element.shape.role.optional(),
      limit: z.int().min(1).nullable().optional(),
    }),
  ),
  'dataset.remove': core<V.ProjectView>()(z.strictObject({ id: setId })),
  'dataset.restore': core<V.ProjectView>()(z.strictObject({ id: setId })),
  'dataset.relocate': core<V.ProjectView>()(z.strictObject({ id: setId, grant })),
  'dataset.images': core<V.ImageView[]>()(z.strictObject({ id: setId, from: count, count: z.int().min(1).max(500) })),
  /** What interval and one-sided bound a measured value would carry, from these counts. */
  'planner.claim': core<V.ClaimView>()(
    z.discriminatedUnion('figure', [
      z.strictObject({ figure: z.literal('rate'), value: z.number().min(0).max(1), of: count, side: z.enum(['most', 'least']) }),
      z.strictObject({ figure: z.literal('auroc'), value: z.number().min(0).max(1), ind: count, ood: count }),
      z.strictObject({ figure: z.literal('conformal'), falseAlarm: z.number().gt(0).lt(1), of: count }),
    ]),
  ),

  // The model.
  'model.set': core<V.ProjectView>()(z.strictObject({ grant })),
  /** Puts back the model that was there before the last model.set. */
  'model.undo': core<V.ProjectView>()(nothing),
  'model.preview': core<V.PreviewView>()(z.strictObject({ set: setId, index: count })),
  'model.check': core<V.CheckView>()(nothing),

  // The hook.
  'hook.graph': core<V.GraphView>()(nothing),
  'hook.preflight': core<V.PreflightView>()(z.strictObject({ images: z.int().min(16).max(256) })),
  /** What the last pre-flight of this model and these sets found. */
  'hook.preflight.last': core<V.PreflightView | null>()(nothing),
  /** Hooks and settings on the select sets; counted in the draft. */
  'hook.search': core<SearchView>()(nothing),
  'hook.search.last': core<SearchView | null>()(nothing),
  'hook.masks': core<V.MasksView>()(z.strictObject({ set: setId, index: count })),

  // Runs and results.
  /** Sealed: figures on the select sets only. Else the run opens the test sets, and that is counted. */
  'run.start': core<V.JobView>()(z.strictObject({ sealed: z.boolean().default(false) })),
  'run.results': core<V.ResultsView>()(z.strictObject({ run: runId })),
  'run.charts': core<V.ChartsView>()(
    z.strictObject({
      run: runId,
      config: configSchema,
      set: z.string().max(200).nullable(),
      locale: settingsSchema.shape.locale,
    }),
  ),
  'run.operating': core<V.OperatingView>()(
    z.strictObject({ run: runId, config: configSchema, threshold: z.number().nullable() }),
  ),
  'run.map': core<V.MapView>()(z.strictObject({ run: runId })),
  'run.worst': core<V.WorstView>()(
    z.strictObject({
      run: runId,
      config: configSchema,
      kind: z.enum(['misses', 'alarms']),
      set: z.string().max(200),
      threshold: z.number().nullable(),
      from: count,
      count: z.int().min(1).max(200),
    }),
  ),
  'run.compare': core<V.CompareView>()(z.strictObject({ a: runId, b: runId, config: configSchema })),

  // Export.
  'export.fields': core<V.ReportFieldsView>()(z.strictObject({ run: runId, fields: reportFieldsSchema.optional() })),
  'export.view': core<V.ExportView>()(z.strictObject({ run: runId, folder: grant.nullable() })),
  'export.preview': core<V.PreviewOfReport>()(z.strictObject({ run: runId, folder: grant.nullable() })),
  'export.start': core<V.JobView>()(
    z.strictObject({
      run: runId,
      folder: grant.nullable(),
      items: z.array(z.enum(['report', 'csv', 'json', 'plan', 'monitor', 'evidence'])).min(1),
      config: configSchema.nullable(),
    }),
  ),

  // This computer.
  'selftest.run': core<V.SelfTestView>()(nothing),
  'selftest.last': core<V.SelfTestView | null>()(nothing),
  'machine.view': core<V.MachineView>()(nothing),
} as const;

export type Requests = typeof REQUESTS;
export type RequestName = keyof Requests;
export type RequestInput<Name extends RequestName> = z.input<Requests[Name]['input']>;
export type RequestOutput<Name extends RequestName> =
  Requests[Name] extends Request<'main' | 'core', z.ZodType, infer Output> ? Output : never;
export type RequestsBy<By extends 'main' | 'core'> = {
  [Name in RequestName]: Requests[Name]['by'] extends By ? Name : never;
}[RequestName];

export type Envelope<T> = { ok: true; value: T } | { ok: false; error: ErrorData };

export interface Events {
  /** The project changed: the whole snapshot. null: closed. */
  project: V.ProjectView | null;
  job: V.JobView;
  /** A menu command or shortcut: an id of the command table. */
  command: string;
  settings: Settings;
  /** The user asks to quit while a job runs. */
  quitRequested: Record<string, never>;
  /** A file that the system asked to open, or that was given on the command line. */
  openFile: Grant;
  /**
   * Core was lost: it is being started again; it is there again, and the run that it was at goes on; it is there again, with
   * the project open; or it could not be started.
   */
  coreLost: { reason: string; state: 'starting' | 'resumed' | 'open' | 'failed' };
}
export type EventName = keyof Events;
export const EVENTS = [
  'project',
  'job',
  'command',
  'settings',
  'quitRequested',
  'openFile',
  'coreLost',
] as const satisfies readonly EventName[];
