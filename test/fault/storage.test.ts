/** The disk gives up: one sentence, nothing lost, and a resumed run ends in the same bytes. */
import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { demoPlan, limited, writePlan } from '../helpers/demo-plan.ts';
import { noiseImages } from '../helpers/image-folder.ts';
import { ROOT, runCli, startCli } from '../helpers/run-cli.ts';
import { tempFolder } from '../helpers/temp-folder.ts';

const folder = tempFolder();
const freshFolder = (): string => mkdtempSync(path.join(folder, 'case-'));

/** A limit on file sizes (in KiB) stands for the full disk: it needs no rights, and fails the same system calls. */
async function runLimited(kib: number, args: string[]): Promise<{ code: number | null; stderr: string }> {
  const script = `trap '' XFSZ; ulimit -f ${kib}; exec "$@"`;
  const child = spawn('bash', ['-c', script, 'bash', process.execPath, path.join(ROOT, 'electron', 'cli', 'index.ts'), ...args]);
  let stderr = '';
  child.stderr.on('data', (data: Buffer) => (stderr += data.toString()));
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, stderr };
}

test('no room in the middle of a run: said, kept, resumed', async () => {
  const plan = writePlan(folder, demoPlan(limited(1000)));
  const whole = freshFolder();
  expect((await runCli(['run', plan, '--out', whole])).code).toBe(0);
  const out = freshFolder();
  const { code, stderr } = await runLimited(1500, ['run', plan, '--out', out]);
  expect(code).toBe(3);
  const said = stderr.split('\n').filter((line) => line.startsWith('oodlab:'));
  expect(said).toHaveLength(1);
  expect(said[0]).toContain('disk');
  expect(stderr).not.toMatch(/^\s+at /m);
  const resumed = await runCli(['run', plan, '--out', out, '--resume']);
  expect(resumed.code, resumed.stderr).toBe(0);
  expect(Number(/sample (\d+)\//.exec(resumed.stderr)![1])).toBeGreaterThan(256);
  expect(readFileSync(path.join(out, 'scores.csv')).equals(readFileSync(path.join(whole, 'scores.csv')))).toBe(true);
});

test('the results folder is a file', async () => {
  const place = freshFolder();
  writeFileSync(path.join(place, 'out'), 'mine');
  const { code, stderr } = await runCli(['run', writePlan(place, demoPlan(limited(50))), '--out', path.join(place, 'out')]);
  expect(code).toBe(2);
  expect(stderr).toContain('cannot be opened or written');
  expect(readFileSync(path.join(place, 'out'), 'utf8')).toBe('mine');
});

test('a results folder that may not be written', async () => {
  const place = freshFolder();
  const out = path.join(place, 'out');
  mkdirSync(out);
  chmodSync(out, 0o500);
  const { code, stderr } = await runCli(['run', writePlan(place, demoPlan(limited(50))), '--out', out]);
  // root may write anywhere; everyone else gets the sentence.
  if (process.getuid?.() === 0) expect(code).toBe(0);
  else {
    expect(code).toBe(2);
    expect(stderr).toContain('cannot be opened or written');
  }
});

test('a project file that is not one, and a damaged one, are refused and left alone', async () => {
  const place = freshFolder();
  const plan = writePlan(place, demoPlan(limited(50)));
  const project = path.join(place, 'project.oodlab');
  writeFileSync(project, 'This is no database, and somebody needs it.');
  const foreign = await runCli(['run', plan, '--out', path.join(place, 'out'), '--project', project]);
  expect(foreign.code).toBe(2);
  expect(readFileSync(project, 'utf8')).toContain('somebody needs it');
  rmSync(project);
  expect((await runCli(['run', plan, '--out', path.join(place, 'out'), '--project', project])).code).toBe(0);
  const bytes = readFileSync(project);
  bytes.fill(0x5a, 4096, bytes.length - 4096);
  writeFileSync(project, bytes);
  const damaged = await runCli(['run', plan, '--out', path.join(place, 'out'), '--project', project]);
  expect(damaged.code).toBe(2);
  expect(damaged.stderr).toContain('not a readable Oodlab project');
  expect(damaged.stderr).not.toMatch(/^\s+at /m);
});

test('images that vanish in mid-run are rejected with the reason, not skipped', async () => {
  const place = freshFolder();
  const images = noiseImages({ folder: path.join(place, 'noise'), count: 1500, height: 28, width: 28, channels: 1 });
  const plan = writePlan(
    place,
    demoPlan((changed) => {
      changed.datasets = [{ name: 'noise', role: 'fit', path: images, format: 'auto', limit: null }, changed.datasets[1]];
      changed.runtime.batchSize = 8;
      changed.pca = [null];
    }),
  );
  const out = path.join(place, 'out');
  const { child, done } = startCli(['run', plan, '--out', out]);
  // The last images go as soon as sampling has begun.
  await new Promise<void>((resolve) =>
    child.stderr!.on('data', (data: Buffer) => void (/sample/.test(data.toString()) && resolve())),
  );
  for (let i = 1490; i < 1500; i++) rmSync(path.join(images, `${i}.png`));
  const { code, stderr } = await done;
  expect(code, stderr).toBe(0);
  const { datasets } = JSON.parse(readFileSync(path.join(out, 'results.json'), 'utf8')) as {
    datasets: { count: number; rejected: { at: string; reason: string }[] }[];
  };
  expect(datasets[0].rejected).toHaveLength(10);
  expect(datasets[0].count).toBe(1490);
  expect(datasets[0].rejected[0].reason).not.toBe('');
});
