/** Requests of the Dataset step. */
import { statSync } from 'node:fs';
import type { DraftDataset, ImageView } from '../../shared/app/views.ts';
import { innerPath } from '../dataset/inner-path.ts';
import { AppError } from '../../shared/errors.ts';
import type { AppContext, Handlers } from './context.ts';
import { setName } from './draft.ts';
import { claim } from './planner.ts';
import type { Workspace } from './workspace.ts';

type Names =
  | 'dataset.add'
  | 'dataset.update'
  | 'dataset.remove'
  | 'dataset.restore'
  | 'dataset.relocate'
  | 'dataset.images'
  | 'planner.claim';

export function datasetRequests(app: AppContext): Handlers<Names> {
  return { ...editing(app), ...reading(app) };
}

type Reading = 'dataset.images' | 'planner.claim';

function editing(app: AppContext): Handlers<Exclude<Names, Reading>> {
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
      );
    },
    'dataset.remove': ({ id }) => {
      const workspace = app.workspace();
      const set = workspace.set(id);
      workspace.change({
        draft: { ...workspace.draft, datasets: workspace.draft.datasets.filter((entry) => entry.id !== id) },
        removed: [set, ...workspace.removed].slice(0, 20),
      });
      return workspace.view();
    },
    'dataset.restore': ({ id }) => {
      const workspace = app.workspace();
      const set = workspace.removed.find((entry) => entry.id === id);
      if (set === undefined)
        throw new AppError('E_INPUT', 'This data set cannot be put back any more.', { next: 'Add it again.' });
      const name = setName(set.name, namesOf(workspace));
      workspace.change({
        draft: { ...workspace.draft, datasets: [...workspace.draft.datasets, { ...set, name }] },
        removed: workspace.removed.filter((entry) => entry.id !== id),
      });
      return workspace.view();
    },
    'dataset.relocate': ({ id, grant }) => {
      const workspace = app.workspace();
      const set = workspace.set(id);
      const path = app.grant(grant);
      workspace.media.forget(set);
      workspace.facts.again(id);
      return changeSets(
        workspace,
        workspace.draft.datasets.map((entry) => (entry.id === id ? { ...entry, path } : entry)),
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
    'planner.claim': (question) => claim(question),
  };
}

function namesOf(workspace: Workspace): Set<string> {
  return new Set(workspace.draft.datasets.map(({ name }) => name));
}

function changeSets(workspace: Workspace, datasets: DraftDataset[]): ReturnType<Workspace['view']> {
  workspace.change({ draft: { ...workspace.draft, datasets } });
  return workspace.view();
}
