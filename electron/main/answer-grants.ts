/** Folders that core names in its answers become grants, so that the window can ask to show them: core is trusted, the page is not. */
import type { RequestName } from '../shared/app/contract.ts';
import type { ExportView } from '../shared/app/views.ts';
import type { Grants } from './grants.ts';

export function withGrant(name: RequestName, answer: unknown, grants: Pick<Grants, 'give'>): unknown {
  if (name !== 'export.view') return answer;
  const view = answer as ExportView;
  return { ...view, folderGrant: grants.give(view.folder).id } satisfies ExportView;
}
