/** Requests of the settings search in the Layer hook step: one pass over hooks and settings, counted in the draft. */
import { availableParallelism } from 'node:os';
import { AppError } from '../../shared/errors.ts';
import { SEARCH_IMAGES, searched, usualGrid, type SearchView } from '../../shared/search.ts';
import { contentKey } from '../pipeline/keys.ts';
import type { SearchJob } from '../preflight/job.ts';
import { storageErrors } from '../storage/open-project.ts';
import type { AppContext, Handlers } from './context.ts';
import { patched } from './draft.ts';
import { asJob, choosingSets, ready, setKey, source } from './hook-requests.ts';
import type { Workspace } from './workspace.ts';

type Names = 'hook.search' | 'hook.search.last';

export function searchRequests(app: AppContext): Handlers<Names> {
  return {
    'hook.search': async () => {
      const workspace = app.workspace();
      await workspace.makeWay();
      return search(workspace);
    },
    'hook.search.last': () => {
      const workspace = app.workspace();
      try {
        return stored(workspace, keyOf(workspace)) ?? null;
      } catch (error) {
        if (error instanceof AppError) return null;
        throw error;
      }
    },
  };
}

async function search(workspace: Workspace): Promise<SearchView> {
  const { model, info } = ready(workspace);
  const { ind, ood, most } = choosingSets(workspace);
  if (ood.length === 0) {
    throw new AppError('E_INPUT', 'A search needs an OoD set with the role select.', {
      next: 'Give one that role in the Dataset step, or draw anomalies onto an in-distribution set.',
    });
  }
  if (most < SEARCH_IMAGES.least) {
    throw new AppError('E_INPUT', `A search needs at least ${SEARCH_IMAGES.least} images in each set.`, {
      next: 'Add images to the fit and select sets, or raise their limit.',
    });
  }
  const { sampling, runtime } = workspace.draft;
  const job: SearchJob = {
    model,
    sampling,
    threads: runtime.threads ?? availableParallelism(),
    hooks: info.hooks,
    ind: source(ind),
    ood: ood.map(source),
    images: Math.min(SEARCH_IMAGES.usual, most),
    ...usualGrid(sampling),
  };
  const key = keyOf(workspace);
  const view = await asJob(workspace, 'search', (onProgress, signal) => workspace.hooks.search(job, onProgress, signal));
  // The look at the select sets is what counts, whether its answer is taken or not; the same look again is the same.
  if (stored(workspace, key) === undefined) count(workspace, view);
  storageErrors(workspace.project.file, () => workspace.project.artifacts.putJson('search', key, view));
  return view;
}

function count(workspace: Workspace, view: SearchView): void {
  const { draft } = workspace;
  workspace.change({ draft: patched(draft, { selection: searched(draft.selection, view) }) });
}

function stored({ project }: Workspace, key: string): SearchView | undefined {
  return project.artifacts.json('search', key) as SearchView | undefined;
}

/** Taking one of its cells over keeps a search: it stands for all settings of its grid. */
function keyOf(workspace: Workspace): string {
  const { info, model } = ready(workspace);
  const { ind, ood } = choosingSets(workspace);
  const { sampling } = workspace.draft;
  const { mechanism, samples, seed } = sampling;
  const settings = { mechanism, samples, seed, ...usualGrid(sampling) };
  return contentKey({ sha256: info.sha256, model, settings, sets: [ind, ...ood].map(setKey) });
}
