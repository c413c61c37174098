/** The README's first command as a user gives it. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import type { Results } from '../../electron/shared/results.ts';
import { ROOT } from '../helpers/run-cli.ts';
import { tempFolder } from '../helpers/temp-folder.ts';

const folder = tempFolder();

test('npm run -s demo ends with the table and three files; the method visibly works', () => {
  const { status, stdout, stderr } = spawnSync('npm', ['run', '-s', 'demo', '--', '--out', folder], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  expect(status, stderr).toBe(0);
  expect(stdout).toContain('UCI digits');
  const results = JSON.parse(readFileSync(path.join(folder, 'results.json'), 'utf8')) as Results;
  const lared = results.metrics.filter(({ detector, pca }) => detector === 'lared' && pca === null);
  expect(lared.map(({ ood }) => ood)).toEqual(['MNIST digits', 'Corrupted fashion', 'UCI digits', 'Textures']);
  for (const { ood, auroc } of lared) expect(auroc.value, ood).toBeGreaterThan(0.9);
  expect(readFileSync(path.join(folder, 'metrics.csv'), 'utf8').trim().split('\n')).toHaveLength(1 + 4 * 10);
  expect(readFileSync(path.join(folder, 'scores.csv'), 'utf8').trim().split('\n')).toHaveLength(
    1 + 600 + 1000 + 1000 + 800 + 500 + 240,
  );
});
