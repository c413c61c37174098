/** What can be done to a set, with undo where it takes something away. */
import type { DatasetView } from '../../electron/shared/app/views.ts';
import { datasetTexts } from '../../electron/shared/messages/app-dataset.ts';
import { translator } from '../i18n.svelte.ts';
import { project } from '../state/project.svelte.ts';
import { toasts } from '../state/toasts.svelte.ts';

const t = translator(datasetTexts);

export async function removeSet({ id, name }: DatasetView): Promise<void> {
  if (!(await project.send('dataset.remove', { id }))) return;
  toasts.show(t('removed', { name }), () => void project.send('dataset.restore', { id }));
}
