/** The settings search of the window's core: what it needs, what it keeps, and that a look is counted once. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ProjectView } from '../../../electron/shared/app/views.ts';
import { triedCandidates } from '../../../electron/shared/search.ts';
import { CoreClient, settled } from '../../helpers/core-client.ts';
import { tempFolder } from '../../helpers/temp-folder.ts';

let core: CoreClient;
let view: ProjectView;

beforeAll(async () => {
  core = await CoreClient.start(tempFolder());
  await core.call('project.demo', {});
  view = await core.project(settled);
}, 60_000);
afterAll(() => core.stop());

test('searches select sets only, counts each look once, and finds it again', async () => {
  await expect(core.call('hook.search', {})).rejects.toThrow(/needs an OoD set with the role select/);
  const digits = view.datasets.find(({ name }) => name === 'MNIST digits')!;
  await core.call('dataset.update', { id: digits.id, role: 'select', limit: 30 });
  await core.project(settled);
  expect(await core.call('hook.search.last', {})).toBeNull();

  const found = await core.call('hook.search', {});
  expect(found.ood).toEqual([{ set: 'MNIST digits', images: 30 }]);
  expect(found.cells.length).toBeGreaterThan(50);
  const tried = triedCandidates(found);
  const after = await core.project(settled);
  expect(after.draft.selection.search).toEqual({ candidates: tried, images: 30, ind: 'Fashion train', ood: ['MNIST digits'] });
  expect(after.draft.hook).toEqual(view.draft.hook);

  // Taking a cell over keeps the search; asking again is the same look, with the same figures.
  await core.call('draft.update', { sampling: { ...view.draft.sampling, dropProb: 0.3, blockSize: 3 } });
  expect(await core.call('hook.search.last', {})).toEqual(found);
  const again = await core.call('hook.search', {});
  expect({ ...again, seconds: 0 }).toEqual({ ...found, seconds: 0 });
  expect((await core.project(settled)).draft.selection.search!.candidates).toBe(tried);

  // Other images are another look.
  await core.call('dataset.update', { id: digits.id, limit: 25 });
  await core.project(settled);
  await core.call('hook.search', {});
  expect((await core.project(settled)).draft.selection.search!.candidates).toBe(2 * tried);
}, 120_000);
