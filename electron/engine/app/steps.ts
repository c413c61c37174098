/** Where each step of the wizard stands and what is in the way of the next one. Pure: a function of the snapshot's parts. */
import type { Blocker, DatasetView, Draft, JobView, ModelView, RunSummary, StepId, StepView } from '../../shared/app/views.ts';

export interface StepInput {
  draft: Draft;
  datasets: readonly DatasetView[];
  model: ModelView | null;
  /** Newest first. */
  runs: readonly RunSummary[];
  job: JobView | null;
}

export function stepViews(input: StepInput): StepView[] {
  const blockers: Record<StepId, Blocker[]> = {
    dataset: datasetBlockers(input),
    model: modelBlockers(input),
    hook: hookBlockers(input),
    evaluate: evaluateBlockers(input),
    export: [],
  };
  return [
    { id: 'dataset', state: datasetState(input, blockers.dataset), blockers: blockers.dataset },
    { id: 'model', state: modelState(input), blockers: blockers.model },
    { id: 'hook', state: hookState(input, blockers), blockers: blockers.hook },
    { id: 'evaluate', state: evaluateState(input, blockers), blockers: blockers.evaluate },
    { id: 'export', state: exportState(input), blockers: blockers.export },
  ];
}

function datasetBlockers({ datasets }: StepInput): Blocker[] {
  if (datasets.length === 0) return [{ code: 'no-sets' }];
  const has = (role: string): boolean => datasets.some((set) => set.role === role);
  const named = (state: string, code: Blocker['code']): Blocker[] =>
    datasets.filter(({ facts }) => facts.state === state).map(({ name }) => ({ code, values: { name } }));
  const missing = (['fit', 'test', 'ood'] as const).filter((role) => !has(role));
  return [
    ...named('broken', 'set-broken'),
    ...named('reading', 'set-reading'),
    ...missing.map((role): Blocker => ({ code: `no-${role}-set` })),
  ];
}

function modelBlockers({ model }: StepInput): Blocker[] {
  if (model === null) return [{ code: 'no-model' }];
  if (model.info.state === 'reading') return [{ code: 'model-reading' }];
  return model.info.state === 'broken' ? [{ code: 'model-broken' }] : [];
}

function hookBlockers({ draft, model }: StepInput): Blocker[] {
  if (draft.hook === null) return [{ code: 'no-hook' }];
  if (model?.info.state !== 'ready') return [];
  const { tensor } = draft.hook;
  const wanted = typeof tensor === 'string' ? [tensor] : tensor;
  const known = new Set(model.info.value.hooks.flatMap(({ tensors }) => tensors));
  const absent = wanted.find((name) => !known.has(name));
  return absent === undefined ? [] : [{ code: 'hook-not-in-model', values: { tensor: absent } }];
}

function evaluateBlockers({ draft, runs }: StepInput): Blocker[] {
  const nothing = draft.detectors.length === 0 && draft.baselines.length === 0;
  return [
    ...(nothing ? [{ code: 'no-detector' } as const] : []),
    ...(runs.some(({ state }) => state === 'done') ? [] : [{ code: 'no-run' } as const]),
  ];
}

function datasetState({ datasets }: StepInput, blockers: readonly Blocker[]): StepView['state'] {
  if (datasets.length === 0) return 'empty';
  if (datasets.some(({ facts }) => facts.state === 'broken')) return 'error';
  if (datasets.some(({ facts }) => facts.state === 'reading')) return 'running';
  if (blockers.length > 0) return 'ready';
  const doubtful = datasets.some(
    ({ facts }) => facts.state === 'ready' && (facts.value.rejected.length > 0 || facts.value.duplicates.length > 0),
  );
  return doubtful ? 'attention' : 'done';
}

function modelState({ model, datasets, job }: StepInput): StepView['state'] {
  if (model === null) return datasets.length > 0 ? 'ready' : 'empty';
  if (model.info.state === 'broken') return 'error';
  return model.info.state === 'reading' || runs(job, 'check') ? 'running' : 'done';
}

function hookState({ draft, model, job }: StepInput, blockers: Record<StepId, Blocker[]>): StepView['state'] {
  if (runs(job, 'preflight')) return 'running';
  if (blockers.hook.some(({ code }) => code === 'hook-not-in-model')) return 'error';
  if (draft.hook !== null) return 'done';
  return model?.info.state === 'ready' ? 'ready' : 'empty';
}

function evaluateState(input: StepInput, blockers: Record<StepId, Blocker[]>): StepView['state'] {
  const [latest] = input.runs;
  if (runs(input.job, 'run')) return 'running';
  if (input.runs.some(({ state, current }) => state === 'done' && current)) return 'done';
  if (latest?.state === 'failed' && latest.current) return 'error';
  if (latest !== undefined) return 'attention';
  const open = blockers.dataset.length + blockers.model.length + blockers.hook.length === 0;
  return open ? 'ready' : 'empty';
}

function exportState({ runs: all, job }: StepInput): StepView['state'] {
  if (runs(job, 'export')) return 'running';
  if (job?.kind === 'export' && job.state === 'done') return 'done';
  return all.some(({ state }) => state === 'done') ? 'ready' : 'empty';
}

function runs(job: JobView | null, kind: JobView['kind']): boolean {
  return job !== null && job.kind === kind && (job.state === 'running' || job.state === 'stopping');
}
