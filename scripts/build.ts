/** `npm run build`: the application into dist/. Nothing else is needed to start or package it. */
import { pathToFileURL } from 'node:url';
import { build } from 'vite';
import { mainConfig, preloadConfig, rendererConfig, workersConfig } from './build-config.ts';

export async function buildAll(): Promise<void> {
  for (const config of [rendererConfig(), mainConfig({}), preloadConfig({}), workersConfig()]) await build(config);
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const started = performance.now();
  await buildAll();
  console.log(`Built into dist/ in ${((performance.now() - started) / 1000).toFixed(1)} s`);
}
