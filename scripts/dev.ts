/**
 * `npm run dev [FILE]`: the application for work on it. The window comes from Vite's server and changes in place; main,
 * preload and workers are built anew when something below electron/ changes, and the application is started again.
 */
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { rmSync, watch } from 'node:fs';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { build, createServer } from 'vite';
import { mainConfig, preloadConfig, rendererConfig, ROOT, workersConfig } from './build-config.ts';
import { STAMP } from './build.ts';
import { resolveRuntime } from './electron-runtime.ts';
import { openApplication } from './open-application.ts';
import { needSystemPackages } from './system-packages.ts';

const PORT = 5173;

await needSystemPackages();
const runtime = await resolveRuntime();
const server = await createServer({
  ...rendererConfig(),
  server: { host: 'localhost', port: PORT, strictPort: true, hmr: { protocol: 'ws', host: 'localhost', clientPort: PORT } },
});
await server.listen();
const address = `http://localhost:${PORT}`;
rmSync(STAMP, { force: true }); // What lies in dist/ from now on needs this server: `npm start` builds its own.

/** The one whose end ends the server; null while it is being replaced. */
let application: ChildProcess | null = null;
let changes = 0;

await buildProcesses();
open();
console.log(`The window comes from ${address} and changes as you save; Ctrl-C ends both.`);
watch(path.join(ROOT, 'electron'), { recursive: true }, () => void restartSoon());
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => application?.kill(signal));

async function buildProcesses(): Promise<void> {
  for (const config of [mainConfig(address), preloadConfig(), workersConfig()]) await build(config);
}

function open(): void {
  const started = openApplication(runtime, process.argv.slice(2));
  application = started;
  started.on('exit', (code) => {
    if (started === application) void server.close().then(() => process.exit(code ?? 1));
  });
}

/** Editors save in bursts: one build for all that was saved within a fifth of a second. A build that fails is told and waited out. */
async function restartSoon(): Promise<void> {
  const mine = ++changes;
  await setTimeout(200);
  if (mine !== changes) return;
  try {
    await buildProcesses();
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    return;
  }
  const old = application;
  if (mine !== changes || old === null) return;
  application = null;
  const ended = once(old, 'exit');
  old.kill();
  await ended;
  open();
}
