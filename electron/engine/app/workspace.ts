/**
 * The open project as the window sees it: draft, facts of its sets, model, runs, the job at hand. Every change is saved
 * in the project file before it is told; what is told is always the whole snapshot.
 */
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import path from 'node:path';
import type { ModelInfo } from '../../shared/domain.ts';
import type { DatasetView, Draft, DraftDataset, JobView, Loading, ProjectView, RunSummary } from '../../shared/app/views.ts';
import { AppError } from '../../shared/errors.ts';
import { parsePlan, type Plan } from '../../shared/plan.ts';
import { contentKey } from '../pipeline/keys.ts';
import { withAbsolutePaths } from '../pipeline/resolve-plan.ts';
import type { RunHead } from '../storage/run-repository.ts';
import { storageErrors, type Project } from '../storage/open-project.ts';
import { below, draftOf, guessPreprocess, newDraft, planOf, withPaths } from './draft.ts';
import { FactsReader } from './facts-reader.ts';
import type { HookProcess, InferenceHost } from './inference-host.ts';
import { Job, type JobStages } from './job.ts';
import { Media } from './media.ts';
import { ModelReader } from './model-reader.ts';
import { stepViews } from './steps.ts';
import { Throttle } from './throttle.ts';

/** What is saved beside the runs. Paths below the project's folder are relative in the file. */
interface Saved {
  draft: Draft;
  removed: DraftDataset[];
  previousModel: Pick<Draft, 'model' | 'hook'> | null;
  nextSet: number;
  temporary: boolean;
  savedAt: string;
  /** The preprocessing is still a guess to be made from what the model states. */
  guess: boolean;
}

export interface WorkspaceOptions {
  project: Project;
  inference: InferenceHost;
  /** Of a new project; an old one has its own. */
  name: string;
  temporary?: boolean;
  onProject: (view: ProjectView) => void;
  onJob: (view: JobView) => void;
}

const UPDATE_MS = 100;

export class Workspace {
  readonly project: Project;
  readonly media = new Media();
  readonly facts: FactsReader;
  readonly model: ModelReader;
  readonly inference: InferenceHost;
  readonly hooks: HookProcess;
  job: Job | null = null;
  private saved: Saved;
  /** From the clock: after a restart of core the window must not take new snapshots for old ones. */
  private seq = Date.now();
  private readonly warningCounts = new Map<number, number>();
  private readonly onJob: (view: JobView) => void;
  private readonly update: Throttle;
  private closed = false;

  constructor({ project, inference, name, temporary, onProject, onJob }: WorkspaceOptions) {
    this.project = project;
    this.inference = inference;
    this.hooks = inference.hooks();
    this.onJob = onJob;
    this.update = new Throttle(UPDATE_MS, () => onProject(this.view()));
    project.runs.markInterrupted();
    this.saved = this.load() ?? this.initial(name, temporary ?? false);
    this.facts = new FactsReader(project, () => this.changed());
    this.model = new ModelReader(project, inference, (info) => this.modelRead(info));
    this.save();
    this.want();
  }

  get folder(): string {
    return path.dirname(this.project.file);
  }

  get draft(): Draft {
    return this.saved.draft;
  }

  get removed(): readonly DraftDataset[] {
    return this.saved.removed;
  }

  get previousModel(): Saved['previousModel'] {
    return this.saved.previousModel;
  }

  set temporary(value: boolean) {
    this.change({ temporary: value });
  }

  /** Changes what is saved, saves it, and tells the window. */
  change(change: Partial<Saved>): void {
    this.saved = { ...this.saved, ...change };
    this.save();
    this.want();
  }

  private want(): void {
    const { datasets, model } = this.draft;
    this.media.know(datasets);
    this.facts.want(datasets);
    this.model.want(model?.path ?? null);
    this.changed();
  }

  changed(): void {
    if (this.closed) return;
    this.seq++;
    this.update.request();
  }

  /** An id that no set of this project ever had. */
  newSetId(): string {
    const id = `set-${this.saved.nextSet}`;
    this.saved.nextSet++;
    return id;
  }

  set(id: string): DraftDataset {
    const set = this.draft.datasets.find((entry) => entry.id === id);
    if (set === undefined)
      throw new AppError('E_INPUT', 'This data set is no longer in the project.', { next: 'Choose another one.' });
    return set;
  }

  /** Throws E_INPUT with what is missing. */
  plan(): Plan {
    const plan = planOf(this.draft, this.folder);
    if (plan !== null) return plan;
    throw new AppError('E_INPUT', 'The plan is not complete: it needs a model, a hook and a fit set.', {
      next: 'Go through the steps in front of Evaluate.',
    });
  }

  planHash(): string | null {
    const plan = planOf(this.draft, this.folder);
    return plan === null ? null : contentKey(plan);
  }

  view(): ProjectView {
    const { draft, project, saved } = this;
    const planHash = this.planHash();
    const datasets = this.datasetViews();
    const model = draft.model === null ? null : { path: draft.model.path, info: this.model.state };
    const job = this.job?.view() ?? null;
    const runs = storageErrors(project.file, () => project.runs.list()).map((head) => this.summary(ended(head, job), planHash));
    return {
      seq: this.seq,
      file: project.file,
      temporary: saved.temporary,
      draft,
      planHash,
      datasets,
      model,
      steps: stepViews({ draft, datasets, model, runs, job }),
      runs,
      removed: saved.removed.map(({ id, name }) => ({ id, name })),
      looks: storageErrors(project.file, () => project.looks.total()),
      savedAt: saved.savedAt,
    };
  }

