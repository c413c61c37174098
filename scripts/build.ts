/** `npm run build`: the application into dist/. Nothing else is needed to start or package it. */
import { existsSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'vite';
import { DIST, mainConfig, preloadConfig, rendererConfig, ROOT, workersConfig } from './build-config.ts';

export const STAMP = path.join(DIST, 'built');
const SOURCES = ['electron', 'renderer', 'scripts', 'package-lock.json'];

export async function buildAll(): Promise<void> {
  const started = performance.now();
  process.env.NODE_ENV = 'production'; // Under a test runner it says otherwise, and the window would be built for developing.
  for (const config of [rendererConfig(), mainConfig(), preloadConfig(), workersConfig()]) await build(config);
  writeFileSync(STAMP, '');
  console.log(`Built into dist/ in ${((performance.now() - started) / 1000).toFixed(1)} s`);
}

/** Builds unless everything in dist/ is newer than every source. */
export async function buildIfNeeded(): Promise<void> {
  const built = existsSync(STAMP) ? statSync(STAMP).mtimeMs : 0;
  if (SOURCES.some((name) => newest(path.join(ROOT, name)) > built)) await buildAll();
}

function newest(file: string): number {
  const { mtimeMs } = statSync(file);
  if (!statSync(file).isDirectory()) return mtimeMs;
  return Math.max(mtimeMs, ...readdirSync(file).map((name) => newest(path.join(file, name))));
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) await buildAll();
