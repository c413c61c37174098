/** The views that need a run, over a demo project that a real core has run twice: sound as every view, and what is saved. */
import { readFile } from 'node:fs/promises';
import { decode } from 'fast-png';
import { afterAll, describe, expect, it } from 'vitest';
import { FakeHost } from '../helpers/fake-host.ts';
import { openScene } from '../helpers/open-scene.ts';
import { expectSoundView, LOOKS } from '../helpers/page-checks.ts';
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

it('counts the warnings of the newest run in the status bar', async () => {
  const { page, close } = await openScene(host, scenes['results'], LOOKS[0]);
  const [newest] = [...real.view.runs].sort((a, b) => b.id - a.id);
  const { results } = await real.core.call('run.results', { run: newest.id });
  expect(newest.warnings).toBe(results.warnings.length);
  if (newest.warnings > 0) await page.locator('.status').getByText(`${newest.warnings} warning`).waitFor();
  else await page.locator('.status').getByText('No warnings').waitFor();
  await close();
});
