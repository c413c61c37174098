/** `oodlab bench`: usage errors, the schema, and Ctrl-C. What it measures is tested in test/unit/bench. */
import { mkdtempSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import type { BenchReport } from '../../electron/engine/bench/bench-report.ts';
import { NOISE_SAMPLES } from '../../electron/shared/noise.ts';
import { demoPlan, limited, writePlan } from '../helpers/demo-plan.ts';
import { runCli, startCli } from '../helpers/run-cli.ts';
import { tempFolder } from '../helpers/temp-folder.ts';

const folder = tempFolder();

test.each([
  [['--size', 'huge'], 'quick'],
  [['--only', 'everything'], 'estimators'],
])('%j is refused with what is allowed', async (args, allowed) => {
  const { code, stderr } = await runCli(['bench', ...args]);
  expect(code).toBe(2);
  expect(stderr).toContain(allowed);
  expect(stderr).not.toMatch(/^\s+at /m);
});

test('--json holds the machine and rows with targets and verdicts', async () => {
  const { code, stdout, stderr } = await runCli(['bench', '--size', 'quick', '--only', 'estimators', '--json']);
  expect(code, stderr).toBe(0);
  const report = JSON.parse(stdout) as BenchReport;
  expect(report.schema).toBe('oodlab.bench/1');
  expect(report.size).toBe('quick');
  expect(report.machine.onnxruntime).toMatch(/^\d+\.\d+/);
  expect(report.rows.map(({ id }) => id)).toEqual([
    'estimators.both',
    'estimators.lared',
    'estimators.larem',
    'estimators.rate',
    'estimators.memory',
  ]);
  for (const { measured } of report.rows) expect(measured).toBeGreaterThanOrEqual(0);
});

test('the study of masks tells each kind of masks for every number of samples, of the plan that it is given', async () => {
  const plan = demoPlan((draft) => {
    limited(30)(draft);
    draft.datasets.splice(3);
  });
  const file = writePlan(folder, plan);
  const { code, stdout, stderr } = await runCli(['bench', '--size', 'quick', '--only', 'masks', '--plan', file, '--json']);
  expect(code, stderr).toBe(0);
  const { rows } = JSON.parse(stdout) as BenchReport;
  const kinds = ['per-image-masks', 'one-bank', '3-banks-averaged'];
  const wanted = ['lared', 'larem'].flatMap((id) =>
    NOISE_SAMPLES.flatMap((n) => kinds.map((kind) => `masks.${id}.${n}.${kind}`)),
  );
  expect(rows.map(({ id }) => id)).toEqual(wanted);
  for (const { id, measured, note } of rows) {
    expect(measured).toBeGreaterThan(0);
    expect(measured).toBeLessThanOrEqual(1);
    expect(note).toContain('MNIST digits');
    expect(note.includes('to per-image, p ')).toBe(id.endsWith('one-bank'));
  }
});

test('Ctrl-C ends it with 130, promises no --resume and leaves no file behind', async () => {
  const place = mkdtempSync(path.join(folder, 'tmp-'));
  const { child, done } = startCli(['bench', '--size', 'quick', '--only', 'run'], { env: { ...process.env, TMPDIR: place } });
  await new Promise<void>((resolve) => {
    child.stderr!.on('data', (data: Buffer) => {
      if (data.toString().includes('evaluating')) resolve();
    });
  });
  expect(readdirSync(place).some((name) => name.startsWith('oodlab-bench-'))).toBe(true);
  child.kill('SIGINT');
  const { code, stderr } = await done;
  expect(code).toBe(130);
  expect(stderr).toContain('oodlab: Cancelled.');
  expect(stderr).not.toContain('--resume');
  expect(readdirSync(place)).toEqual([]);
});
