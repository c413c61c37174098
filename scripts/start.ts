/** `npm start [FILE]`: builds when something changed, finds the Electron runtime, opens the application. */
import { buildIfNeeded } from './build.ts';
import { resolveRuntime } from './electron-runtime.ts';
import { openApplication } from './open-application.ts';
import { needSystemPackages } from './system-packages.ts';

await needSystemPackages();
const runtime = await resolveRuntime();
await buildIfNeeded();
const application = openApplication(runtime, process.argv.slice(2));
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => application.kill(signal));
application.on('exit', (code) => (process.exitCode = code ?? 1));
