/** The array script of `oodlab cluster` under a real Slurm: a task is requeued in its middle, the scores are a single run's. */
import { chmodSync, mkdtempSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { demoPlan, limited, writePlan } from '../helpers/demo-plan.ts';
import { runCli } from '../helpers/run-cli.ts';
import { type Slurm, startSlurm } from '../helpers/slurm.ts';
import { tempFolder } from '../helpers/temp-folder.ts';

const folder = tempFolder();
let slurm: Slurm | undefined;

beforeAll(async () => {
  // munged refuses a socket in a folder that others may not enter.
  chmodSync(folder, 0o755);
  slurm = await startSlurm(mkdtempSync(path.join(folder, 's')));
});

afterAll(() => slurm?.stop());

async function oodlab(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await runCli(args);
  expect(code, stderr).toBe(0);
  return stdout;
}

test('four tasks, one of them killed and requeued: scores.csv equals the single run byte for byte', async () => {
  const plan = writePlan(folder, demoPlan(limited(150)));
  const single = path.join(folder, 'single');
  const out = path.join(folder, 'out');
  await oodlab('run', plan, '--out', single, '--no-monitor');
  await oodlab('cluster', plan, '--slurm', '--shards', '4', '--out', out);

  const { call } = slurm!;
  const job = call('sbatch', '--parsable', `--output=${folder}/task-%a.log`, path.join(out, 'oodlab.sbatch')).trim();
  const states = (): string => call('squeue', '--noheader', '--array', '--format=%K %T', '--jobs', job);
  while (!/^1 RUNNING$/m.test(states())) await sleep(200);
  call('scontrol', 'requeue', `${job}_1`);
  // A requeued task waits two minutes for its processes to be gone, unless its start is set.
  while (!/^1 PENDING$/m.test(states())) await sleep(200);
  call('scontrol', 'update', `JobId=${job}_1`, 'StartTime=now');
  while (/RUNNING|PENDING|COMPLETING|CONFIGURING/.test(states())) await sleep(500);
  expect(call('scontrol', 'show', 'job', `${job}_1`)).toContain('Restarts=1');

  const shards = [1, 2, 3, 4].map((i) => path.join(out, `shard-${i}.oodlab`));
  const project = path.join(out, 'project.oodlab');
  await oodlab('merge', ...shards, '--project', project);
  await oodlab('run', plan, '--project', project, '--out', out, '--no-monitor');
  const scores = (of: string): Buffer => readFileSync(path.join(of, 'scores.csv'));
  expect(scores(out).equals(scores(single))).toBe(true);
});
