/** What the bench times is what it says: the same entropies, the whole pass, the same estimators. No time is asserted. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EFFORT, type PartOptions } from '../../../electron/engine/bench/bench-options.ts';
import {
  imageOf,
  noiseBatch,
  openBare,
  openProduct,
  openReference,
  sampleBatch,
} from '../../../electron/engine/bench/hooked-network.ts';
import {
  AGREEMENT,
  largestDifference,
  referenceEntropies,
  referenceSamples,
} from '../../../electron/engine/bench/reference-way.ts';
import { resnet18 } from '../../../electron/engine/bench/resnet18.ts';
import { run, writeSyntheticPlan } from '../../../electron/engine/bench/whole-run.ts';
import { openModel } from '../../../electron/engine/onnx/open-model.ts';
import { createSession } from '../../../electron/engine/runtime/session.ts';
import type { OpenedJob } from '../../../electron/engine/sampling/open-job.ts';
import { openProject } from '../../../electron/engine/storage/open-project.ts';
import { processSamplers } from '../../../electron/workers/process-sampler.ts';
import { demoPlan } from '../../helpers/demo-plan.ts';
import { tempFolder } from '../../helpers/temp-folder.ts';

const folder = tempFolder();
const SIDE = 32;
const ROWS = 3;
const batch = noiseBatch(ROWS, SIDE);

describe.each(['layer3.out', 'layer2.out'])('the small ResNet at %s', (hook) => {
  const file = path.join(folder, 'resnet.onnx');
  const spec = { file, hook, side: SIDE, threads: 1, batchSize: ROWS };
  let product: OpenedJob;
  beforeAll(async () => {
    writeFileSync(file, resnet18('cifar', 8));
    product = await openProduct(spec, 'per-image');
  });
  afterAll(() => product.session.release());

  test.each([null, 'logits'])("the reference's passes ending at %s give the product's entropies", async (output) => {
    const reference = await openReference(product.model, hook, { output, threads: 1 });
    const [[, height, width]] = product.info.hookShapes;
    const draw = { seed: 0, samples: 16, shape: { height, width, blockSize: 8, dropProb: 0.5 } };
    const { entropies } = await sampleBatch(product, batch);
    const features = product.info.entropyDim;
    for (let row = 0; row < ROWS; row++) {
      const own = entropies.subarray(row * features, (row + 1) * features);
      const theirs = async (seed: number): Promise<Float64Array> =>
        referenceEntropies(await referenceSamples(reference, { batch, row }, { ...draw, seed }));
      expect(largestDifference(own, await theirs(0)), `image ${row}`).toBeLessThan(AGREEMENT);
      expect(largestDifference(own, await theirs(1)), `other masks, image ${row}`).toBeGreaterThan(100 * AGREEMENT);
    }
    await reference.release();
  });

  test('the bare pass computes the hooked tensor, as the untouched model does', async () => {
    const bare = await openBare(product.model, hook, 1);
    const whole = await openReference(product.model, hook, { output: 'logits', threads: 1 });
    const untouched = await createSession(file, { threads: 1 });
    const [[, height, width]] = product.info.hookShapes;
    const corner = new Float32Array(height * width);
    corner[0] = 1;
    const image = imageOf(batch);
    const masked = await whole.run({
      image,
      'bench.mask': { dtype: 'float32', shape: [1, 1, height, width], data: corner },
      'bench.scale': { dtype: 'float32', shape: [], data: Float32Array.of(height * width) },
    });
    const features = product.info.entropyDim;
    const first = (masked['bench.latent'].data as Float32Array).filter((_, i) => i % features === 0);
    const { data } = (await bare.run({ image }))['bench.one'];
    expect(data).toHaveLength(ROWS);
    expect(largestDifference(data as Float32Array, first)).toBeLessThan(1e-5);
    const open = { dtype: 'float32', shape: [1, 1, height, width], data: corner.fill(1) };
    const kept = await whole.run({
      image,
      'bench.mask': open,
      'bench.scale': { dtype: 'float32', shape: [], data: Float32Array.of(1) },
    });
    const plain = await untouched.run({ image });
    expect(largestDifference(kept.logits.data as Float32Array, plain.logits.data as Float32Array)).toBeLessThan(1e-3);
    await Promise.all([bare, whole, untouched].map((session) => session.release()));
  });
});

test('the networks have the parameters of a ResNet-18', async () => {
  const parameters = async (stem: 'imagenet' | 'cifar'): Promise<number> => {
    const file = path.join(folder, `${stem}.onnx`);
    writeFileSync(file, resnet18(stem));
    const { index } = await openModel(file);
    return [...index.initializers.values()].reduce(
      (sum, { dims }) => sum + (dims ?? []).reduce<number>((a, b) => a * Number(b), 1),
      0,
    );
  };
  // torchvision: 11,689,512, of which 9,600 are BatchNorm's; folded it leaves 4,800 biases.
  expect(await parameters('imagenet')).toBe(11_689_512 - 4_800);
});

test('the made-up evaluation counts every image, tells the sets apart and is answered from what is stored', async () => {
  const started: number[] = [];
  const openSamplers = processSamplers({ onStart: (pid) => started.push(pid) });
  const effort = { ...EFFORT.quick, images: 700, reevaluated: 400 };
  const options: PartOptions = {
    size: 'quick',
    threads: 1,
    effort,
    folder,
    openSamplers,
    inferencePids: () => started,
    onStep: () => undefined,
    demo: { plan: demoPlan(), baseDir: folder },
  };
  const plan = await writeSyntheticPlan(options);
  const project = openProject(path.join(folder, 'synthetic.oodlab'));
  try {
    const { results } = await run(plan, project, options);
    expect(results.datasets.map(({ count }) => count)).toEqual([200, 100, 100, 300]);
    expect(results.model.entropyFeatures).toBe(256);
    const faded = results.metrics.find(({ ood, detector, pca }) => ood === 'faded' && detector === 'larem' && pca === null)!;
    expect(faded.auroc.value).toBeGreaterThan(0.85);
    expect(started).toHaveLength(1);
    const changed = await run({ ...plan, pca: [24], datasets: plan.datasets.slice(0, 3) }, project, options);
    expect(changed.results.metrics[0].pca).toBe(24);
    expect(started).toHaveLength(1);
  } finally {
    project.close();
  }
});
