/**
 * Core and inference as utility processes in the real Electron: links, sampling, SIGKILL of inference in the middle, SIGKILL
 * of core, restart, stop. Only SQLite is missing where Electron's Node-API is too old for it. Its entropies are those of Node.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { build } from 'vite';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import type { SampleJob } from '../../electron/engine/sampling/job.ts';
import { parsePlan } from '../../electron/shared/plan.ts';
import { processSamplers } from '../../electron/workers/process-sampler.ts';
import { DIST, nodeConfig, ROOT } from '../../scripts/build-config.ts';

const TRIAL = path.join(DIST, 'utility-test');
const DEMO = path.join(ROOT, 'resources', 'demo');
const folder = mkdtempSync(path.join(tmpdir(), 'oodlab-utility-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Seen {
  error?: string;
  logits: string;
  first: number[];
  again: number[];
  processes: { started: number[]; lost: string[] };
  restarted: { pid: number };
  state: string;
  events: string[];
  output: string[];
}

beforeAll(async () => {
  const names = ['core', 'inference', 'loader-thread'];
  const input = Object.fromEntries(names.map((name) => [name, `test/e2e-app/utility/${name}.ts`]));
  await build(nodeConfig({ name: 'utility-test/workers', input, define: {} }));
  await build(nodeConfig({ name: 'utility-test/main', input: { index: 'test/e2e-app/utility/main.ts' }, define: {} }));
  mkdirSync(TRIAL, { recursive: true });
  writeFileSync(
    path.join(TRIAL, 'package.json'),
    JSON.stringify({ name: 'utility-test', version: '1.0.0', main: 'main/index.cjs' }),
  );
});

function job(): SampleJob {
  const { model, hook, sampling, runtime, datasets } = parsePlan(
    JSON.parse(readFileSync(path.join(DEMO, 'plan.json'), 'utf8')),
    'demo',
  );
  return {
    model: { ...model, path: path.join(DEMO, model.path) },
    hook,
    sampling,
    sets: [{ name: 'fit', path: path.join(DEMO, datasets[0].path), format: 'auto', limit: 16 }],
    runtime: { ...runtime, provider: 'cpu', batchSize: 8, threads: 1 },
    wantLogits: false,
  };
}

it('core and inference run, crash and come back as utility processes', async () => {
  const out = path.join(folder, 'seen.json');
  const task = { workers: path.join(TRIAL, 'workers'), model: path.join(DEMO, 'demo_eval.onnx'), job: job(), out };
  const electron = spawn(inject('executable'), ['--no-sandbox', '--disable-gpu', `--user-data-dir=${folder}`, TRIAL], {
    env: { ...process.env, DISPLAY: inject('display'), UTILITY_TEST: JSON.stringify(task) },
    stdio: 'ignore',
  });
  await once(electron, 'exit');
  const seen = JSON.parse(readFileSync(out, 'utf8')) as Seen;
  expect(seen.error, seen.output.join('')).toBeUndefined();
  expect(seen.logits).toBe('logits');

  const [sampler] = await processSamplers()(job(), 1);
  const expected = Array.from((await sampler.batch({ set: 'fit', from: 0, to: 8 })).entropies);
  await sampler.close();
  expect(seen.first).toEqual(expected);
  expect(seen.again).toEqual(expected);
  expect(seen.processes.started).toHaveLength(2);
  expect(seen.processes.lost).toHaveLength(1);

  expect(seen.events).toEqual([expect.stringMatching(/^lost: /), 'restarted']);
  expect(seen.restarted.pid).toBeGreaterThan(0);
  expect(seen.state).toBe('stopped');
});
