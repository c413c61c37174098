/** Starts the built application on a resolved Electron; `npm start` and `npm run dev` share it. */
import { spawn, type ChildProcess } from 'node:child_process';
import { ROOT } from './build-config.ts';
import type { Runtime } from './electron-runtime.ts';

/** @throws Error when there is no display to open a window on. */
export function openApplication(runtime: Runtime, args: readonly string[]): ChildProcess {
  if (process.platform === 'linux' && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY) {
    throw new Error('There is no display. Start it on a desktop, or with xvfb-run -a in front of the command.');
  }
  // Chromium's sandbox refuses to run as root; that happens in containers, on trials.
  const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  return spawn(runtime.executable, [...sandbox, ROOT, ...args], { stdio: 'inherit' });
}
