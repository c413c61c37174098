/** The Export step over a real run: nothing written, writing, written, refused; with requirements. */
import type { Page } from '@playwright/test';
import { withGrant } from '../../electron/main/answer-grants.ts';
import type { ExportView, JobStage, JobView, ProjectView } from '../../electron/shared/app/views.ts';
import type { CoreClient } from './core-client.ts';
import type { Answers } from './fake-answers.ts';
import type { Scene } from './page-scenes.ts';

interface Given {
  view: ProjectView;
  /** A job in its middle. */
  half: JobView;
  /** Refuses: the disk is full. */
  full: () => never;
  core: CoreClient;
}

export function exportScenes({ view, half, full, core }: Given): Record<string, Scene> {
  const stages = (['csv', 'json', 'plan', 'monitor', 'report', 'evidence'] as const).map((name, at): JobStage => {
    const state = at < 3 ? 'done' : at === 3 ? 'running' : 'waiting';
    return { name, state, done: 412, total: 1000, rate: null, seconds: null };
  });
  const job: JobView = { ...half, kind: 'export', state: 'running', fraction: 0.4, item: 'monitor', stages };
  const writing: Answers = {
    'export.view': async (input) => {
      const shown = await core.call('export.view', input);
      const state = { waiting: 'waiting', running: 'writing', done: 'written' } as const;
      const items = shown.items.map((item) => ({ ...item, state: state[stages.find(({ name }) => name === item.item)!.state] }));
      return { ...shown, items };
    },
  };
  const written: Answers = {
    'export.view': async (input) => {
      const shown = await core.call('export.view', input);
      return withGrant('export.view', shown, { give: (path) => ({ id: path, name: path, path }) }) as ExportView;
    },
  };
  return {
    'export-done': { route: '#/export/1', answers: written, mockup: '08-export' },
    'export-idle': { route: '#/export/2' },
    'export-running': { route: '#/export/2', state: { job }, answers: writing },
    'export-error': { route: '#/export/2', answers: { 'export.view': full } },
    'export-requirements': { route: '#/export/1', answers: written, act: requirements, mockup: '08-export' },
    'export-empty': { route: '#/export', state: { project: { ...view, runs: [] } } },
  };
}

async function requirements(page: Page): Promise<void> {
  const add = page.locator('.insp h3 button');
  await add.click();
  await page.locator('.insp').getByText('R-1').waitFor();
  await page.mouse.move(0, 0); // The tip of the button may or may not have come up by now.
}
