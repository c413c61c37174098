/** The settings search in the window: keys, what a cell tells, what is asked of the host. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { FakeHost } from '../helpers/fake-host.ts';
import { madeSearch } from '../helpers/made-search.ts';

let host: FakeHost;
beforeAll(async () => void (host = await FakeHost.start()));
afterAll(() => host.stop());

it('starts on the best cell, moves by arrows, and takes hook and setting of the one that is looked at', async () => {
  const window = await host.open({
    route: '#/hook',
    answers: {
      'hook.graph': () => ({ nodes: [], inputs: [], outputs: [] }),
      'hook.preflight.last': () => null,
      'hook.search.last': madeSearch,
    },
  });
  const { page } = window;
  const best = page.getByRole('button', { name: 'block2.out, drop 0.3, block 3: AUROC 0.970 0.940–0.990, the best' });
  await best.focus();
  expect(await page.locator('.heat button[tabindex="0"]').count()).toBe(1);
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowDown');
  await page.getByRole('heading', { name: 'block2.conv1, drop 0.3, block 5' }).waitFor();
  expect(await page.evaluate('document.activeElement.dataset.cell')).toBe(
    String(
      madeSearch().cells.findIndex(
        ({ label, dropProb, blockSize }) => label === 'block2.conv1' && dropProb === 0.3 && blockSize === 5,
      ),
    ),
  );
  await page.getByRole('button', { name: 'Use this setting' }).click();
  const update = window.state.asked.find(({ name }) => name === 'draft.update')!.input;
  expect(update).toMatchObject({
    hook: { tensor: 'block2.conv1', kind: 'conv', reduction: 'fullmean' },
    sampling: { dropProb: 0.3, blockSize: 5, samples: 16, seed: 0 },
  });
  await window.close();
});
