/** What is computed once is not computed again, and what changed is never taken from before. */
import { copyFileSync, mkdtempSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import type { Plan } from '../../electron/shared/plan.ts';
import { DEMO, demoPlan, limited } from '../helpers/demo-plan.ts';
import { runInTest } from '../helpers/run-in-test.ts';
import { tempFolder } from '../helpers/temp-folder.ts';

const folder = mkdtempSync(path.join(tempFolder(), 'cache-'));
const model = path.join(folder, 'model.onnx');
copyFileSync(path.join(DEMO, 'demo_eval.onnx'), model);

function planOf(change: (plan: Plan) => void = () => undefined): Plan {
  return demoPlan((plan) => {
    limited(120)(plan);
    plan.model.path = model;
    plan.sampling.masks = 'per-image';
    plan.pca = [null];
    change(plan);
  });
}

/** Runs in the one project and counts inference processes and sampled images. */
async function run(plan: Plan) {
  let processes = 0;
  let sampled = 0;
  let skipped = true;
  const { results, scored } = await runInTest(
    plan,
    {
      folder,
      hooks: { onStart: () => processes++ },
      onProgress: ({ stage, done }) => {
        if (stage !== 'sample') return;
        skipped = false;
        sampled = done;
      },
    },
    (finished) => finished,
  );
  return { processes, sampled: skipped ? 0 : sampled, results, scored };
}

test('PCA, detector and threshold start no inference process; a seed, a hook or another model samples everything', async () => {
  const first = await run(planOf());
  expect(first.processes).toBe(1);
  expect(first.sampled).toBe(6 * 120);

  const changes: [string, (plan: Plan) => void][] = [
    ['nothing', () => undefined],
    ['pca', (plan) => (plan.pca = [null, 4, 12])],
    ['detectors', (plan) => (plan.detectors = ['larem', 'lared-latent', 'larem-latent'])],
    ['threshold', (plan) => (plan.threshold = { rule: 'zscore', falseAlarm: 0.05 })],
    ['name of the evaluation', (plan) => (plan.name = 'another')],
    ['role of a set', (plan) => (plan.datasets[1].role = 'calibrate')],
  ];
  for (const [what, change] of changes) {
    const again = await run(planOf(change));
    expect(again.processes, what).toBe(0);
    expect(again.sampled, what).toBe(0);
  }
  const same = await run(planOf());
  expect(JSON.stringify(same.results.metrics)).toBe(JSON.stringify(first.results.metrics));

  const fresh: [string, (plan: Plan) => void][] = [
    ['seed', (plan) => (plan.sampling.seed = 1)],
    ['samples', (plan) => (plan.sampling.samples = 8)],
    ['hook', (plan) => (plan.hook.tensor = 'block3.out')],
    ['preprocessing', (plan) => (plan.model.preprocess.mean = [0.3])],
  ];
  for (const [what, change] of fresh) {
    const again = await run(planOf(change));
    expect(again.processes, what).toBe(1);
    expect(again.sampled, what).toBe(6 * 120);
    expect(JSON.stringify(again.results.metrics), what).not.toBe(JSON.stringify(first.results.metrics));
  }

  // The same path with other bytes in it is another model.
  copyFileSync(path.join(DEMO, 'demo_dropout.onnx'), model);
  expect((await run(planOf())).sampled).toBe(6 * 120);
});

test('a new set in a plan samples that set alone', async () => {
  const plan = planOf((changed) => changed.datasets.push({ ...changed.datasets[2], name: 'Again, shorter', limit: 50 }));
  await run(planOf());
  const { processes, results } = await run(plan);
  expect(processes).toBe(1);
  const added = results.datasets.find(({ name }) => name === 'Again, shorter')!;
  expect(added.count).toBe(50);
});
