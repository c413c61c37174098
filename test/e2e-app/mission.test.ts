/** Detection and segmentation in the window: a plan on public layouts through all steps, to the command line's scores. */
import path from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { MISSION_SETS, type MissionRow, missionPlan } from '../helpers/missions.ts';
import { tempFolder } from '../helpers/temp-folder.ts';
import { heading, newFromPlan, press, projectOf, resultsOf, scoresOf, undisturbedScores } from './helpers/evaluation.ts';
import { type Application, launch } from './helpers/launch.ts';
import { tableRows } from './helpers/results-table.ts';

const folder = tempFolder();
let app: Application;
afterEach(() => app?.close());

it.each<MissionRow>(['detection', 'segmentation'])('%s', async (row) => {
  const place = path.join(folder, row);
  const plan = missionPlan(row, place);
  const scores = await undisturbedScores(plan, path.join(place, 'cli'));
  app = await launch();
  app.page.setDefaultTimeout(120_000);
  await newFromPlan(app, plan, path.join(place, 'window.oodlab'));
  await heading(app, 'Dataset');
  const counts = async (): Promise<(number | null)[]> =>
    (await projectOf(app)).datasets.map(({ facts }) => (facts.state === 'ready' ? facts.value.count : null));
  await expect.poll(counts, { timeout: 120_000 }).toEqual(MISSION_SETS[row].counts);
  for (const step of ['Model', 'Layer hook', 'Evaluate']) {
    await press(app, `Next: ${step}`);
    await heading(app, step);
  }
  await press(app, 'Run evaluation');
  await resultsOf(app, 1);
  await expect.poll(() => tableRows(app.page)).toHaveLength(MISSION_SETS[row].counts.length - 2);
  expect(await scoresOf(app, 1)).toBe(scores);
  expect(app.problems()).toEqual([]);
});
