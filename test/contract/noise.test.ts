/** The block `noise` holds what separate runs of the plan under each seed and number of samples show, counted by hand. */
import { expect, test } from 'vitest';
import { compareOutcomes } from '../../electron/engine/evidence/compare.ts';
import { TOLERANCE } from '../../electron/engine/evidence/pack.ts';
import { isAlarm } from '../../electron/engine/metrics/threshold.ts';
import type { FinishedRun } from '../../electron/engine/pipeline/run-plan.ts';
import { buildReport } from '../../electron/engine/report/build-report.ts';
import { NOISE_SAMPLES } from '../../electron/shared/noise.ts';
import type { Plan } from '../../electron/shared/plan.ts';
import { reportFieldsSchema } from '../../electron/shared/report-fields.ts';
import { demoPlan, limited } from '../helpers/demo-plan.ts';
import { runInTest } from '../helpers/run-in-test.ts';
import { tempFolder } from '../helpers/temp-folder.ts';

const folder = tempFolder();

/** With a calibrate set of its own, so that a seed changes the masks and nothing else. */
const small = (change: Partial<Plan['sampling']> = {}): Plan =>
  demoPlan((plan) => {
    limited(80)(plan);
    const [, test, ...oods] = plan.datasets;
    plan.datasets.push({ ...test, name: 'calibration', role: 'calibrate' });
    plan.datasets.splice(plan.datasets.indexOf(oods[2]), 2);
    Object.assign(plan.sampling, { seed: 3, samples: 16, ...change });
    plan.pca = [null];
    plan.baselines = [];
  });

const noisy = <T>(plan: Plan, use: (run: FinishedRun) => T | Promise<T>, project = 'noise.oodlab'): Promise<T> =>
  runInTest(plan, { folder, project, seeds: 2, noise: true }, use);

/** Scores of all test and OoD images, and who raises an alarm, of a run of its own. */
function measured(plan: Plan, detector: string, project: string): Promise<{ scores: number[]; alarms: boolean[] }> {
  return runInTest(plan, { folder, project }, ({ scored, roles }) => {
    const config = scored.find(({ id }) => id === detector)!;
    const names = roles.parts.filter(({ role }) => role === 'test' || role === 'ood').map(({ set }) => set.set.name);
    const scores = names.flatMap((name) => [...config.scores.get(name)!]);
    return { scores, alarms: scores.map((score) => isAlarm(score, config.threshold)) };
  });
}

test('flips and score sd are those of runs with these seeds and numbers of samples', async () => {
  const noise = await noisy(small(), ({ results }) => results.noise!);
  expect(noise.seeds).toEqual([3, 4]);
  expect(noise.detectors.map(({ detector, levels }) => [detector, levels.map(({ samples }) => samples)])).toEqual(
    ['larem', 'lared'].map((id) => [id, NOISE_SAMPLES]),
  );
  for (const samples of [8, 256]) {
    for (const { detector, levels } of noise.detectors) {
      const [a, b] = [
        await measured(small({ samples }), detector, `a-${samples}.oodlab`),
        await measured(small({ samples, seed: 4 }), detector, `b-${samples}.oodlab`),
      ];
      const level = levels.find((one) => one.samples === samples)!;
      const flips = a.alarms.filter((alarm, i) => alarm !== b.alarms[i]).length / a.alarms.length;
      const sd = a.scores.reduce((sum, score, i) => sum + Math.abs(score - b.scores[i]) / Math.SQRT2, 0) / a.scores.length;
      expect([level.flips, level.flipsPair]).toEqual([flips, flips]);
      expect(level.scoreSd / sd).toBeCloseTo(1, 3);
    }
  }
});

test('a report tells it in both languages, and a pack with another figure is not the same', async () => {
  await noisy(small(), async (run) => {
    for (const [language, heading] of [
      ['en', '8.1 Noise of the draw and number of samples'],
      ['fr', '8.1 Bruit du tirage et nombre de tirages'],
    ] as const) {
      const fields = reportFieldsSchema.parse({ language });
      const report = await buildReport({ run, fields, date: new Date('2026-01-01T00:00:00Z') });
      const blocks = report.sections.find(({ title }) => title.startsWith('8 '))!.blocks;
      expect(blocks).toContainEqual({ kind: 'heading', text: heading });
      const tables = blocks.flatMap((block) => (block.kind === 'table' ? [block.rows.length] : []));
      expect(tables.slice(-2)).toEqual([NOISE_SAMPLES.length, 2]);
      expect(JSON.stringify(blocks)).not.toMatch(/[{]\w+[}]/);
    }
    const outcome = { results: run.results, scores: '' };
    expect(compareOutcomes(outcome, outcome, TOLERANCE).differences).toEqual([]);
    const other = structuredClone(run.results);
    other.noise!.detectors[1].levels[0].flipsPair += 0.1;
    const { differences } = compareOutcomes(outcome, { results: other, scores: '' }, TOLERANCE);
    expect(differences.map(({ where }) => where)).toEqual(['lared, 8 samples: flipsPair']);
  });
});

test('without samples there is a warning and no block', async () => {
  const results = await noisy(small({ mechanism: 'none' }), (run) => run.results, 'none.oodlab');
  expect(results).not.toHaveProperty('noise');
  expect(results.warnings).toContainEqual({
    code: 'NOISE_NOT_MEASURED',
    message: 'The noise of the draw was not measured: No detector of the plan works on entropies.',
  });
});
