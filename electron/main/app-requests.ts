/** The requests of the contract that main answers itself. Small: each asks one of main's own parts. */
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { app, shell } from 'electron';
import type { AppInfo, Grant } from '../shared/app/contract.ts';
import { AppError } from '../shared/errors.ts';
import { VERSION } from '../shared/version.ts';
import { confirmTyped, pick, type Dialogs } from './dialogs.ts';
import type { Grants } from './grants.ts';
import type { Quit } from './quit.ts';
import type { Recents } from './recents.ts';
import type { MainHandlers } from './requests.ts';
import type { SettingsStore } from './settings.ts';

export interface Parts {
  dialogs: Dialogs;
  grants: Grants;
  recents: Recents;
  settings: SettingsStore;
  quit: Quit;
  logs: string;
  saveDiagnostics(file: string): Promise<void>;
  setContext(context: { project: boolean; running: boolean; title: string }): void;
}

/** What may be handed to the system's own programs. Anything else could be a program itself. */
const OPENABLE = ['.pdf', '.csv', '.json', '.png', '.txt', '.md'];

export function appRequests(parts: Parts): MainHandlers {
  const { dialogs, grants, recents, settings, quit } = parts;
  return {
    'app.info': () => info(settings),
    'app.settings': (patch) => settings.update(withoutUndefined(patch)),
    'app.recents': () => recents.list(),
    'app.recents.open': ({ file }) => {
      if (!recents.has(file)) throw new AppError('E_NOT_GRANTED', 'This project is not among the recent ones.');
      return grants.give(file);
    },
    'app.recents.remove': ({ file }) => {
      recents.remove(file);
      return recents.list();
    },
    'app.pick': async ({ kind, name }) => (await pick(dialogs, kind, name)).map((file) => grants.give(file)),
    'app.typed': ({ path: typed }) => grantTyped(parts, typed),
    'app.show': ({ grant }) => shell.showItemInFolder(grants.pathOf(grant)),
    'app.open': ({ grant }) => openOutside(grants.pathOf(grant)),
    'app.logs': () => openOutside(parts.logs),
    'app.diagnostics': async () => {
      const [file] = await pick(dialogs, 'diagnostics');
      if (file === undefined) return null;
      await parts.saveDiagnostics(file);
      return grants.give(file);
    },
    'app.quit': ({ answer }) => quit.answer(answer),
    'app.context': (context) => parts.setContext(context),
  };
}

function info(settings: SettingsStore): AppInfo {
  const { electron, node } = process.versions;
  return { version: VERSION, platform: process.platform, electron: electron ?? '', node, settings: settings.value };
}

function withoutUndefined<T extends object>(patch: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}

async function grantTyped({ dialogs, grants }: Parts, typed: string): Promise<Grant | null> {
  const file = typed.startsWith('~/') ? path.join(app.getPath('home'), typed.slice(2)) : typed;
  if (!path.isAbsolute(file)) {
    throw new AppError('E_INPUT', `${typed} is not a whole path.`, { next: 'Write the path from the root of the disk.' });
  }
  if ((await stat(file).catch(() => null)) === null) {
    throw new AppError('E_INPUT', `${file} does not exist or cannot be read.`, { next: 'Check how it is written.' });
  }
  return (await confirmTyped(dialogs, file)) ? grants.give(file) : null;
}

async function openOutside(file: string): Promise<void> {
  const isFolder = (await stat(file).catch(() => null))?.isDirectory() === true;
  if (!isFolder && !OPENABLE.includes(path.extname(file).toLowerCase())) return shell.showItemInFolder(file);
  const problem = await shell.openPath(file);
  if (problem !== '') throw new AppError('E_INPUT', `${file} could not be opened: ${problem}.`);
}
