/**
 * `npm test`: the whole verdict on a checkout. Fast checks first, then every test suite; each step is counted, and the
 * last line is `N passed, N failed, N skipped`.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { CHECKS, run } from './check.ts';

interface VitestReport {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  numTodoTests: number;
  numFailedTestSuites: number;
}

const SUITES = ['vitest.config.ts', 'vitest.pages.config.ts', 'vitest.e2e.config.ts', 'vitest.app.config.ts'];

const folder = mkdtempSync(path.join(tmpdir(), 'oodlab-test-'));
const total = { passed: 0, failed: 0, skipped: 0 };
for (const check of CHECKS) total[run(check) ? 'passed' : 'failed']++;
for (const config of SUITES) runSuite(config);
rmSync(folder, { recursive: true, force: true });
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exitCode = total.failed === 0 ? 0 : 1;

function runSuite(config: string): void {
  const report = path.join(folder, `${config}.json`);
  const vitest = ['vitest', 'run', '--config', config, '--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const { status } = spawnSync('npx', ['--no-install', ...vitest], { stdio: 'inherit' });
  let counts: VitestReport;
  try {
    counts = JSON.parse(readFileSync(report, 'utf8')) as VitestReport;
  } catch {
    total.failed++;
    return;
  }
  total.passed += counts.numPassedTests;
  total.skipped += counts.numPendingTests + counts.numTodoTests;
  // A file that does not even load has no failed test of its own; it counts as one.
  total.failed += Math.max(counts.numFailedTests, status === 0 ? 0 : 1);
}
