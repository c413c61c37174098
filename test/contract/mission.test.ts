/** The rows of the mission's table end to end through `oodlab run`: public layouts in miniature, every kind of network. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import type { Results } from '../../electron/shared/results.ts';
import { MISSION_ROWS, MISSION_SETS, missionPlan } from '../helpers/missions.ts';
import { runCli } from '../helpers/run-cli.ts';
import { tempFolder } from '../helpers/temp-folder.ts';

const root = tempFolder();

test.each(MISSION_ROWS)('%s', async (row) => {
  const out = path.join(root, row, 'out');
  const { code, stdout, stderr } = await runCli(['run', missionPlan(row, path.join(root, row)), '--out', out]);
  expect(code, stderr).toBe(0);
  console.log(stdout);
  const { datasets, metrics } = JSON.parse(readFileSync(path.join(out, 'results.json'), 'utf8')) as Results;
  const { counts, layouts } = MISSION_SETS[row];
  expect(datasets.map(({ count }) => count)).toEqual(counts);
  expect(datasets.map(({ layout }) => layout)).toEqual(layouts);
  expect(datasets.flatMap(({ rejected }) => rejected)).toEqual([]);
  // Two detectors on each OoD set.
  expect(metrics).toHaveLength(2 * datasets.filter(({ role }) => role === 'ood').length);
});
