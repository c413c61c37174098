/** `npm run check`: format, lint with the layer rule, types layer by layer. Each prints one line. */
import { spawnSync } from 'node:child_process';
import { pathToFileURL } from 'node:url';

export interface Check {
  name: string;
  command: readonly string[];
}

export const CHECKS: readonly Check[] = [
  { name: 'format', command: ['prettier', '--check', '--log-level', 'warn', '.'] },
  { name: 'lint and layers', command: ['eslint', '.', '--max-warnings', '0'] },
  { name: 'types: all', command: ['tsc', '-p', 'tsconfig.json'] },
  { name: 'types: shared alone', command: ['tsc', '-p', 'electron/shared'] },
  { name: 'types: engine alone', command: ['tsc', '-p', 'electron/engine'] },
  { name: 'types: workers alone', command: ['tsc', '-p', 'electron/workers'] },
  { name: 'types: main alone', command: ['tsc', '-p', 'electron/main'] },
  { name: 'types: preload alone', command: ['tsc', '-p', 'electron/preload'] },
  { name: 'types: tests of the application', command: ['tsc', '-p', 'test/e2e-app'] },
  {
    name: 'types: renderer',
    command: ['svelte-check', '--tsconfig', 'renderer/tsconfig.json', '--fail-on-warnings', '--output', 'human'],
  },
];

/** Runs a check and says how it went. */
export function run({ name, command }: Check): boolean {
  const started = performance.now();
  const passed = spawnSync('npx', ['--no-install', ...command], { stdio: 'inherit' }).status === 0;
  console.log(`${passed ? 'ok    ' : 'FAILED'} ${name} (${((performance.now() - started) / 1000).toFixed(1)} s)`);
  return passed;
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const failed = CHECKS.filter((check) => !run(check)).length;
  console.log(`${CHECKS.length - failed} passed, ${failed} failed, 0 skipped`);
  process.exitCode = failed === 0 ? 0 : 1;
}
