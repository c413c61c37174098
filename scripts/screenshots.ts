/**
 * `npx node scripts/screenshots.ts FOLDER [NAME]`: pictures of the built window, every scene of scripts/scenes/*.ts (those
 * whose name begins with NAME) in both themes, sizes and languages, to be held beside the mock-ups. A scene is what the
 * stand-in host is told.
 */
import { mkdirSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { FakeHost, type WindowOptions } from '../test/helpers/fake-host.ts';

const SIZES = { 1280: { width: 1280, height: 800 }, 1920: { width: 1920, height: 1080 } } as const;
const VARIANTS = [
  { theme: 'light', locale: 'en', size: 1280 },
  { theme: 'dark', locale: 'en', size: 1280 },
  { theme: 'light', locale: 'fr', size: 1280 },
  { theme: 'light', locale: 'en', size: 1920 },
] as const;

const [folder, start = ''] = process.argv.slice(2);
if (folder === undefined) throw new Error('Name the folder for the pictures.');
mkdirSync(folder, { recursive: true });

const host = await FakeHost.start();
for (const [name, scene] of Object.entries(await allScenes())) {
  if (name.startsWith(start)) await picture(name, scene);
}
await host.stop();

async function allScenes(): Promise<Record<string, WindowOptions>> {
  const at = path.join(import.meta.dirname, 'scenes');
  const found: Record<string, WindowOptions> = {};
  for (const file of readdirSync(at).sort()) {
    const { scenes } = (await import(path.join(at, file))) as { scenes: Record<string, WindowOptions> };
    Object.assign(found, scenes);
  }
  return found;
}

async function picture(name: string, scene: WindowOptions): Promise<void> {
  for (const { theme, locale, size } of VARIANTS) {
    const state = { ...structuredClone(scene.state ?? {}), settings: { theme, locale } };
    const window = await host.open({ ...scene, state, context: { ...scene.context, viewport: SIZES[size] } });
    await window.page.locator('h1').first().waitFor();
    await window.page.waitForLoadState('networkidle');
    await window.page.waitForFunction('[...document.images].every((image) => image.complete)');
    await window.page.waitForTimeout(300); // Skeletons show after 200 ms.
    const file = path.join(folder, `${name}-${size}-${theme}-${locale}.png`);
    await window.page.screenshot({ path: file });
    console.log(file, ...window.faults);
    await window.close();
  }
}
