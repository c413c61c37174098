/** Native dialogs for files. Each kind remembers its last folder; only what the user chose comes back. */
import path from 'node:path';
import { dialog, type BrowserWindow, type FileFilter, type OpenDialogOptions, type SaveDialogOptions } from 'electron';
import { z } from 'zod';
import type { Pick } from '../shared/app/contract.ts';
import type { NativeText } from '../shared/messages/app-native.ts';
import type { JsonFile } from './json-file.ts';

export const foldersSchema = z.record(z.string(), z.string());

export type PickKind = Pick | 'diagnostics';
type Filter = 'model' | 'project' | 'plan' | 'zip';

interface Rule {
  save?: string;
  properties?: OpenDialogOptions['properties'];
  filter?: Filter;
}

const EXTENSIONS: Readonly<Record<Filter, string>> = { model: 'onnx', project: 'oodlab', plan: 'json', zip: 'zip' };

const RULES: Readonly<Record<PickKind, Rule>> = {
  'images-folder': { properties: ['openDirectory', 'multiSelections'] },
  'images-file': { properties: ['openFile', 'multiSelections'] },
  model: { properties: ['openFile'], filter: 'model' },
  project: { properties: ['openFile'], filter: 'project' },
  'new-project': { save: 'evaluation.oodlab', filter: 'project' },
  plan: { properties: ['openFile'], filter: 'plan' },
  'save-plan': { save: 'plan.json', filter: 'plan' },
  'out-folder': { properties: ['openDirectory', 'createDirectory'] },
  diagnostics: { save: 'oodlab-diagnostics.zip', filter: 'zip' },
};

export interface Dialogs {
  window(): BrowserWindow;
  text(key: NativeText): string;
  folders: JsonFile<Record<string, string>>;
  documents: string;
}

/** The chosen paths; none when the user cancelled. `name` is proposed for a new file. */
export async function pick({ window, text, folders, documents }: Dialogs, kind: PickKind, name?: string): Promise<string[]> {
  const rule = RULES[kind];
  const folder = folders.value[kind] ?? documents;
  const common = { title: text(`pick.${kind}`), ...(rule.filter === undefined ? {} : { filters: filters(rule.filter, text) }) };
  const paths =
    rule.save === undefined
      ? await open(window(), { ...common, defaultPath: folder, properties: rule.properties ?? ['openFile'] })
      : await save(window(), { ...common, defaultPath: path.join(folder, proposed(rule, name)) });
  if (paths.length > 0) folders.set({ ...folders.value, [kind]: path.dirname(paths[0]) });
  return paths;
}

function filters(filter: Filter, text: Dialogs['text']): FileFilter[] {
  return [
    { name: text(`filter.${filter}`), extensions: [EXTENSIONS[filter]] },
    { name: text('filter.all'), extensions: ['*'] },
  ];
}

/** A file name made of what the user called it. */
function proposed({ save = '', filter }: Rule, name?: string): string {
  const base = (name ?? '').replace(/[^\p{L}\p{N} ._-]+/gu, ' ').trim();
  return base === '' || filter === undefined ? save : `${base}.${EXTENSIONS[filter]}`;
}

async function open(window: BrowserWindow, options: OpenDialogOptions): Promise<string[]> {
  const { canceled, filePaths } = await dialog.showOpenDialog(window, options);
  return canceled ? [] : filePaths;
}

async function save(window: BrowserWindow, options: SaveDialogOptions): Promise<string[]> {
  const { canceled, filePath } = await dialog.showSaveDialog(window, options);
  return canceled || !filePath ? [] : [filePath];
}

/** A typed path is the page's word for it: the user is asked in a window that the page cannot draw. */
export async function confirmTyped({ window, text }: Dialogs, file: string): Promise<boolean> {
  const { response } = await dialog.showMessageBox(window(), {
    type: 'question',
    message: text('typed.question'),
    detail: file,
    buttons: [text('typed.yes'), text('typed.no')],
    defaultId: 1,
    cancelId: 1,
  });
  return response === 0;
}
