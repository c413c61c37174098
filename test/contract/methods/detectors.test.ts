/** Every detector that a plan can name: fitted, stored, found again, scored, exported. */
import { mkdtempSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { parseConfigChoice } from '../../../electron/engine/monitor/choose-config.ts';
import { exportMonitor } from '../../../electron/engine/monitor/export-monitor.ts';
import { loadStoredDetector } from '../../../electron/engine/pipeline/load-detector.ts';
import { scoreImages } from '../../../electron/engine/pipeline/score-images.ts';
import type { StoredRun } from '../../../electron/engine/pipeline/stored-run.ts';
import { matrixBlocks } from '../../../electron/engine/pipeline/vectors.ts';
import { openProject } from '../../../electron/engine/storage/open-project.ts';
import { DETECTOR_IDS } from '../../../electron/shared/method-ids.ts';
import type { Plan } from '../../../electron/shared/plan.ts';
import { processMonitors } from '../../../electron/workers/process-monitor.ts';
import { processSamplers } from '../../../electron/workers/process-sampler.ts';
import { DEMO, demoPlan, limited } from '../../helpers/demo-plan.ts';
import { runInTest } from '../../helpers/run-in-test.ts';
import { tempFolder } from '../../helpers/temp-folder.ts';

const folder = tempFolder();

function planOf(change: (plan: Plan) => void = () => undefined): Plan {
  return demoPlan((plan) => {
    limited(250)(plan);
    plan.pca = [null, 6];
    plan.detectors = [...DETECTOR_IDS];
    plan.baselines = [];
    change(plan);
  });
}

const fresh = (name: string): string => mkdtempSync(path.join(folder, `${name}-`));

test('all of them have figures on the demo, and the second run finds every fit again', async () => {
  const place = fresh('all');
  const first = await runInTest(planOf(), { folder: place }, ({ results }) => results);
  expect(first.notRun).toBeUndefined();
  const wanted = DETECTOR_IDS.flatMap((id) => (id === 'joint-entropy' ? [`${id} null`] : [`${id} null`, `${id} 6`]));
  expect(first.detectors.map(({ detector, pca }) => `${detector} ${pca}`)).toEqual(wanted);
  for (const row of first.metrics) expect(row.auroc.value, `${row.detector} ${row.pca} ${row.ood}`).toBeGreaterThan(0);
  const digits = (id: string): number =>
    first.metrics.find(({ detector, pca, ood }) => detector === id && pca === null && ood === 'UCI digits')!.auroc.value;
  for (const id of [
    'larem',
    'larem-ledoit-wolf',
    'larem-oas',
    'lared',
    'lared-scott',
    'lared-silverman',
    'lared-cv',
    'mds',
    'gmm',
  ]) {
    expect(digits(id), id).toBeGreaterThan(0.7);
  }
  console.info(DETECTOR_IDS.map((id) => `${id} ${digits(id).toFixed(3)}`).join(', '));
  for (const { detector, classes } of first.detectors) {
    expect(classes, detector).toBe(/^r?mds/.test(detector) ? 'labels of the fit sets' : undefined);
  }
  for (const { detector, pca, facts } of first.detectors) {
    if (/^(larem|r?mds)/.test(detector)) expect(facts.conditionNumber, detector).toBeGreaterThanOrEqual(1);
    if (/^lared/.test(detector)) expect(facts.bandwidth, detector).toBeGreaterThan(0);
    if (/^gmm/.test(detector)) expect(facts.components, detector).toBeGreaterThanOrEqual(1);
    if (pca === null && /larem-(ledoit|oas)/.test(detector)) expect(facts.shrinkage, detector).toBeGreaterThan(0);
  }
  let processes = 0;
  const again = await runInTest(planOf(), { folder: place, hooks: { onStart: () => processes++ } }, ({ results }) => results);
  expect(processes).toBe(0);
  expect(JSON.stringify(again.metrics)).toBe(JSON.stringify(first.metrics));
  expect(JSON.stringify(again.detectors)).toBe(JSON.stringify(first.detectors));
}, 240_000);

test('scores do not depend on the batch size, and new images score as in the run', async () => {
  const few = (plan: Plan): void => {
    plan.detectors = ['lared-cv', 'rmds', 'knn', 'gmm', 'joint-entropy'];
    plan.pca = [6];
    for (const set of plan.datasets) set.limit = 120;
  };
  const scoresOf = async (batchSize: number) => {
    const place = fresh('batch');
    const scored = await runInTest(
      planOf((plan) => (few(plan), (plan.runtime.batchSize = batchSize))),
      { folder: place },
      (run) => run.scored,
    );
    return { place, scored };
  };
  const [whole, single] = [await scoresOf(64), await scoresOf(7)];
  whole.scored.forEach(({ id, scores }, i) => {
    for (const [set, values] of scores) {
      single.scored[i].scores.get(set)!.forEach((value, row) => {
        expect(Math.abs(value - values[row]) / Math.abs(values[row]), `${id} ${set} ${row}`).toBeLessThanOrEqual(1e-5);
      });
    }
  });
  const project = openProject(path.join(whole.place, 'project.oodlab'));
  try {
    const images = [path.join(DEMO, 'data', 'ood_textures')];
    const rows = [];
    for await (const row of scoreImages({ project, images, openSamplers: processSamplers(), threads: 1 })) {
      rows.push(row);
      if (rows.length === 3) break;
    }
    rows.forEach(({ scores }, r) =>
      scores.forEach(({ detector, score }, i) => {
        const inRun = whole.scored[i].scores.get('Textures')![r];
        expect(Math.abs(score - inRun) / Math.abs(inRun), detector).toBeLessThanOrEqual(1e-5);
      }),
    );
    expect(rows[0].scores).toHaveLength(5);
  } finally {
    project.close();
  }
}, 240_000);

test('each can become a monitor that agrees with the run; the joint entropy says why it cannot', async () => {
  const place = fresh('monitor');
  const plan = planOf((changed) => {
    for (const set of changed.datasets) set.limit = 80;
    changed.datasets = changed.datasets.slice(0, 3);
    changed.pca = [null, 6];
    changed.detectors = ['larem-oas', 'lared-scott', 'lared-cv', 'mds', 'rmds', 'knn', 'gmm', 'gmm-latent', 'joint-entropy'];
  });
  await runInTest(plan, { folder: place }, async (run) => {
    const make = (detector: string, pca: number | null) =>
      exportMonitor({
        run,
        config: { detector, pca },
        out: path.join(place, detector),
        host: processMonitors(),
        openSamplers: processSamplers(),
        processes: 1,
        threads: 1,
        onProgress: () => undefined,
      });
    for (const id of plan.detectors) {
      if (id === 'joint-entropy') continue;
      const { card } = await make(id, 6);
      expect(card.parity.flipped, id).toBe(0);
      expect(card.parity.images, id).toBe(160);
    }
    await expect(make('joint-entropy', null)).rejects.toMatchObject({
      code: 'E_MODEL_UNSUPPORTED',
      message: expect.stringMatching(/^joint-entropy cannot be exported as a monitor: /) as string,
    });
  });
}, 240_000);

test('a number in the id of a detector is what it is fitted with', async () => {
  const detectors = ['knn', 'knn-50', 'knn-3', 'lared', 'lared-1', 'lared-0.5-latent', 'gmm-2', 'gmm-100'] as const;
  const plan = planOf((changed) => {
    changed.detectors = [...detectors];
    changed.datasets = changed.datasets.slice(0, 3);
    changed.pca = [4];
  });
  await runInTest(plan, { folder: fresh('numbers') }, async (run) => {
    const { results, scored, project } = run;
    expect(parseConfigChoice('knn-3 PCA 4')).toEqual({ detector: 'knn-3', pca: 4 });
    expect(parseConfigChoice('lared-0.5-latent:4')).toEqual({ detector: 'lared-0.5-latent', pca: 4 });
    const facts = new Map(results.detectors.map((one) => [one.detector, one.facts]));
    expect(facts.get('knn-3')).toMatchObject({ neighbours: 3 });
    expect(facts.get('lared-0.5-latent')).toMatchObject({ bandwidth: 0.5 });
    expect(facts.get('gmm-2')).toMatchObject({ components: 2 });
    expect(results.notRun).toEqual([
      {
        kind: 'detector',
        id: 'gmm-100',
        pca: 4,
        reason: 'With 100 components one of them holds fewer than 5 fit images, too few for its covariance.',
      },
    ]);
    const scoresOf = (id: string): Float64Array => scored.find((one) => one.id === id)!.scores.get('MNIST digits')!;
    expect(scoresOf('knn-50')).toEqual(scoresOf('knn'));
    expect(scoresOf('lared-1')).toEqual(scoresOf('lared'));
    // The third nearest direction, by brute force over what the project keeps of the fit.
    const stored = (project.artifacts.json('fitted', `run-${run.id}`) as StoredRun).detectors.find(
      ({ name }) => name === 'knn-3 PCA 4',
    )!;
    const { state, projection } = loadStoredDetector(project, stored);
    const [image] = matrixBlocks(project.samples, run.roles.parts.at(-1)!.set.id, 'entropy');
    const features = Array.from({ length: 4 }, (_, c) =>
      image.data
        .slice(0, image.cols)
        .reduce((sum, x, d) => sum + (x - projection!.mean[d]) * projection!.projection.data[4 * d + c], 0),
    );
    const length = Math.hypot(...features);
    const { rows, data } = state.matrices.train;
    const distances = Array.from({ length: rows }, (_, r) =>
      features.reduce((sum, x, c) => sum + (x / length - data[4 * r + c]) ** 2, 0),
    );
    expect(scoresOf('knn-3')[0]).toBeCloseTo(-distances.sort((a, b) => a - b)[2], 6);
  });
}, 120_000);

test('what cannot run is listed with its reason', async () => {
  const plan = planOf((changed) => {
    for (const set of changed.datasets) set.limit = 40;
    changed.datasets = changed.datasets.slice(0, 3);
    changed.sampling.mechanism = 'none';
    changed.detectors = ['larem', 'knn', 'joint-entropy'];
    changed.pca = [null];
  });
  const results = await runInTest(plan, { folder: fresh('not-run') }, (run) => run.results);
  expect(results.detectors.map(({ detector }) => detector)).toEqual(['larem']);
  expect(results.notRun).toEqual([
    { kind: 'detector', id: 'knn', pca: null, reason: 'It needs at least 50 fit images; there are 32.' },
    { kind: 'detector', id: 'joint-entropy', pca: null, reason: 'There are no Monte-Carlo samples to take the entropy of.' },
  ]);
  const told = results.warnings.filter(({ code }) => code === 'NOT_RUN').map(({ message }) => message);
  expect(told).toEqual(results.notRun!.map(({ id, reason }) => `Not run: ${id}. ${reason}`));
}, 120_000);

test('without labels the classes are those that the model predicts, and the results say so', async () => {
  const plan = planOf((changed) => {
    for (const set of changed.datasets) set.limit = 120;
    // Textures have no labels.
    changed.datasets = [{ ...changed.datasets[5], name: 'fit', role: 'fit' }, changed.datasets[1], changed.datasets[2]];
    changed.detectors = ['mds'];
    changed.pca = [6];
  });
  const { detectors } = await runInTest(plan, { folder: fresh('predicted') }, (run) => run.results);
  expect(detectors[0].classes).toBe('predicted classes');
}, 120_000);
