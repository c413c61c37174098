/** Dataset and Model steps: what the window asks of its host, and what it shows of the answers. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Refusal } from '../helpers/fake-answers.ts';
import { FakeHost, type Window } from '../helpers/fake-host.ts';
import { fakeProject } from '../helpers/fake-project.ts';
import { PAGE_SCENES } from '../helpers/page-scenes.ts';

let host: FakeHost;
beforeAll(async () => void (host = await FakeHost.start()));
afterAll(() => host.stop());

const asked = ({ state }: Window, name: string): unknown[] =>
  state.asked.filter((each) => each.name === name).map(({ input }) => input);

describe('Dataset', () => {
  it('removes a set with Delete and offers to undo', async () => {
    const window = await host.open({
      route: '#/dataset',
      answers: { 'dataset.restore': () => fakeProject({ seq: 9 }) },
    });
    await window.page.locator('.rowpick', { hasText: 'Textures' }).focus();
    await window.page.keyboard.press('Delete');
    await window.page.getByText('Textures removed').waitFor();
    expect(await window.page.locator('.ds tbody tr').count()).toBe(5);
    await window.page.getByRole('button', { name: 'Undo' }).click();
    await window.page.locator('.rowpick', { hasText: 'Textures' }).waitFor();
    expect(asked(window, 'dataset.restore')).toEqual([{ id: 'set6' }]);
    await window.close();
  });

  it('moves with the arrows and shows the selected set', async () => {
    const window = await host.open({ route: '#/dataset' });
    await window.page.locator('.rowpick').first().focus();
    await window.page.keyboard.press('ArrowDown');
    await window.page.keyboard.press('ArrowDown');
    await window.page.locator('.insp header', { hasText: 'MNIST digits' }).waitFor();
    await window.close();
  });

  it('changes a role by letter in the row', async () => {
    const window = await host.open({ route: '#/dataset' });
    await window.page.getByLabel('Role of UCI digits').selectOption('select');
    await expect.poll(() => asked(window, 'dataset.update')).toEqual([{ id: 'set5', role: 'select' }]);
    await window.close();
  });

  it('asks for the role of what is added, guessed from the name', async () => {
    const window = await host.open({ route: '#/dataset', answers: { 'dataset.add': () => fakeProject({ seq: 4 }) } });
    await window.page.locator('h1', { hasText: 'Dataset' }).waitFor();
    await window.page.keyboard.press('Control+Shift+a');
    await window.page.getByRole('dialog').getByText('ood_textures').waitFor();
    await expect.poll(() => window.page.evaluate(`document.activeElement.textContent.trim()`)).toBe('Add');
    await window.page.keyboard.press('Enter');
    await expect.poll(() => asked(window, 'dataset.add')).toEqual([{ grants: ['g-images-folder'], role: 'ood' }]);
    await window.close();
  });

  it('makes a set with drawn anomalies: which, and how strong by its pictures', async () => {
    const window = await host.open({
      ...PAGE_SCENES['dataset-derive-dialog'],
      answers: { 'dataset.derive': () => fakeProject({ seq: 5 }) },
    });
    await PAGE_SCENES['dataset-derive-dialog'].act!(window.page);
    const dialog = window.page.getByRole('dialog');
    await dialog.getByLabel('Anomaly').selectOption('mud');
    await expect
      .poll(() => asked(window, 'dataset.derive.preview').at(-1))
      .toEqual({ from: 'set2', index: 0, corruption: 'mud' });
    await dialog.getByRole('radio', { name: 'Severity 3' }).focus();
    await window.page.keyboard.press('ArrowRight');
    await dialog.getByRole('button', { name: 'Add' }).click();
    await expect.poll(() => asked(window, 'dataset.derive')).toEqual([{ from: 'set2', corruption: 'mud', severity: 4 }]);
    await expect.poll(() => dialog.count()).toBe(0);
    await window.close();
  });

  it('switches the severity ladder on and off in the plan', async () => {
    const window = await host.open({ route: '#/evaluate/plan' });
    const box = window.page.getByRole('checkbox', { name: /^Climb the severity ladder/ });
    await box.check();
    await expect.poll(() => asked(window, 'draft.update')).toMatchObject([{ severity: { from: 'Fashion test', limit: 200 } }]);
    await window.page.getByLabel('Images a step').fill('50');
    await window.page.keyboard.press('Enter');
    await expect.poll(() => asked(window, 'draft.update').at(-1)).toMatchObject({ severity: { limit: 50 } });
    await box.uncheck();
    await expect.poll(() => asked(window, 'draft.update').at(-1)).toEqual({ severity: null });
    await window.close();
  });

  it('draws a few thumbnails of many images, and those in sight after scrolling', async () => {
    const window = await host.open({ route: '#/dataset' });
    await window.page.getByRole('button', { name: 'Browse all' }).click();
    const grid = window.page.locator('.tscroll');
    await grid.locator('img').first().waitFor();
    await grid.evaluate((element) => element.scrollTo(0, element.scrollHeight));
    await grid.locator('img[alt^="Image 2,999"]').waitFor();
    expect(await grid.locator('.thumb').count()).toBeLessThan(120);
    await window.close();
  });

  it('recomputes a claim when the measured value is changed', async () => {
    const window = await host.open({ route: '#/dataset' });
    const row = window.page.locator('.planner tbody tr').first();
    await expect.poll(() => row.locator('b').textContent()).toBe('at most 6.3\u202f%'); // DESIGN.md: 50 of 1,000.
    await row.getByRole('textbox').fill('0');
    await window.page.keyboard.press('Enter');
    await expect.poll(() => row.locator('b').textContent()).toBe('at most 0.3\u202f%'); // 1 - 0.05^(1/1000)
    await window.close();
  });

  it('takes a drop anywhere and shows the target while files are over the window', async () => {
    const window = await host.open({ route: '#/dataset' });
    await window.page.locator('h1', { hasText: 'Dataset' }).waitFor();
    const fire = (type: string): Promise<void> =>
      window.page.evaluate(`{
        const data = new DataTransfer();
        data.items.add(new File(['x'], 'fashion_test'));
        document.body.dispatchEvent(new DragEvent('${type}', { bubbles: true, cancelable: true, dataTransfer: data }));
      }`);
    await fire('dragenter');
    await window.page.getByText('Drop to add').waitFor();
    await fire('drop');
    await window.page.getByRole('dialog').getByText('fashion_test').waitFor();
    await window.close();
  });
});

describe('Evaluate', () => {
  it('leaves the focus on the size beside the one that is removed', async () => {
    const window = await host.open({ route: '#/evaluate/plan' });
    const chips = window.page.locator('.chips .chip');
    await chips.nth(1).waitFor();
    const next = await chips.nth(2).getAttribute('aria-label');
    await chips.nth(1).focus();
    await window.page.keyboard.press('Enter');
    await expect.poll(() => window.page.evaluate(`document.activeElement.getAttribute('aria-label')`)).toBe(next);
    await window.close();
  });
});

describe('Model', () => {
  it('says which preset does better, and uses it', async () => {
    const wrong = fakeProject();
    wrong.draft.model = { ...wrong.draft.model!, preprocess: { ...wrong.draft.model!.preprocess, mean: [0], std: [1] } };
    const window = await host.open({ route: '#/model', state: { project: wrong } });
    await window.page.getByText('Fashion-MNIST does better: 91.8').waitFor();
    await window.page.getByRole('button', { name: 'Use Fashion-MNIST' }).click();
    await window.page.getByText('No preset does better').waitFor();
    expect(await window.page.getByLabel('Mean', { exact: true }).inputValue()).toBe('0.286');
    await window.close();
  });

  it('reads fractions and lists, and marks what it cannot read', async () => {
    const window = await host.open({ route: '#/model' });
    const fill = async (label: string, text: string): Promise<void> => {
      await window.page.getByLabel(label, { exact: true }).fill(text);
      await window.page.keyboard.press('Enter');
    };
    await fill('Scale', '1/128');
    await fill('Mean', '0.485, 0.456, 0.406');
    await fill('Standard deviation', 'x');
    await window.page.getByText('One number above 0, or one for each channel.').waitFor();
    const updates = asked(window, 'draft.update') as { preprocess: { scale: number; mean: number[]; std: number[] } }[];
    expect(updates[0].preprocess.scale).toBe(1 / 128);
    expect(updates[1].preprocess).toMatchObject({ mean: [0.485, 0.456, 0.406], std: [0.353, 0.353, 0.353] });
    expect(updates).toHaveLength(2);
    await window.close();
  });

  it('shows why a file cannot be used and puts the former model back', async () => {
    const window = await host.open({ ...PAGE_SCENES['model-broken'], answers: { 'model.undo': () => fakeProject({ seq: 3 }) } });
    await window.page.getByText('initializer_shape_mismatch.onnx cannot be used').waitFor();
    await window.page.getByText('Weight conv2.weight needs 4,608 bytes but holds 4,544.').waitFor();
    await window.page.getByRole('button', { name: 'Put the former model back' }).click();
    await window.page.getByText('demo_eval.onnx').first().waitFor();
    await window.close();
  });

  it('shows a refusal above the page until it is dismissed', async () => {
    const refuse = (): never => {
      throw new Refusal({ code: 'E_DISK_FULL', message: 'The disk is full.', next: 'Free some space.' });
    };
    const window = await host.open({ route: '#/model', answers: { 'model.set': refuse } });
    await window.page.getByRole('button', { name: 'Replace…' }).click();
    await window.page.getByRole('alert').getByText('The disk is full.').waitFor();
    await window.page.getByRole('button', { name: 'Dismiss' }).click();
    await window.page.getByRole('alert').waitFor({ state: 'detached' });
    await window.close();
  });
});
