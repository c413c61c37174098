/** Every baseline that a plan can name, in the same pass as the detectors; what cannot run says why. */
import { mkdtempSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { scoreImages } from '../../../electron/engine/pipeline/score-images.ts';
import { openProject } from '../../../electron/engine/storage/open-project.ts';
import { BASELINE_IDS, baselineReads } from '../../../electron/shared/method-ids.ts';
import { parsePlan, type Plan } from '../../../electron/shared/plan.ts';
import { processSamplers } from '../../../electron/workers/process-sampler.ts';
import { DEMO, demoPlan, limited } from '../../helpers/demo-plan.ts';
import { noiseImages } from '../../helpers/image-folder.ts';
import { fixturePath } from '../../helpers/onnx-fixtures.ts';
import { runInTest } from '../../helpers/run-in-test.ts';
import { tempFolder } from '../../helpers/temp-folder.ts';

const folder = tempFolder();
const fresh = (name: string): string => mkdtempSync(path.join(folder, `${name}-`));
const UNSAMPLED = BASELINE_IDS.filter((id) => baselineReads(id) !== 'uncertainty');

function planOf(change: (plan: Plan) => void = () => undefined): Plan {
  return demoPlan((plan) => {
    limited(200)(plan);
    plan.pca = [null];
    plan.detectors = ['larem'];
    plan.baselines = [...BASELINE_IDS];
    change(plan);
  });
}

test('on the demo all but the sampled ones have figures; the detector beside them keeps its scores', async () => {
  const place = fresh('all');
  const { results, larem, msp } = await runInTest(planOf(), { folder: place }, (run) => ({
    results: run.results,
    larem: run.scored[0].scores,
    msp: run.scored[1].scores,
  }));
  expect(results.baselines!.map(({ detector }) => detector)).toEqual(UNSAMPLED);
  expect(results.notRun!.map(({ id }) => id)).toEqual(['predictive-entropy', 'mutual-information']);
  expect(results.notRun![0].reason).toMatch(
    /dropblock at the hook samples the latent alone\. The mechanism "model" samples both\.$/,
  );
  const digits = (id: string): number =>
    results.metrics.find(({ detector, ood }) => detector === id && ood === 'UCI digits')!.auroc.value;
  console.info(UNSAMPLED.map((id) => `${id} ${digits(id).toFixed(3)}`).join(', '));
  for (const id of ['msp', 'energy', 'maxlogit', 'gen', 'react', 'vim', 'fdbd', 'nnguide', 'mds-penultimate'])
    expect(digits(id), id).toBeGreaterThan(0.6);
  const facts = Object.fromEntries(results.baselines!.map(({ detector, facts: own }) => [detector, own]));
  expect(facts.vim).toMatchObject({ dim: 48 });
  expect(facts.react).toMatchObject({ reactPercentile: 90 });
  expect(results.baselines!.find(({ detector }) => detector === 'mds-penultimate')!.classes).toBe('labels of the fit sets');
  expect(results.baselines!.find(({ detector }) => detector === 'msp')!.nFit).toBe(0);

  // The further output changes neither the entropies nor the logits.
  const bare = await runInTest(
    planOf((plan) => (plan.baselines = ['msp'])),
    { folder: fresh('bare') },
    (run) => run.scored,
  );
  for (const [set, values] of larem) {
    bare[0].scores.get(set)!.forEach((value, row) => expect(Math.abs(value / values[row] - 1)).toBeLessThan(1e-5));
    bare[1].scores.get(set)!.forEach((value, row) => expect(Math.abs(value - msp.get(set)![row])).toBeLessThan(1e-5));
  }

  let processes = 0;
  const again = await runInTest(planOf(), { folder: place, hooks: { onStart: () => processes++ } }, (run) => run.results);
  expect(processes).toBe(0);
  expect(JSON.stringify([again.metrics, again.baselines, again.notRun])).toBe(
    JSON.stringify([results.metrics, results.baselines, results.notRun]),
  );
}, 240_000);

test('batches of 64 and 7 give the same scores; new images score as in the run', async () => {
  const scoresOf = async (batchSize: number) => {
    const place = fresh('batch');
    const change = (plan: Plan): void => {
      for (const set of plan.datasets) set.limit = 130;
      plan.baselines = [...UNSAMPLED];
      plan.runtime.batchSize = batchSize;
    };
    return { place, scored: await runInTest(planOf(change), { folder: place }, (run) => run.scored) };
  };
  const [whole, single] = [await scoresOf(64), await scoresOf(7)];
  whole.scored.forEach(({ id, scores }, i) => {
    for (const [set, values] of scores) {
      single.scored[i].scores.get(set)!.forEach((value, row) => {
        const scale = Math.max(Math.abs(values[row]), 1e-3);
        expect(Math.abs(value - values[row]) / scale, `${id} ${set} ${row}`).toBeLessThanOrEqual(1e-5);
      });
    }
  });
  const project = openProject(path.join(whole.place, 'project.oodlab'));
  try {
    const images = [path.join(DEMO, 'data', 'ood_textures')];
    for await (const { scores } of scoreImages({ project, images, openSamplers: processSamplers(), threads: 1 })) {
      expect(scores.map(({ detector }) => detector)).toEqual(['larem', ...UNSAMPLED]);
      scores.forEach(({ detector, score }, i) => {
        const inRun = whole.scored[i].scores.get('Textures')![0];
        expect(Math.abs(score - inRun) / Math.max(Math.abs(inRun), 1e-3), detector).toBeLessThanOrEqual(1e-5);
      });
      break;
    }
  } finally {
    project.close();
  }
}, 240_000);

function fixturePlan(model: string, hook: string, change: Record<string, unknown> = {}): Plan {
  const images = (name: string, count: number, seed: number): string =>
    noiseImages({ folder: path.join(folder, `${name}-64-3`), count, height: 64, width: 64, channels: 3, seed });
  return parsePlan({
    schema: 'oodlab.plan/1',
    model: { path: fixturePath(model), preprocess: { resize: { height: 64, width: 64 } } },
    hook: { tensor: hook },
    sampling: { mechanism: 'model', samples: 12 },
    datasets: [
      { name: 'fit', role: 'fit', path: images('fit', 40, 1) },
      { name: 'calibrate', role: 'calibrate', path: images('calibrate', 25, 2) },
      { name: 'test', role: 'test', path: images('test', 9, 3) },
      { name: 'ood', role: 'ood', path: images('ood', 9, 4) },
    ],
    detectors: ['larem'],
    baselines: ['msp', 'predictive-entropy', 'mutual-information', 'dice'],
    runtime: { provider: 'cpu', batchSize: 4 },
    ...change,
  });
}

test("the network's own dropout samples the class scores too: predictive entropy and mutual information run", async () => {
  const run = await runInTest(
    fixturePlan('dropout_op17_training_true.onnx', 'dropout.out'),
    { folder: fresh('mc') },
    (done) => done,
  );
  expect(run.results.notRun).toBeUndefined();
  const of = (id: string): Float64Array => run.scored.find((one) => one.id === id)!.scores.get('test')!;
  of('predictive-entropy').forEach((score, row) => {
    // 0 <= MI <= H <= ln 10.
    expect(-of('mutual-information')[row]).toBeGreaterThanOrEqual(-1e-12);
    expect(-score).toBeGreaterThanOrEqual(-of('mutual-information')[row]);
    expect(-score).toBeLessThanOrEqual(Math.log(10));
  });
  expect(Math.max(...of('mutual-information').map((score) => -score))).toBeGreaterThan(0);
}, 120_000);

test.each([
  ['fp16_full.onnx', /^The last layer is in float16; only float32 and float64 weights are read\.$/],
  ['int8_qdq.onnx', /^The last layer is quantised/],
])(
  '%s: baselines on the last layer are listed with the reason, those on logits run',
  async (model, reason) => {
    const hook = model.startsWith('fp16') ? 'layer3.out' : null;
    const tensor = hook ?? 'feat.dq';
    const change = { sampling: { mechanism: hook === null ? 'none' : 'dropblock', blockSize: 3, samples: 8 } };
    const plan = fixturePlan(model, tensor, { ...change, baselines: ['energy', 'dice', 'vim'] });
    const results = await runInTest(plan, { folder: fresh('refused') }, (run) => run.results);
    expect(results.baselines!.map(({ detector }) => detector)).toEqual(['energy']);
    expect(results.notRun!.map(({ id }) => id)).toEqual(['dice', 'vim']);
    for (const { reason: own } of results.notRun!) expect(own).toMatch(reason);
    expect(results.warnings.find(({ code }) => code === 'NOT_RUN')!.message).toMatch(/^Not run: dice, vim\. /);
  },
  120_000,
);

test('a network without class scores: nothing is skipped in silence', async () => {
  const plan = fixturePlan('unet_op13.onnx', 'bottleneck.out', {
    model: { path: fixturePath('unet_op13.onnx'), preprocess: { color: 'gray', resize: { height: 64, width: 64 } } },
    sampling: { mechanism: 'none' },
    baselines: ['msp', 'vim'],
  });
  const results = await runInTest(plan, { folder: fresh('no-logits') }, (run) => run.results);
  expect(results.notRun!.map(({ id }) => id)).toEqual(['msp', 'vim']);
  expect(results.warnings.map(({ code }) => code)).toContain('NO_LOGITS');
}, 120_000);
