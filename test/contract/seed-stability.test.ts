/** The block `stability` holds what runs of the plan with those seeds would show by themselves. */
import { expect, test } from 'vitest';
import { runPlan } from '../../electron/engine/pipeline/run-plan.ts';
import { openProject } from '../../electron/engine/storage/open-project.ts';
import type { Plan } from '../../electron/shared/plan.ts';
import { processSamplers } from '../../electron/workers/process-sampler.ts';
import { demoPlan, limited } from '../helpers/demo-plan.ts';
import { runInTest } from '../helpers/run-in-test.ts';
import { tempFolder } from '../helpers/temp-folder.ts';

const folder = tempFolder();
const small = (seed: number): Plan =>
  demoPlan((plan) => {
    limited(60)(plan);
    plan.sampling.seed = seed;
    plan.pca = [null];
  });

async function stable(seeds: number, signal?: AbortSignal, project = 'stable.oodlab') {
  const opened = openProject(`${folder}/${project}`);
  const stages: string[] = [];
  try {
    const run = await runPlan({
      file: { plan: small(7), baseDir: folder },
      project: opened,
      openSamplers: processSamplers(),
      processes: 1,
      threads: 1,
      seeds,
      signal,
      onProgress: ({ stage }) => stages.push(stage),
    });
    return { results: run.results, stages, runs: opened.runs.latest('done') };
  } finally {
    opened.close();
  }
}

test('each seed gives the figures of its own run, and the run itself stays as it was', async () => {
  const { results, stages } = await stable(3);
  expect(results.stability?.seeds).toEqual([7, 8, 9]);
  expect(stages).toContain('seed 3/3 sample');
  for (const [k, seed] of [7, 8, 9].entries()) {
    const metrics = await runInTest(small(seed), { folder, project: `seed-${seed}.oodlab` }, (run) => run.results.metrics);
    if (seed === 7) expect(results.metrics).toEqual(metrics);
    for (const row of metrics) {
      const found = results.stability!.rows.find(({ detector, ood }) => detector === row.detector && ood === row.ood)!;
      expect([found.alarmRatesInd[k], found.detectionRatesOod[k], found.aurocs[k]]).toEqual([
        row.alarmRateInd,
        row.detectionRateOod,
        row.auroc.value,
      ]);
    }
  }
  expect(results.timing.at(-1)).toMatchObject({ stage: 'stability', images: 2 * 360 });
});

test('one seed leaves the results without the block', async () => {
  expect((await stable(1, undefined, 'one.oodlab')).results).not.toHaveProperty('stability');
});

test('a cancelled run of seeds goes on from what it has', async () => {
  const stop = new AbortController();
  const opened = openProject(`${folder}/cancelled.oodlab`);
  const options = {
    file: { plan: small(7), baseDir: folder },
    project: opened,
    openSamplers: processSamplers(),
    processes: 1,
    threads: 1,
    seeds: 2,
  };
  try {
    const onProgress = ({ stage }: { stage: string }): void => {
      if (stage === 'seed 2/2 fit') stop.abort();
    };
    await expect(runPlan({ ...options, signal: stop.signal, onProgress })).rejects.toThrow();
    expect(opened.runs.latest('done')).toBeUndefined();
    const again = await runPlan({
      ...options,
      openSamplers: () => Promise.reject(new Error('every vector was committed: nothing is sampled again')),
      onProgress: () => undefined,
    });
    expect(again.results.stability?.rows.length).toBeGreaterThan(0);
  } finally {
    opened.close();
  }
});
