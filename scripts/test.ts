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
  testResults: {
    name: string;
    message: string;
    assertionResults: { fullName: string; status: string; failureMessages: string[] }[];
  }[];
}

const SUITES = ['vitest.config.ts', 'vitest.pages.config.ts', 'vitest.e2e.config.ts', 'vitest.app.config.ts'];

const folder = mkdtempSync(path.join(tmpdir(), 'oodlab-test-'));
// The tests start some hundred processes of the command line: each loads compiled code instead of stripping types again.
process.env.NODE_COMPILE_CACHE = path.join(folder, 'compiled');
const total = { passed: 0, failed: 0, skipped: 0 };
const failures: string[] = [];
for (const check of CHECKS) {
  const passed = run(check);
  total[passed ? 'passed' : 'failed']++;
  if (!passed) failures.push(check.name);
}
for (const config of SUITES) runSuite(config);
rmSync(folder, { recursive: true, force: true });
// Said again at the end: of a long log, often only the end is kept.
for (const failure of failures) console.log(`FAILED ${failure}`);
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exitCode = total.failed === 0 ? 0 : 1;

function runSuite(config: string): void {
  const report = path.join(folder, `${config}.json`);
  const vitest = ['vitest', 'run', '--config', config, '--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const started = performance.now();
  const { status } = spawnSync('npx', ['--no-install', ...vitest], { stdio: 'inherit' });
  console.log(`${config}: ${((performance.now() - started) / 1000).toFixed(0)} s`);
  let counts: VitestReport;
  try {
    counts = JSON.parse(readFileSync(report, 'utf8')) as VitestReport;
  } catch {
    total.failed++;
    failures.push(`${config}: ended with ${status} and without a report`);
    return;
  }
  total.passed += counts.numPassedTests;
  total.skipped += counts.numPendingTests + counts.numTodoTests;
  // A file that does not even load has no failed test of its own; it counts as one.
  total.failed += Math.max(counts.numFailedTests, status === 0 ? 0 : 1);
  const said = counts.testResults.flatMap(failuresIn);
  // The report says nothing of a test file whose process died; what vitest printed above does.
  failures.push(
    ...(status !== 0 && said.length === 0 ? [`${config}: the process of a test file ended by itself (see above)`] : said),
  );
}

function failuresIn({ name, message, assertionResults }: VitestReport['testResults'][number]): string[] {
  const file = path.relative('.', name);
  const failed = assertionResults.filter(({ status }) => status === 'failed');
  const tests = failed.map(({ fullName, failureMessages }) => `${file} > ${fullName}: ${failureMessages.join('\n')}`);
  return message && !failed.length ? [`${file}: ${message}`] : tests;
}
