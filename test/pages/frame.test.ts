/** The frame by keyboard alone: steps, blockers, palette, regions, glossary, reload, drawer, quit question. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FakeHost, type Window } from '../helpers/fake-host.ts';
import { fakeProject } from '../helpers/fake-project.ts';
import { brokenSets } from '../helpers/page-scenes.ts';

let host: FakeHost;
beforeAll(async () => void (host = await FakeHost.start()));
afterAll(() => host.stop());

const focused = ({ page }: Window): Promise<string> => page.evaluate(`document.activeElement.textContent.trim()`);

describe('steps by keyboard', () => {
  it('goes on with Ctrl+Enter, by number, and keeps its step over a reload; the heading takes the focus', async () => {
    const window = await host.open({ route: '#/dataset' });
    await window.page.locator('h1', { hasText: 'Dataset' }).waitFor();
    expect(await focused(window)).toBe('Dataset');
    await window.page.keyboard.press('Control+Enter');
    await window.page.locator('h1', { hasText: 'Model' }).waitFor();
    expect(await focused(window)).toBe('Model');
    await window.page.reload();
    await window.page.locator('h1', { hasText: 'Model' }).waitFor();
    await window.page.keyboard.press('Control+1');
    await window.page.locator('h1', { hasText: 'Dataset' }).waitFor();
    await window.page.keyboard.press('Control+,');
    await window.page.locator('h1', { hasText: 'Settings' }).waitFor();
    await window.close();
  });

  it('says why Next is not available and stays', async () => {
    const window = await host.open({
      route: '#/dataset',
      state: { project: fakeProject({ datasets: brokenSets(), model: null }) },
    });
    const sentence = 'Fashion train is still being read, fog_recordings cannot be read, and there is no OoD set.';
    await window.page.getByText(`Next is not available yet: ${sentence}`).waitFor();
    const next = window.page.getByRole('button', { name: 'Next: Model' });
    expect(await next.getAttribute('aria-disabled')).toBe('true');
    await next.focus();
    await window.page.locator('.tooltip', { hasText: sentence }).waitFor();
    await window.page.keyboard.press('Enter');
    await window.page.keyboard.press('Control+Enter');
    expect(await window.page.locator('h1').textContent()).toContain('Dataset');
    await window.close();
  });

  it('says it in French', async () => {
    const state = { project: fakeProject({ datasets: [], model: null }), settings: { theme: 'light', locale: 'fr' } as const };
    const window = await host.open({ route: '#/dataset', state });
    await window.page.getByText('il n’y a aucun jeu de données, il n’y a pas de jeu d’ajustement').waitFor();
    await window.page.getByRole('button', { name: 'Suivant : Modèle' }).waitFor();
    await window.close();
  });
});

describe('around the steps', () => {
  it('finds commands by typing, and runs them', async () => {
    const window = await host.open({ route: '#/dataset' });
    await window.page.locator('h1', { hasText: 'Dataset' }).waitFor();
    await window.page.keyboard.press('Control+k');
    await window.page.getByRole('dialog').getByRole('combobox').waitFor();
    await window.page.keyboard.type('self');
    await window.page.keyboard.press('Enter');
    await window.page.locator('h1', { hasText: 'Self-test' }).waitFor();
    await window.page.keyboard.press('Control+k');
    await window.page.getByRole('dialog').waitFor();
    await window.page.keyboard.press('Escape');
    await window.page.getByRole('dialog').waitFor({ state: 'detached' });
    await window.page.keyboard.press('F1');
    await window.page.locator('h1', { hasText: 'Glossary' }).waitFor();
    await window.close();
  });

  it('moves from region to region with F6', async () => {
    const window = await host.open({ route: '#/dataset' });
    await window.page.locator('h1', { hasText: 'Dataset' }).waitFor();
    const seen: string[] = [];
    for (let i = 0; i < 5; i++) {
      await window.page.keyboard.press('F6');
      seen.push(
        await window.page.evaluate(
          `document.activeElement.closest('.rail, .head, .body, .insp, .status').className.split(' ')[0]`,
        ),
      );
    }
    expect(seen).toEqual(['body', 'insp', 'status', 'rail', 'head']);
    await window.close();
  });

  it('turns the inspector into a drawer in a narrow window; Escape closes it', async () => {
    const window = await host.open({ route: '#/dataset', context: { viewport: { width: 1000, height: 640 } } });
    const inspector = window.page.getByRole('complementary');
    await window.page.locator('h1', { hasText: 'Dataset' }).waitFor();
    expect(await inspector.count()).toBe(0);
    await window.page.keyboard.press('Control+i');
    await inspector.waitFor();
    await window.page.keyboard.press('Escape');
    await inspector.waitFor({ state: 'detached' });
    await window.close();
  });

  it('asks before quitting; Escape keeps the run', async () => {
    const window = await host.open({ route: '#/dataset' });
    await window.page.locator('h1', { hasText: 'Dataset' }).waitFor();
    await window.emit('quitRequested', {});
    await window.page.getByRole('alertdialog').waitFor();
    await expect.poll(() => focused(window)).toBe('Keep running');
    await window.page.keyboard.press('Escape');
    await window.page.getByRole('alertdialog').waitFor({ state: 'detached' });
    expect(window.state.asked.filter(({ name }) => name === 'app.quit').map(({ input }) => input)).toEqual([{ answer: 'keep' }]);
    await window.close();
  });

  it('changes theme and language at once', async () => {
    const window = await host.open({ route: '#/settings' });
    await window.page.getByText('Dark').click();
    await window.page.getByText('Français').click();
    await window.page.locator('h1', { hasText: 'Réglages' }).waitFor();
    expect(await window.page.locator('html').getAttribute('data-theme')).toBe('dark');
    await window.close();
  });

  it('shows an older snapshot of the project never', async () => {
    const window = await host.open({ route: '#/dataset', state: { project: fakeProject({ seq: 5 }) } });
    const named = (name: string, seq: number): ReturnType<typeof fakeProject> => {
      const project = fakeProject({ seq });
      return { ...project, draft: { ...project.draft, name } };
    };
    await window.emit('project', named('Newer', 7));
    await window.emit('project', named('Older', 6));
    expect(await window.page.locator('.project b').textContent()).toBe('Newer');
    await window.close();
  });
});
