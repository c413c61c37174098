/** What becomes of files that are dropped where no step asks for them: by their names. */
import type { Grant } from '../../electron/shared/app/contract.ts';
import { adding } from '../dataset/adding.svelte.ts';
import { project } from '../state/project.svelte.ts';
import { route } from '../state/route.svelte.ts';
import { newProject, openGrant } from './project-actions.ts';

export async function takeDropped(grants: Grant[]): Promise<void> {
  const opened = grants.find(({ name }) => /\.(oodlab|json)$/i.test(name));
  if (opened !== undefined) return openGrant(opened);
  if (project.view === null) await newProject();
  if (project.view === null) return;
  const model = grants.find(({ name }) => /\.onnx$/i.test(name));
  const images = grants.filter((grant) => grant !== model);
  if (model !== undefined) await project.send('model.set', { grant: model.id });
  if (images.length > 0) adding.take(images);
  route.go(images.length > 0 ? 'dataset' : 'model');
}
