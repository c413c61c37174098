/** Requests of the Layer hook step: graph, pre-flight and pictures of masks, all from one inference process that stays open. */
import { availableParallelism } from 'node:os';
import type { GraphView, MasksView, PreflightView } from '../../shared/app/views.ts';
import type { DraftDataset } from '../../shared/app/views.ts';
import type { ModelInfo } from '../../shared/domain.ts';
import { AppError } from '../../shared/errors.ts';
import type { Plan } from '../../shared/plan.ts';
import { sourceOf } from '../dataset/set-source.ts';
import { contentKey } from '../pipeline/keys.ts';
import type { HookMap, PreflightJob } from '../preflight/job.ts';
import { maskFacts } from '../preflight/mask-facts.ts';
import type { OnPreflight } from '../preflight/run-preflight.ts';
import { maskPictures } from '../preflight/mask-pictures.ts';
import { storageErrors } from '../storage/open-project.ts';
import type { AppContext, Handlers } from './context.ts';
import { dataAddress, thumbnail } from './pictures.ts';
import type { Workspace } from './workspace.ts';

type Names = 'hook.graph' | 'hook.preflight' | 'hook.preflight.last' | 'hook.masks';

const PICTURE = 128;

export function hookRequests(app: AppContext): Handlers<Names> {
  let lastMap: { key: string; map: HookMap; image: string } | null = null;
  const mapOf = async (workspace: Workspace, set: DraftDataset, index: number): Promise<{ map: HookMap; image: string }> => {
    const { model, tensor, threads } = hooked(workspace);
    const key = contentKey({ file: workspace.project.file, model, tensor, set: sourceOf(set), index });
    if (lastMap?.key === key) return lastMap;
    const map = await workspace.hooks.hookMap({ model, threads, tensor, set: source(set), index });
    const record = await workspace.media.record(set, index);
    lastMap = { key, map, image: dataAddress(thumbnail(await record.load(), PICTURE)) };
    return lastMap;
  };
  return {
    'hook.graph': async (_input, signal): Promise<GraphView> => {
      const workspace = app.workspace();
      const { model, info } = ready(workspace);
      return workspace.hooks.graph(model.path, info.hooks, signal);
    },
    'hook.preflight': async ({ images }) => {
      const workspace = app.workspace();
      await workspace.makeWay();
      return preflight(workspace, images);
    },
    'hook.preflight.last': () => {
      const workspace = app.workspace();
      const key = preflightKey(workspace);
      if (key === null) return null;
      return (workspace.project.artifacts.json('preflight', key) as PreflightView | undefined) ?? null;
    },
    'hook.masks': async ({ set, index }): Promise<MasksView> => {
      const workspace = app.workspace();
      const { sampling } = workspace.draft;
      const { map, image } = await mapOf(workspace, workspace.set(set), index);
      const pictures = maskPictures(map, sampling);
      return {
        image,
        channel: map.channel,
        map: dataAddress(pictures.map),
        samples: pictures.samples.map((sample) => dataAddress(sample)),
        shape: [map.channels, map.height, map.width],
        // The overhead is measured by `oodlab bench`; here it would be a guess.
        facts: { ...maskFacts(map, sampling), overhead: null },
      };
    },
  };
}

export function ready({ draft, model }: Workspace): { model: Plan['model']; info: ModelInfo } {
  if (draft.model !== null && model.state.state === 'ready') return { model: draft.model, info: model.state.value };
  throw new AppError('E_INPUT', 'There is no model that can be run yet.', { next: 'Add a model in the Model step.' });
}

function hooked(workspace: Workspace): { model: Plan['model']; tensor: string; threads: number | null } {
  const { model } = ready(workspace);
  const { hook, runtime } = workspace.draft;
  if (hook === null) throw new AppError('E_INPUT', 'No tensor is hooked yet.', { next: 'Choose one in the list of candidates.' });
  return {
    model,
    tensor: typeof hook.tensor === 'string' ? hook.tensor : hook.tensor[0],
    threads: runtime.threads ?? availableParallelism(),
  };
}

/** Fit images; against them select sets, which are there for choosing. Test and ood sets are for measuring alone. */
export function choosingSets(workspace: Workspace): { ind: DraftDataset; ood: DraftDataset[]; most: number } {
  const entries = ({ id }: DraftDataset): number => {
    const facts = workspace.facts.view(id);
    return facts.state === 'ready' ? facts.value.entries : 0;
  };
  const usable = (role: DraftDataset['role']): DraftDataset[] =>
    workspace.draft.datasets.filter((set) => set.role === role && set.side !== 'ind' && entries(set) > 0);
  const [ind] = usable('fit');
  if (ind === undefined) {
    throw new AppError('E_INPUT', 'The pre-flight needs a fit set that has been read.', { next: 'Add one in the Dataset step.' });
  }
  const ood = usable('select');
  return { ind, ood, most: Math.min(...[ind, ...ood].map(entries)) };
}

/** What names a set in the key of what was found on it. */
export const setKey = ({ name, path, limit, derive }: DraftDataset): unknown[] => [
  name,
  path,
  limit,
  ...(derive === undefined ? [] : [derive]),
];

function preflightKey(workspace: Workspace): string | null {
  try {
    const { info, model } = ready(workspace);
    const { ind, ood } = choosingSets(workspace);
    const { sampling } = workspace.draft;
    return contentKey({
      sha256: info.sha256,
      model,
      sampling,
      sets: [setKey(ind), ood.length === 0 ? null : setKey(ood[0])],
    });
  } catch (error) {
    if (error instanceof AppError) return null;
    throw error;
  }
}

function preflight(workspace: Workspace, images: number): Promise<PreflightView> {
  const { model, info } = ready(workspace);
  const { ind, ood, most } = choosingSets(workspace);
  const { sampling, runtime } = workspace.draft;
  const request: PreflightJob = {
    model,
    sampling,
    threads: runtime.threads ?? availableParallelism(),
    hooks: info.hooks,
    ind: source(ind),
    ood: ood.length === 0 ? null : source(ood[0]),
    images: Math.min(images, most),
  };
  const key = preflightKey(workspace);
  return asJob(workspace, 'preflight', async (onProgress, signal) => {
    const found = await workspace.hooks.preflight(request, onProgress, signal);
    const view: PreflightView = { ...found, planHash: workspace.planHash() };
    if (key !== null) storageErrors(workspace.project.file, () => workspace.project.artifacts.putJson('preflight', key, view));
    return view;
  });
}

/** Work of the inference process that the window follows and may cancel. */
export function asJob<T>(
  workspace: Workspace,
  stage: 'preflight' | 'search',
  act: (onProgress: OnPreflight, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const job = workspace.newJob('preflight', [{ name: stage, weight: 1 }]);
  const work = job.run(() => {
    const started = performance.now();
    return act((done, total) => {
      const rate = done / Math.max(0.001, (performance.now() - started) / 1000);
      job.progress({ stage, done, total, rate, etaSeconds: rate > 0 ? (total - done) / rate : null });
    }, job.signal);
  });
  job.onKill(() => void workspace.hooks.close());
  workspace.working = work.catch(() => undefined);
  return work;
}

export function source(set: DraftDataset): PreflightJob['ind'] {
  return { name: set.name, ...sourceOf(set) };
}
