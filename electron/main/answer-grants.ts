/**
 * The folder of an export and the files that it wrote become grants, so that the window can ask to show or open them: core,
 * which names them, is trusted; the page is not.
 */
import path from 'node:path';
import type { RequestName } from '../shared/app/contract.ts';
import type { ExportView } from '../shared/app/views.ts';
import type { Grants } from './grants.ts';

export function withGrant(name: RequestName, answer: unknown, grants: Pick<Grants, 'give'>): unknown {
  if (name !== 'export.view') return answer;
  const view = answer as ExportView;
  const give = (file: string): string => grants.give(path.join(view.folder, file)).id;
  const items = view.items.map((item) => ({
    ...item,
    files: item.files.map((file) => ({ ...file, grant: item.state === 'written' ? give(file.name) : null })),
  }));
  return { ...view, items, folderGrant: give('') } satisfies ExportView;
}
