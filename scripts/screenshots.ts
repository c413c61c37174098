/**
 * `npx node scripts/screenshots.ts FOLDER [PATTERN]`: pictures of the window in every view and state, light and dark, at two
 * sizes, and in French (of these, files that match PATTERN); and an index.html that holds each beside its mock-up where
 * ../shared/design/shots is there.
 */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { build } from 'vite';
import { FakeHost } from '../test/helpers/fake-host.ts';
import { openScene, still } from '../test/helpers/open-scene.ts';
import { PAGE_SCENES, type Scene } from '../test/helpers/page-scenes.ts';
import { realProject } from '../test/helpers/real-project.ts';
import { runScenes } from '../test/helpers/run-scenes.ts';
import { ROOT, rendererConfig } from './build-config.ts';

const SHOTS = path.join(ROOT, '../shared/design/shots');
const SIZES = { 1280: { width: 1280, height: 800 }, 1920: { width: 1920, height: 1080 } } as const;
const VARIANTS = [
  { theme: 'light', locale: 'en', size: 1280 },
  { theme: 'dark', locale: 'en', size: 1280 },
  { theme: 'light', locale: 'en', size: 1920 },
  { theme: 'dark', locale: 'en', size: 1920 },
  { theme: 'light', locale: 'fr', size: 1280 },
] as const;
type Variant = (typeof VARIANTS)[number];

const [folder, pattern = ''] = process.argv.slice(2);
if (folder === undefined) throw new Error('Name the folder for the pictures.');
mkdirSync(folder, { recursive: true });
await build(rendererConfig());

const rows: string[] = [];
await take(PAGE_SCENES, await FakeHost.start());
const real = await realProject();
await take(runScenes(real), await FakeHost.start(real));
await real.close();
writeFileSync(path.join(folder, 'index.html'), page(rows));

async function take(scenes: Readonly<Record<string, Scene>>, host: FakeHost): Promise<void> {
  for (const [name, scene] of Object.entries(scenes)) {
    for (const variant of VARIANTS) {
      const file = `${name}-${variant.size}-${variant.theme}-${variant.locale}.png`;
      if (new RegExp(pattern).test(file)) await picture(host, { file, scene, variant });
    }
  }
  await host.stop();
}

interface Shot {
  file: string;
  scene: Scene;
  variant: Variant;
}

async function picture(host: FakeHost, { file, scene, variant }: Shot): Promise<void> {
  const { theme, locale, size } = variant;
  const window = await openScene(host, scene, { theme, locale }, SIZES[size]);
  await window.page.waitForTimeout(300); // Skeletons show after 200 ms.
  await still(window);
  await window.page.screenshot({ path: path.join(folder, file) });
  await window.close();
  rows.push(row(file, mockup(scene, variant)));
  console.log(file, ...window.faults);
}

/** The nearest mock-up: of this theme and size, else the plain one. */
function mockup({ mockup: plain, wide }: Scene, { theme, size }: Variant): string | null {
  if (plain === undefined) return null;
  const base = size === 1920 && wide !== undefined ? wide : plain;
  const names = [`${base}${size === 1920 ? '-1920' : ''}${theme === 'dark' ? '-dark' : ''}`, `${base}-${theme}`, base, plain];
  const found = names.map((each) => path.join(SHOTS, `${each}.png`)).find((each) => existsSync(each));
  return found === undefined ? null : path.relative(path.resolve(folder), found);
}

function row(file: string, beside: string | null): string {
  const image = (source: string): string => `<img loading="lazy" src="${source}" alt="">`;
  return `<tr><th colspan="2">${file}</th></tr><tr><td>${image(file)}</td><td>${beside === null ? '' : image(beside)}</td></tr>`;
}

function page(lines: readonly string[]): string {
  const style = 'table{width:100%}td{width:50%;vertical-align:top}img{width:100%}th{text-align:left;padding-top:24px}';
  return `<!doctype html><meta charset="utf-8"><title>Oodlab beside its mock-ups</title><style>${style}</style><table>${lines.join('\n')}</table>\n`;
}
