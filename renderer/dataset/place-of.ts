/** Where a set comes from, in words: its file or folder, or what it is made from. */
import type { DatasetView } from '../../electron/shared/app/views.ts';
import { deriveTexts } from '../../electron/shared/messages/app-derive.ts';
import { corruptionName } from '../../electron/shared/messages/corruptions.ts';
import { fileName } from '../format.svelte.ts';
import { language, translator } from '../i18n.svelte.ts';

const t = translator(deriveTexts);

export function placeOf({ path, derive }: DatasetView): string {
  if (derive === undefined) return fileName(path);
  const { corruption, severity, from } = derive;
  return t('made', { corruption: corruptionName(corruption, language.locale), severity, from });
}