  run(id: number): RunSummary {
    const head = this.project.runs.list().find((entry) => entry.id === id);
    if (head === undefined)
      throw new AppError('E_INPUT', `There is no run ${id} in this project.`, { next: 'Choose another run.' });
    return this.summary(ended(head, this.job?.view() ?? null), this.planHash());
  }

  /** Results of a finished run stay as they are, so their warnings are counted once. */
  private summary(head: RunHead, planHash: string | null): RunSummary {
    const known = this.warningCounts.get(head.id) ?? (head.state === 'done' ? this.project.runs.warningCount(head.id) : 0);
    if (head.state === 'done') this.warningCounts.set(head.id, known);
    return summaryOf(head, planHash, known);
  }

  /** A check starts by itself and is made again when it is looked at: it gives way to what the user asks for. */
  async makeWay(): Promise<void> {
    while (this.job?.kind === 'check' && this.job.running) {
      this.job.cancel();
      await this.working;
    }
  }

  /** Starts a job; refuses while another one is running. */
  newJob(kind: JobView['kind'], stages: readonly JobStages[]): Job {
    if (this.job?.running === true) {
      throw new AppError('E_CONFLICT', 'Another job of this project is still running.', {
        next: 'Wait for its end, or cancel it.',
      });
    }
    let wasRunning: boolean | null = null;
    this.job = new Job(randomUUID(), kind, stages, (view) => {
      if (this.closed) return;
      this.onJob(view);
      const running = view.state === 'running' || view.state === 'stopping';
      if (running !== wasRunning) this.changed();
      wasRunning = running;
    });
    return this.job;
  }

  async close(): Promise<void> {
    this.job?.kill();
    this.facts.close();
    this.model.close();
    await this.hooks.close();
    await Promise.allSettled([this.facts.settled(), this.model.settled(), this.working]);
    this.closed = true;
    this.update.stop();
    this.project.close();
  }

  /** The work of the last job, so that closing can wait for it. */
  working: Promise<unknown> = Promise.resolve();

  private datasetViews(): DatasetView[] {
    let ood = 0;
    return this.draft.datasets.map((set) => ({
      ...set,
      facts: this.facts.view(set.id),
      oodIndex: set.role === 'ood' ? ood++ : null,
    }));
  }

  private modelRead(info: Loading<ModelInfo>): void {
    const { draft, guess } = this.saved;
    if (info.state === 'ready' && guess && draft.model !== null) {
      this.change({ guess: false, draft: { ...draft, model: { ...draft.model, preprocess: guessPreprocess(info.value) } } });
    } else this.changed();
  }

  private load(): Saved | undefined {
    const stored = storageErrors(this.project.file, () => this.project.app.get('draft')) as Saved | undefined;
    if (stored === undefined) return undefined;
    const resolve = (file: string): string => path.resolve(this.folder, file);
    const draft = withPaths({ ...newDraft(stored.draft.name), ...stored.draft }, resolve);
    return { ...stored, draft, removed: stored.removed.map((set) => ({ ...set, path: resolve(set.path) })) };
  }

  /** A project made by the command line starts with the plan of its latest run. */
  private initial(name: string, temporary: boolean): Saved {
    const run = this.project.runs.latest();
    const draft =
      run === undefined
        ? newDraft(name)
        : draftOf(withAbsolutePaths({ plan: parsePlan(JSON.parse(run.plan), this.project.file), baseDir: run.baseDir }));
    return {
      draft,
      removed: [],
      previousModel: null,
      nextSet: draft.datasets.length + 1,
      temporary,
      savedAt: '',
      guess: false,
    };
  }

  private save(): void {
    this.saved.savedAt = new Date().toISOString();
    const relative = (file: string): string => below(file, this.folder);
    const file: Saved = {
      ...this.saved,
      draft: withPaths(this.saved.draft, relative),
      removed: this.saved.removed.map((set) => ({ ...set, path: relative(set.path) })),
    };
    storageErrors(this.project.file, () => this.project.app.put('draft', file));
  }
}

/** A disk that is full may have refused the note of how a run ended; its job still knows. */
function ended(head: RunHead, job: JobView | null): RunHead {
  if (head.state !== 'running' || job?.kind !== 'run' || job.runId !== head.id) return head;
  return job.state === 'failed' || job.state === 'cancelled' ? { ...head, state: job.state, error: job.error } : head;
}

function summaryOf(head: RunHead, planHash: string | null, warnings: number): RunSummary {
  const { id, state, startedAt, endedAt, plan, error, stamp } = head;
  const { tensor } = plan.hook;
  return {
    id,
    state,
    startedAt,
    endedAt,
    planHash: head.planHash,
    samples: plan.sampling.samples,
    hook: typeof tensor === 'string' ? tensor : tensor.join(', '),
    error,
    stamp,
    warnings,
    current: head.planHash === planHash,
  };
}

/** Where a file that is gone may be found instead: the demo's own files, when the application has moved. */
export function healPaths(draft: Draft, replacement: string): Draft {
  return withPaths(draft, (file) => {
    const [, tail] = /[\\/]resources[\\/]demo[\\/](.*)$/.exec(file) ?? [];
    const instead = tail === undefined ? file : path.join(replacement, tail);
    return !existsSync(file) && existsSync(instead) ? instead : file;
  });
}
