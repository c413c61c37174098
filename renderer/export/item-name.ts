/** What an export is writing, in words: a job names it by its id. */
import { EXPORT_ITEMS } from '../../electron/shared/app/views.ts';
import { exportTexts } from '../../electron/shared/messages/app-export.ts';
import { translator } from '../i18n.svelte.ts';

const t = translator(exportTexts);

export function itemName(id: string | null): string {
  const item = EXPORT_ITEMS.find((known) => known === id);
  return item === undefined ? (id ?? '') : t(item);
}
