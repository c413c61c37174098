/** Shards sampled apart and merged give what one run gives, byte for byte; what does not belong together is refused. */
import { copyFileSync, mkdtempSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, expect, test } from 'vitest';
import type { Plan } from '../../electron/shared/plan.ts';
import { DEMO, demoPlan, limited, writePlan } from '../helpers/demo-plan.ts';
import { runCli, startCli } from '../helpers/run-cli.ts';
import { tempFolder } from '../helpers/temp-folder.ts';

const folder = mkdtempSync(path.join(tempFolder(), 'shards-'));
const base = (plan: Plan): void => {
  limited(150)(plan);
  plan.runtime.batchSize = 16;
  plan.sampling.masks = 'per-image';
  plan.pca = [null, 8];
};
const plan = writePlan(folder, demoPlan(base));
let single: Buffer;
/** Whether the latest evaluation sampled anything itself. */
let sampledHere: boolean;

/** Quick: what is compared is scores.csv alone. */
async function scores(out: string, project: string): Promise<Buffer> {
  const { code, stderr } = await runCli(['run', plan, '--out', out, '--project', project, '--no-monitor']);
  expect(code, stderr).toBe(0);
  sampledHere = /sample \d+\//.test(stderr);
  return readFileSync(path.join(out, 'scores.csv'));
}

async function shard(which: string, file: string, of = plan): Promise<string> {
  const project = path.join(folder, file);
  const { code, stderr } = await runCli(['run', of, '--shard', which, '--project', project]);
  expect(code, stderr).toBe(0);
  return project;
}

async function shardsOf(n: number): Promise<string[]> {
  const files: string[] = [];
  for (let i = 1; i <= n; i++) files.push(await shard(`${i}/${n}`, `${n}-${i}.oodlab`));
  return files;
}

async function refusal(files: readonly string[]): Promise<string> {
  const { code, stderr } = await runCli(['merge', ...files, '--project', path.join(folder, 'never.oodlab')]);
  expect(code).toBe(2);
  return stderr;
}

beforeAll(async () => {
  single = await scores(path.join(folder, 'single'), path.join(folder, 'single.oodlab'));
  expect(single.length).toBeGreaterThan(20_000);
  expect(sampledHere).toBe(true);
});

test.each([1, 2, 4, 7])('%i shards, merged in any order', async (n) => {
  const files = await shardsOf(n);
  const merged = path.join(folder, `merged-${n}.oodlab`);
  for (const order of [files, files.toReversed()]) {
    const { code, stdout, stderr } = await runCli(['merge', ...order, '--project', merged]);
    expect(code, stderr).toBe(0);
    expect(stdout).toContain(`${n}/${n}`);
  }
  expect((await scores(path.join(folder, `out-${n}`), merged)).equals(single)).toBe(true);
  expect(sampledHere).toBe(false);
});

test('a shard that was killed and is repeated changes nothing; killed, it is refused', async () => {
  const first = await shard('1/2', 'killed-1.oodlab');
  const second = path.join(folder, 'killed-2.oodlab');
  const args = ['run', plan, '--shard', '2/2', '--project', second];
  const { child, done } = startCli(args);
  let told = '';
  child.stderr!.on('data', (data: Buffer) => (told += data.toString()));
  while (!told.includes('sample') && child.exitCode === null) await sleep(5);
  child.kill('SIGKILL');
  expect((await done).code, 'the shard ended before it could be killed').toBeNull();
  expect(await refusal([first, second])).toContain('killed-2.oodlab is not a finished shard');

  const again = await runCli(args);
  expect(again.code, again.stderr).toBe(0);
  const merged = path.join(folder, 'killed.oodlab');
  expect((await runCli(['merge', first, second, '--project', merged])).code).toBe(0);
  expect((await scores(path.join(folder, 'out-killed'), merged)).equals(single)).toBe(true);
});

test('a shard that is missing, doubled, of another number, plan, model or set is refused', async () => {
  const [one, two] = await shardsOf(2);
  expect(await refusal([one])).toContain('Of 2 shards 1 are missing: 2/2.');
  expect(await refusal([one, two, two])).toContain('both hold shard 2/2');
  expect(await refusal([one, await shard('2/3', 'of-3.oodlab')])).toMatch(/one of [23] shards/);

  const otherPlan = writePlan(
    folder,
    demoPlan((p) => (base(p), (p.sampling.seed = 1))),
    'seed.json',
  );
  expect(await refusal([one, await shard('2/2', 'seed.oodlab', otherPlan)])).toContain('another plan');

  const model = path.join(folder, 'model.onnx');
  copyFileSync(path.join(DEMO, 'demo_dropout.onnx'), model);
  const otherModel = writePlan(
    folder,
    demoPlan((p) => (base(p), (p.model.path = model))),
    'model.json',
  );
  expect(await refusal([one, await shard('2/2', 'model.oodlab', otherModel)])).toContain('another model');

  const fewer = writePlan(
    folder,
    demoPlan((p) => (base(p), (p.datasets[0].path = p.datasets[1].path))),
    'set.json',
  );
  expect(await refusal([one, await shard('2/2', 'set.oodlab', fewer)])).toContain('The images of the set');

  expect(await refusal([one, path.join(folder, 'single.oodlab')])).toContain('is not a finished shard');
});

test.each(['0/2', '3/2', '2', 'a/b'])('--shard %s is no shard', async (text) => {
  const { code, stderr } = await runCli(['run', plan, '--shard', text]);
  expect(code).toBe(2);
  expect(stderr).toContain('is not a shard');
});
