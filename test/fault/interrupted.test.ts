/** Runs that are killed, cancelled, doubled or split over processes must end in the same bytes. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, test } from 'vitest';
import { demoPlan, writePlan } from '../helpers/demo-plan.ts';
import { runCli, startCli, type RunningCli } from '../helpers/run-cli.ts';
import { tempFolder } from '../helpers/temp-folder.ts';

const folder = tempFolder();
const freshFolder = (): string => mkdtempSync(path.join(folder, 'run-'));
let plan: string;
let undisturbed: Buffer;

/** Bytes of the project and its log: they grow with every committed chunk. */
function committedBytes(out: string): number {
  return ['project.oodlab', 'project.oodlab-wal'].reduce(
    (sum, name) => sum + (statSync(path.join(out, name), { throwIfNoEntry: false })?.size ?? 0),
    0,
  );
}

/** Waits until about three more chunks are committed: the run is then well in its middle. */
async function someChunks({ child }: RunningCli, out: string): Promise<void> {
  const start = committedBytes(out);
  while (committedBytes(out) < start + 900_000 && child.exitCode === null) await sleep(5);
  expect(child.exitCode, 'the run ended before it could be disturbed').toBeNull();
}

const scoresOf = (out: string): Buffer => readFileSync(path.join(out, 'scores.csv'));

beforeAll(async () => {
  // Small batches make the run long enough to be hit in the middle; nothing is held out of the demo but 600 images.
  plan = writePlan(
    folder,
    demoPlan((changed) => {
      changed.runtime.batchSize = 16;
      changed.sampling.masks = 'per-image';
      changed.pca = [null, 8];
    }),
  );
  const out = freshFolder();
  const { code, stderr } = await runCli(['run', plan, '--out', out]);
  expect(code, stderr).toBe(0);
  undisturbed = scoresOf(out);
  expect(undisturbed.length).toBeGreaterThan(100_000);
});

interface LogOutput {
  runs: { id: number; state: string }[];
  lines: { level: string; message: string }[];
}

const project = (out: string): string => path.join(out, 'project.oodlab');

async function logOf(out: string, words: readonly string[] = []): Promise<LogOutput> {
  const { stdout } = await runCli(['log', '--project', project(out), '--json', ...words]);
  return JSON.parse(stdout) as LogOutput;
}

test('killed twice and resumed: scores.csv is the same byte for byte', async () => {
  const out = freshFolder();
  const args = ['run', plan, '--out', out];
  const first = startCli(args);
  await someChunks(first, out);
  first.child.kill('SIGKILL');
  expect((await first.done).code).toBeNull();
  const second = startCli([...args, '--resume']);
  await someChunks(second, out);
  second.child.kill('SIGKILL');
  expect((await second.done).code).toBeNull();
  expect(existsSync(path.join(out, 'scores.csv'))).toBe(false);
  const last = await runCli([...args, '--resume']);
  expect(last.code, last.stderr).toBe(0);
  // What was committed before the kills was not computed again.
  expect(Number(/sample (\d+)\//.exec(last.stderr)![1])).toBeGreaterThan(256);
  expect(scoresOf(out).equals(undisturbed)).toBe(true);
});

test('cancelled by Ctrl-C: exit 130 with the mend, and --resume goes on', async () => {
  const out = freshFolder();
  const run = startCli(['run', plan, '--out', out]);
  await someChunks(run, out);
  run.child.kill('SIGINT');
  const { code, stderr } = await run.done;
  expect(code).toBe(130);
  expect(stderr).toContain('--resume');
  const resumed = await runCli(['run', plan, '--out', out, '--resume']);
  expect(resumed.code, resumed.stderr).toBe(0);
  expect(scoresOf(out).equals(undisturbed)).toBe(true);

  const { runs } = await logOf(out);
  expect(runs.map(({ id, state }) => [id, state])).toEqual([
    [2, 'done'],
    [1, 'cancelled'],
  ]);
  const { lines } = await logOf(out, ['--run', '1']);
  expect(lines.map(({ level, message }) => [level, message])).toEqual([
    ['info', 'Started on 1 inference process.'],
    ['error', 'Cancelled.'],
  ]);
});

test('two inference processes: the same bytes', async () => {
  const out = freshFolder();
  const { code, stderr } = await runCli(['run', plan, '--out', out, '--processes', '2']);
  expect(code, stderr).toBe(0);
  expect(scoresOf(out).equals(undisturbed)).toBe(true);
});

test('an inference process killed in mid-run costs one batch, and is named', async () => {
  const out = freshFolder();
  const run = startCli(['run', plan, '--out', out]);
  await someChunks(run, out);
  const workers = execFileSync('pgrep', ['-P', String(run.child.pid)])
    .toString()
    .trim()
    .split('\n')
    .map(Number);
  expect(workers).toHaveLength(1);
  process.kill(workers[0], 'SIGKILL');
  const { code, stderr } = await run.done;
  expect(code, stderr).toBe(0);
  expect(stderr).toContain('tried once more');
  expect(scoresOf(out).equals(undisturbed)).toBe(true);

  const { lines } = await logOf(out);
  expect(lines.filter(({ message }) => message.includes('tried once more'))).toHaveLength(1);
  // One for each set.
  expect(lines.filter(({ message }) => message.startsWith('Stage sample: '))).toHaveLength(6);
  expect(lines.at(-1)).toMatchObject({ level: 'info', message: 'Done on cpu.' });
});

test('the log of a run that there is not is refused in one sentence', async () => {
  const { code, stderr } = await runCli(['log', '--project', project(freshFolder())]);
  expect([code, stderr]).toEqual([2, expect.stringMatching(/^oodlab: The project .+ does not exist\. Check the path/)]);
});

describe('two runs on one project', () => {
  test('the second is refused in one sentence and the first ends as it would have', async () => {
    const out = freshFolder();
    const first = startCli(['run', plan, '--out', out]);
    await someChunks(first, out);
    const second = await runCli(['run', plan, '--out', out]);
    expect(second.code).toBe(2);
    expect(second.stderr).toContain('is open in another Oodlab');
    expect(second.stderr).not.toContain('    at ');
    expect((await first.done).code).toBe(0);
    expect(scoresOf(out).equals(undisturbed)).toBe(true);
  });
});

test('--resume without a project is refused', async () => {
  const out = freshFolder();
  const { code, stderr } = await runCli(['run', plan, '--out', out, '--resume']);
  expect(code).toBe(2);
  expect(stderr).toContain('nothing to resume');
});
