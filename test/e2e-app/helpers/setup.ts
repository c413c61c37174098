/** Once for all files: system packages, runtime, build, and on Linux a display. A part that cannot be had fails the run. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { TestProject } from 'vitest/node';
import { buildIfNeeded } from '../../../scripts/build.ts';
import { resolveRuntime } from '../../../scripts/electron-runtime.ts';
import { needSystemPackages } from '../../../scripts/system-packages.ts';

declare module 'vitest' {
  interface ProvidedContext {
    executable: string;
    runtimeFolder: string;
    display: string;
  }
}

export default async function setup(project: TestProject): Promise<() => void> {
  await needSystemPackages();
  const runtime = await resolveRuntime();
  await buildIfNeeded();
  const xvfb = process.platform === 'linux' ? spawnXvfb() : null;
  project.provide('executable', runtime.executable);
  project.provide('runtimeFolder', runtime.folder);
  project.provide('display', xvfb === null ? '' : await displayOf(xvfb));
  return () => void xvfb?.kill();
}

/** Xvfb picks a number that is free and writes it to file descriptor 3. */
function spawnXvfb(): ChildProcess {
  return spawn('Xvfb', ['-displayfd', '3', '-screen', '0', '1920x1080x24', '-nolisten', 'tcp'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  });
}

async function displayOf(xvfb: ChildProcess): Promise<string> {
  const [data] = (await once(xvfb.stdio[3]!, 'data')) as [Buffer];
  return `:${data.toString('utf8').trim()}`;
}
