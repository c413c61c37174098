/** Requests of the Dataset step. */
import { statSync } from 'node:fs';
import type { DraftDataset, ImageView } from '../../shared/app/views.ts';
import { innerPath } from '../dataset/inner-path.ts';
import { AppError } from '../../shared/errors.ts';
import type { AppContext, Handlers } from './context.ts';
import { derivePreview } from './derive-preview.ts';
import { setName } from './draft.ts';
import { claim } from './planner.ts';
import { requireUnused, type Renamed, withSets } from './set-references.ts';
import type { Workspace } from './workspace.ts';

type Names =
  | 'dataset.add'
  | 'dataset.derive'
  | 'dataset.derive.preview'
  | 'dataset.update'
  | 'dataset.remove'
  | 'dataset.restore'
  | 'dataset.relocate'
  | 'dataset.images'
  | 'planner.claim';

export function datasetRequests(app: AppContext): Handlers<Names> {
  return { ...adding(app), ...editing(app), ...reading(app) };
}

type Adding = 'dataset.add' | 'dataset.derive' | 'dataset.restore';
type Reading = 'dataset.images' | 'dataset.derive.preview' | 'planner.claim';

function adding(app: AppContext): Handlers<Adding> {
  return {
    'dataset.add': ({ grants, role }) => {
      const workspace = app.workspace();
      const paths = grants.map((id) => app.grant(id));
      const taken = namesOf(workspace);
      const added = paths.map((path): DraftDataset => {
        const name = setName(path, taken);
        taken.add(name);
        return { id: workspace.newSetId(), name, role, path, format: 'auto', limit: null };
      });
      return changeSets(workspace, [...workspace.draft.datasets, ...added]);
    },
    'dataset.derive': ({ from, corruption, severity }) => {
      const workspace = app.workspace();
      const source = workspace.set(from);
      const { path, format, limit } = source;
      const set: DraftDataset = {
        id: workspace.newSetId(),
        name: setName(`${source.name}, ${corruption} ${severity}`, namesOf(workspace)),
        role: 'ood',
        path,
        format,
        limit,
        derive: { from: source.name, corruption, severity, seed: 0 },
      };
      return changeSets(workspace, [...workspace.draft.datasets, set]);
    },
    'dataset.restore': ({ id }) => {
      const workspace = app.workspace();
      const set = workspace.removed.find((entry) => entry.id === id);
      if (set === undefined)
        throw new AppError('E_INPUT', 'This data set cannot be put back any more.', { next: 'Add it again.' });
      const name = setName(set.name, namesOf(workspace));
      workspace.change({
        draft: withSets(workspace.draft, [...workspace.draft.datasets, { ...set, name }]),
        removed: workspace.removed.filter((entry) => entry.id !== id),
      });
      return workspace.view();
    },
  };
}

function editing(app: AppContext): Handlers<Exclude<Names, Adding | Reading>> {
  return {
    'dataset.update': ({ id, name, role, limit }) => {
      const workspace = app.workspace();
      const set = workspace.set(id);
      if (name !== undefined && name !== set.name && namesOf(workspace).has(name)) {
        throw new AppError('E_INPUT', `Another data set is called "${name}".`, { next: 'Choose a name of its own.' });
      }
      const next = { ...set, ...(name && { name }), ...(role && { role }), ...(limit !== undefined && { limit }) };
      return changeSets(
        workspace,
        workspace.draft.datasets.map((entry) => (entry.id === id ? next : entry)),
        { from: set.name, to: next.name },
      );
    },
    'dataset.remove': ({ id }) => {
      const workspace = app.workspace();
      const set = workspace.set(id);
      requireUnused(workspace.draft, set);
      const left = workspace.draft.datasets.filter((entry) => entry.id !== id);
      workspace.change({
        draft: withSets(workspace.draft, left),
        removed: [set, ...workspace.removed].slice(0, 20),
      });
      return workspace.view();
    },
    'dataset.relocate': ({ id, grant }) => {
      const workspace = app.workspace();
      const { datasets } = workspace.draft;
      // The files of a derived set are those of its source.
      const own = workspace.set(id);
      const source = datasets.find(({ name }) => name === own.derive?.from) ?? own;
      const path = app.grant(grant);
      for (const set of datasets) {
        if (set !== source && set.derive?.from !== source.name) continue;
        workspace.media.forget(set);
        workspace.facts.again(set.id);
      }
      return changeSets(
        workspace,
        datasets.map((entry) => (entry === source ? { ...entry, path } : entry)),
      );
    },
  };
}

function reading(app: AppContext): Handlers<Reading> {
  return {
    'dataset.images': async ({ id, from, count }) => {
      const workspace = app.workspace();
      const set = workspace.set(id);
      if (statSync(innerPath(set.path).file, { throwIfNoEntry: false }) === undefined) {
        throw new AppError('E_DATASET', `${set.path} is gone.`, { next: 'Say where the data set is now.' });
      }
      const opened = await workspace.media.set(set);
      const records = await workspace.media.records(set, from, from + count);
      return records.map(({ index, at, label, labelName }): ImageView => ({
        index,
        at,
        media: workspace.media.address(set, index),
        label: labelName ?? (label === null ? null : (opened.classNames?.[label] ?? String(label))),
      }));
    },
    'dataset.derive.preview': async ({ from, index, corruption }) => {
      const workspace = app.workspace();
      return derivePreview(await workspace.media.record(workspace.set(from), index), { corruption, seed: 0 });
    },
    'planner.claim': (question) => claim(question),
  };
}

function namesOf(workspace: Workspace): Set<string> {
  return new Set(workspace.draft.datasets.map(({ name }) => name));
}

function changeSets(workspace: Workspace, datasets: DraftDataset[], renamed?: Renamed): ReturnType<Workspace['view']> {
  workspace.change({ draft: withSets(workspace.draft, datasets, renamed) });
  return workspace.view();
}
