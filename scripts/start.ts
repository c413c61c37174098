/** `npm start [FILE]`: builds when something changed, finds the Electron runtime, opens the application. */
import { spawn } from 'node:child_process';
import { ROOT } from './build-config.ts';
import { buildIfNeeded } from './build.ts';
import { resolveRuntime } from './electron-runtime.ts';
import { needSystemPackages } from './system-packages.ts';

await needSystemPackages();
const runtime = await resolveRuntime();
await buildIfNeeded();
if (process.platform === 'linux' && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY) {
  throw new Error('There is no display. Start it on a desktop, or with: xvfb-run -a npm start');
}
// Chromium's sandbox refuses to run as root; that happens in containers, on trials.
const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
const application = spawn(runtime.executable, [...sandbox, ROOT, ...process.argv.slice(2)], { stdio: 'inherit' });
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => application.kill(signal));
application.on('exit', (code) => (process.exitCode = code ?? 1));
