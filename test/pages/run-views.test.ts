/** The views that need a run, over a demo project that a real core has run twice: sound as every view, and what is saved. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { decode } from 'fast-png';
import { afterAll, describe, expect, it } from 'vitest';
import { FakeHost } from '../helpers/fake-host.ts';
import { openScene } from '../helpers/open-scene.ts';
import { expectSoundView, LOOKS } from '../helpers/page-checks.ts';
import { correlation, ink } from '../helpers/ink.ts';
import { needPoppler, pdfFirstPage } from '../helpers/pdf.ts';
import { realProject } from '../helpers/real-project.ts';
import { runScenes } from '../helpers/run-scenes.ts';

const real = await realProject();
const host = await FakeHost.start(real);
const scenes = runScenes(real);
afterAll(async () => {
  await host.stop();
  await real.close();
});

describe.each(Object.entries(scenes))('%s', (_name, scene) => {
  it.each(LOOKS)('$theme, $locale', (look) => expectSoundView(host, scene, look));
});

describe('charts', () => {
  const LOOK = { theme: 'light', locale: 'en' } as const;

  it('are saved as a picture and as a table, within the policy', async () => {
    const { page, faults, close } = await openScene(host, scenes['results-roc'], LOOK);
    const save = async (item: RegExp): Promise<{ name: string; bytes: Buffer }> => {
      await page.getByRole('button', { name: /^Save as/ }).click();
      const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('menuitem', { name: item }).click()]);
      return { name: download.suggestedFilename(), bytes: await readFile(await download.path()) };
    };
    const picture = await save(/PNG/);
    expect(picture.name).toMatch(/\.png$/);
    const { width, height, data } = decode(picture.bytes);
    expect(width).toBeGreaterThan(1000); // Twice the size of the drawing.
    expect(height).toBeGreaterThan(400);
    expect(new Set(data).size).toBeGreaterThan(20); // Something is drawn.
    const table = await save(/CSV/);
    expect(table.name).toMatch(/\.csv$/);
    expect(table.bytes.toString().split('\r\n').length).toBeGreaterThan(100);
    expect(faults).toEqual([]);
    await close();
  });

  it('stand side by side in a wide window', async () => {
    const { page, close } = await openScene(host, scenes['results'], LOOK, { width: 1920, height: 1080 });
    expect(await page.locator('.panels .panel').count()).toBe(8);
    expect(await page.getByRole('tab').count()).toBe(0);
    const [scores, roc] = await page
      .locator('.panel')
      .evaluateAll((all) => all.slice(0, 2).map((one) => one.getBoundingClientRect().top));
    expect(scores).toBe(roc);
    await page.setViewportSize({ width: 1280, height: 800 });
    await page.getByRole('tab').first().waitFor();
    await close();
  });
});

describe('Export', () => {
  it('shows the first page of the report as it will be printed', async () => {
    await needPoppler();
    // Written anew: earlier scenes have added requirements.
    const { id } = await real.core.call('export.start', { run: 1, folder: null, items: ['report'], config: null });
    await real.core.job((job) => job.id === id && job.state === 'done');
    const { page, close } = await openScene(host, scenes['export-done'], LOOKS[0]);
    const source = await page.getByAltText('First page of the report').getAttribute('src');
    await page.setViewportSize({ width: 1190, height: 1683 });
    await page.goto(`data:text/html,${encodeURIComponent(`<body style="margin:0"><img width="1190" src="${source}">`)}`);
    const shown = decode(await page.screenshot());
    const { folder } = await real.core.call('export.view', { run: 1, folder: null });
    const printed = pdfFirstPage(path.join(folder, 'report.pdf'), 1190);
    expect(correlation(ink(shown), ink(printed))).toBeGreaterThan(0.99);
    await close();
  });

  it('opens each file that was written', async () => {
    const window = await openScene(host, scenes['export-done'], LOOKS[0]);
    await window.page.getByRole('button', { name: 'Open report', exact: true }).click();
    await window.page.getByRole('button', { name: 'Open scores.csv' }).click();
    const { folder } = await real.core.call('export.view', { run: 1, folder: null });
    const opened = window.state.asked.filter(({ name }) => name === 'app.open').map(({ input }) => input);
    expect(opened).toEqual(['report.pdf', 'scores.csv'].map((name) => ({ grant: path.join(folder, name) })));
    await window.close();
  });

  it('leaves the focus beside a requirement that is removed', async () => {
    const { page, close } = await openScene(host, scenes['export-requirements'], LOOKS[0]);
    const removes = page.getByRole('button', { name: /^Remove R-/ });
    const focused = (): Promise<string | null> => page.evaluate(`document.activeElement.getAttribute('aria-label')`);
    for (let left = await removes.count(); left > 0; left--) {
      const beside = left > 1 ? await removes.nth(1).getAttribute('aria-label') : 'Add a requirement';
      await removes.first().focus();
      await page.keyboard.press('Enter');
      await expect.poll(focused).toBe(beside);
    }
    await close();
  });
});

it('reads a figure apart from its interval', async () => {
  const { page, close } = await openScene(host, scenes['results'], LOOKS[0]);
  expect(await page.locator('table.res td.n').first().textContent()).toMatch(/^\s*\d\.\d+, \d\.\d+–\d\.\d+\s*$/);
  await close();
});

it('counts the warnings of the newest run in the status bar', async () => {
  const { page, close } = await openScene(host, scenes['results'], LOOKS[0]);
  const [newest] = [...real.view.runs].sort((a, b) => b.id - a.id);
  const { results } = await real.core.call('run.results', { run: newest.id });
  expect(newest.warnings).toBe(results.warnings.length);
  if (newest.warnings > 0) await page.locator('.status').getByText(`${newest.warnings} warning`).waitFor();
  else await page.locator('.status').getByText('No warnings').waitFor();
  await close();
});
