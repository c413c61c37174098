/**
 * What the window saves by itself: pictures and tables of charts, as blobs of its own page. The system's dialog asks where,
 * beginning in the folder of the last time; anything else that would be downloaded is refused. Called by the application.
 */
import path from 'node:path';
import type { DownloadItem, Session } from 'electron';
import { ORIGIN } from './app-protocol.ts';
import type { JsonFile } from './json-file.ts';

export interface DownloadPlace {
  folders: JsonFile<Record<string, string>>;
  documents: string;
}

const KIND = 'chart';

export function askWhereToSave(session: Pick<Session, 'on'>, place: DownloadPlace): void {
  session.on('will-download', (event, item) => {
    if (item.getURL().startsWith(`blob:${ORIGIN}/`)) propose(item, place);
    else event.preventDefault();
  });
}

function propose(item: DownloadItem, { folders, documents }: DownloadPlace): void {
  const folder = folders.value[KIND] ?? documents;
  item.setSaveDialogOptions({ defaultPath: path.join(folder, path.basename(item.getFilename())) });
  item.once('done', (_event, state) => {
    if (state === 'completed') folders.set({ ...folders.value, [KIND]: path.dirname(item.getSavePath()) });
  });
}
