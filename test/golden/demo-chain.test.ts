/** The reference's chain on 32 images of the demo: given masks to scores, step by step, to the tolerances it states. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { energyScores, mspScores } from '../../electron/engine/baselines/logit-scores.ts';
import { laredEstimator } from '../../electron/engine/detectors/lared.ts';
import { larem } from '../../electron/engine/detectors/larem.ts';
import type { Estimator } from '../../electron/engine/detectors/detector.ts';
import { entropiesOfBlock } from '../../electron/engine/entropy/kozachenko-leonenko.ts';
import { createMatMul } from '../../electron/engine/linalg/matmul.ts';
import type { Matrix } from '../../electron/engine/linalg/matrix.ts';
import { addBlock, emptyMoments } from '../../electron/engine/linalg/moments.ts';
import { fixSigns, pcaModel, project, spectrumOf } from '../../electron/engine/linalg/pca.ts';
import { aupr, auroc, fprAtTpr } from '../../electron/engine/metrics/curves.ts';
import { rank } from '../../electron/engine/metrics/ranking.ts';
import { openModel } from '../../electron/engine/onnx/open-model.ts';
import { buildSamplingGraph, NAMES } from '../../electron/engine/onnx/sampling-graph.ts';
import { createSession, type TensorData } from '../../electron/engine/runtime/session.ts';
import { poolingOf } from '../../electron/engine/sampling/pooling.ts';
import { samplingWeights } from '../../electron/engine/sampling/weights.ts';
import { preprocessInto } from '../../electron/engine/dataset/preprocess.ts';
import { DEMO, demoPlan } from '../helpers/demo-plan.ts';
import { readNpy, type NpyArray } from '../helpers/npy.ts';
import { ROOT } from '../helpers/run-cli.ts';

const FOLDER = path.join(ROOT, 'test', 'fixtures', 'demo-reference');
const npy = (name: string): NpyArray => readNpy(path.join(FOLDER, name));
const golden = JSON.parse(readFileSync(path.join(FOLDER, 'golden.json'), 'utf8')) as {
  msp: number[];
  energy_logsumexp: number[];
  scores: Record<string, number[]>;
  suggested_tolerance: Record<string, number>;
};
const tolerance = golden.suggested_tolerance;

const IMAGES = 32;
const SAMPLES = 16;
const CHANNELS = 64;
const SIDE = 14;

const matmul = createMatMul();
afterAll(() => matmul.release());

function worst(got: ArrayLike<number>, want: ArrayLike<number>): number {
  expect(got.length).toBe(want.length);
  let largest = 0;
  for (let i = 0; i < want.length; i++) largest = Math.max(largest, Math.abs(got[i] - want[i]));
  return largest;
}

function worstRelative(got: ArrayLike<number>, want: ArrayLike<number>): number {
  let largest = 0;
  for (let i = 0; i < want.length; i++) largest = Math.max(largest, Math.abs(got[i] - want[i]) / Math.abs(want[i]));
  return largest;
}

test('pixels to the numbers the network is fed: bit-equal', () => {
  const pixels = npy('inputs_u8.npy').data as Uint8Array;
  const wanted = npy('inputs_normalised.npy').data;
  const { preprocess } = demoPlan().model;
  const target = { dtype: 'float32', channels: 1, height: 28, width: 28, layout: 'NCHW' } as const;
  const out = new Float32Array(IMAGES * 784);
  for (let i = 0; i < IMAGES; i++) {
    const image = { width: 28, height: 28, channels: 1 as const, pixels: pixels.subarray(i * 784, (i + 1) * 784) };
    preprocessInto(image, preprocess, target, { out, offset: i * 784 });
  }
  // The plan's mean and deviation are rounded to three digits; the reference's are too.
  expect(worst(out, wanted)).toBeLessThanOrEqual(1e-6);
});

test('given masks: the network cut at the hook, samples, entropies, logits', async () => {
  const model = await openModel(path.join(DEMO, 'demo_eval.onnx'));
  const graph = buildSamplingGraph(model, {
    input: 'image',
    hook: { tensors: ['block2.out'], kind: 'conv' },
    logits: 'logits',
    suffix: 'linear',
    masks: 'per-image',
  });
  const session = await createSession(graph.bytes);
  const masks = npy('chain/masks_u8.npy').data as Uint8Array;
  const pooling = poolingOf('fullmean', SIDE, SIDE);
  const positions = SIDE * SIDE;
  const cols = SAMPLES + 1;
  const weights = new Float32Array(IMAGES * positions * cols);
  for (let i = 0; i < IMAGES; i++) {
    const own = masks.subarray(i * SAMPLES * positions, (i + 1) * SAMPLES * positions);
    const kept = Float64Array.from({ length: SAMPLES }, (_, s) =>
      own.subarray(s * positions, (s + 1) * positions).reduce((a, b) => a + b, 0),
    );
    weights.set(
      samplingWeights({ masks: { masks: own, kept }, pooling, includeMean: true, dtype: 'float32' }).data,
      i * positions * cols,
    );
  }
  const inputs: TensorData = {
    dtype: 'float32',
    shape: [IMAGES, 1, 28, 28],
    data: npy('inputs_normalised.npy').data as Float32Array,
  };
  const outputs = await session.run({
    image: inputs,
    [NAMES.weights(0)]: { dtype: 'float32', shape: [IMAGES, positions, cols], data: weights },
  });
  await session.release();
  expect(worst(outputs[NAMES.logits].data as Float32Array, npy('logits.npy').data)).toBeLessThanOrEqual(tolerance.logits);

  const block = outputs[NAMES.samples(0)].data as Float32Array;
  const wanted = npy('chain/mc_samples.npy').data;
  const samples = new Float64Array(wanted.length);
  for (let i = 0; i < IMAGES; i++)
    for (let s = 0; s < SAMPLES; s++)
      for (let c = 0; c < CHANNELS; c++) samples[(i * SAMPLES + s) * CHANNELS + c] = block[(i * CHANNELS + c) * cols + s];
  expect(worst(samples, wanted)).toBeLessThanOrEqual(tolerance.mc_samples);
});

test('entropies of the reference samples', () => {
  const samples = npy('chain/mc_samples.npy').data;
  const block = new Float64Array(IMAGES * CHANNELS * SAMPLES);
  for (let i = 0; i < IMAGES; i++)
    for (let s = 0; s < SAMPLES; s++)
      for (let c = 0; c < CHANNELS; c++) block[(i * CHANNELS + c) * SAMPLES + s] = samples[(i * SAMPLES + s) * CHANNELS + c];
  const out = new Float64Array(IMAGES * CHANNELS);
  entropiesOfBlock(block, { rows: IMAGES * CHANNELS, rowStride: SAMPLES, groups: 1, samples: SAMPLES }, out);
  expect(worst(out, npy('chain/entropy.npy').data)).toBeLessThanOrEqual(tolerance.entropy);
});

test('scores of LaREM and LaRED, with and without PCA 16', async () => {
  const train: Matrix = { rows: 3000, cols: CHANNELS, data: Float64Array.from(npy('chain/train_entropy.npy').data) };
  const rows: Matrix = { rows: IMAGES, cols: CHANNELS, data: npy('chain/entropy.npy').data as Float64Array };
  const work = { multiply: matmul.multiply };
  const moments = emptyMoments(CHANNELS);
  await addBlock(moments, train, matmul.multiply);
  expect(worst(moments.mean, npy('chain/larem_mean.npy').data)).toBeLessThanOrEqual(1e-9);
  const spectrum = spectrumOf(moments);
  await fixSigns(spectrum, [train], matmul.multiply);
  const pca = pcaModel(spectrum, 16, true);
  expect(worstRelative(pca.explainedVariance, npy('chain/pca16_explained_variance.npy').data)).toBeLessThanOrEqual(1e-9);
  const small = { train: await project(pca, train, matmul.multiply), rows: await project(pca, rows, matmul.multiply) };
  const cases: [string, Estimator, { train: Matrix; rows: Matrix }][] = [
    ['LaREM', larem, { train, rows }],
    ['LaRED', laredEstimator(), { train, rows }],
    ['LaREM+PCA16', larem, small],
    ['LaRED+PCA16', laredEstimator(), small],
  ];
  for (const [name, estimator, data] of cases) {
    const detector = await estimator.fit(data.train, work);
    expect(worstRelative(await detector.score(data.rows, work), golden.scores[name]), name).toBeLessThanOrEqual(
      tolerance.scores_relative,
    );
  }
});

test('MSP and energy of the reference logits', () => {
  const logits: Matrix = { rows: IMAGES, cols: 10, data: Float64Array.from(npy('logits.npy').data) };
  expect(worst(mspScores(logits), golden.msp)).toBeLessThanOrEqual(1e-6);
  expect(worst(energyScores(logits), golden.energy_logsumexp)).toBeLessThanOrEqual(1e-5);
});

test('metric cases of the reference run', () => {
  const { cases } = JSON.parse(readFileSync(path.join(FOLDER, 'metric_cases.json'), 'utf8')) as {
    cases: { name: string; ind: number[]; ood: number[]; auroc: number; fpr95: number; aupr: number }[];
  };
  expect(cases.length).toBeGreaterThan(3);
  for (const { name, ind, ood, ...wanted } of cases) {
    const ranking = rank(Float64Array.from(ind), Float64Array.from(ood));
    expect(auroc(ranking), name).toBeCloseTo(wanted.auroc, 9);
    expect(fprAtTpr(ranking), name).toBeCloseTo(wanted.fpr95, 9);
    expect(aupr(ranking), name).toBeCloseTo(wanted.aupr, 9);
  }
});
