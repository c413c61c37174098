/** A provider that fails, computes something else, or has little memory, at the session factory: never a silent switch. */
import { mkdtempSync } from 'node:fs';
import path from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { type FinishedRun, runPlan } from '../../electron/engine/pipeline/run-plan.ts';
import { ReplaceableSampler } from '../../electron/engine/sampling/replaceable-sampler.ts';
import { openSampler } from '../../electron/engine/sampling/sampler.ts';
import { openProject } from '../../electron/engine/storage/open-project.ts';
import { demoPlan, limited } from '../helpers/demo-plan.ts';
import { card, deviceLost, outOfMemory } from '../helpers/failing-provider.ts';
import { tempFolder } from '../helpers/temp-folder.ts';

vi.mock('../../electron/engine/runtime/session.ts', async (load) => {
  const { withCard } = await import('../helpers/failing-provider.ts');
  return withCard(await load());
});

const folder = tempFolder();
afterEach(card.reset);

async function run(options: { provider?: 'webgpu' | 'cpu'; batchSize?: number; place?: string } = {}): Promise<{
  run: Pick<FinishedRun, 'results' | 'scored'>;
  lost: string[];
}> {
  const { provider = 'webgpu', batchSize = 16, place = mkdtempSync(path.join(folder, 'run-')) } = options;
  const plan = demoPlan((changed) => {
    limited(16)(changed);
    changed.datasets = changed.datasets.filter(({ role }, i, all) => all.findIndex((set) => set.role === role) === i);
    changed.runtime = { provider, batchSize, threads: 1 };
    Object.assign(changed, { pca: [null], detectors: ['larem'], baselines: ['msp'] });
  });
  const lost: string[] = [];
  const project = openProject(path.join(place, 'project.oodlab'));
  try {
    const { results, scored } = await runPlan({
      file: { plan, baseDir: place },
      project,
      processes: 1,
      threads: 1,
      onProgress: () => undefined,
      openSamplers: async (job, _count, signal) => {
        const sampler = new ReplaceableSampler(
          (stopped) => openSampler(job, stopped),
          (reason) => void lost.push(reason),
        );
        await sampler.start(signal);
        return [sampler];
      },
    });
    return { run: { results, scored }, lost };
  } finally {
    project.close();
  }
}

const scores = ({ scored }: Pick<FinishedRun, 'scored'>): unknown => scored.map(({ id, scores: sets }) => [id, [...sets]]);

test('what was checked stands in the results: parity, and the nodes that the CPU ran', async () => {
  const { environment } = (await run()).run.results;
  expect(environment.provider).toBe('webgpu');
  // The stand-in computes on the CPU, and the profile says so.
  const { nodes, onCpu, ...check } = environment.providerCheck!;
  expect(check).toEqual({ images: 8, worst: 0, bound: 1e-3 });
  expect(nodes).toBeGreaterThan(5);
  expect(onCpu.reduce((sum, entry) => sum + entry.nodes, 0)).toBe(nodes);
  expect((await run({ provider: 'cpu' })).run.results.environment.providerCheck).toBeUndefined();
});

test('a provider that computes something else is refused before the run', async () => {
  card.error = 0.5;
  await expect(run()).rejects.toMatchObject({
    code: 'E_PROVIDER_UNAVAILABLE',
    message: expect.stringMatching(/"webgpu" computes this network otherwise than the CPU: by \d\.\de[-+]\d/) as string,
    next: expect.stringContaining('--provider cpu') as string,
  });
  expect(card.runs).toEqual([8]);
});

test('a device that is lost once gets its batch again, on the same provider; the figures do not change', async () => {
  const quiet = scores((await run()).run);
  card.reset();
  card.fail = (_batch, at) => {
    if (at === 4) throw deviceLost();
  };
  const { run: finished, lost } = await run();
  expect(lost).toEqual(['The graphics device was lost.']);
  expect(card.opened).toBe(2);
  expect(finished.results.environment.provider).toBe('webgpu');
  expect(scores(finished)).toEqual(quiet);
});

test('a device that is lost twice stops the run with an offer, and the CPU goes on only when asked', async () => {
  const place = mkdtempSync(path.join(folder, 'lost-'));
  card.fail = (batch) => {
    if (batch === 16) throw deviceLost();
  };
  await expect(run({ place })).rejects.toMatchObject({
    code: 'E_PROVIDER_UNAVAILABLE',
    message: 'The execution provider "webgpu" was lost twice on the same images.',
    next: expect.stringMatching(/--resume .* --provider cpu/) as string,
  });
  expect(card.runs).toEqual([8, 16, 8, 16]);
  const { results } = (await run({ provider: 'cpu', place })).run;
  expect(results.environment.provider).toBe('cpu');
  expect(card.runs).toHaveLength(4);
});

test('without memory for a batch, half of it is taken: the outcome is that of a plan which names the smaller size', async () => {
  card.fail = (batch) => {
    if (batch > 8) throw outOfMemory();
  };
  const { results, scored } = (await run({ batchSize: 32 })).run;
  expect(results.plan.runtime.batchSize).toBe(8);
  expect(results.warnings).toContainEqual({
    code: 'BATCH_HALVED',
    message: 'Memory did not suffice for batches of 32 images, so batches of 8 were used.',
  });
  expect(scores({ scored })).toEqual(scores((await run({ batchSize: 8 })).run));
});

test('a single image that does not fit ends the run', async () => {
  card.fail = (_batch, at) => {
    if (at > 8) throw outOfMemory();
  };
  await expect(run({ batchSize: 1 })).rejects.toMatchObject({ code: 'E_OOM' });
});
