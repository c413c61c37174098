/** A pre-flight of the demo network through a real inference process, against the pipeline and against sums by hand. */
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { decode } from 'fast-png';
import type { JobSet } from '../../../electron/engine/sampling/job.ts';
import type { PreflightView } from '../../../electron/shared/app/views.ts';
import type { ModelInfo } from '../../../electron/shared/domain.ts';
import { matrixBlocks } from '../../../electron/engine/pipeline/vectors.ts';
import { maskPictures } from '../../../electron/engine/preflight/mask-pictures.ts';
import { drawDropBlockMasks } from '../../../electron/engine/sampling/masks.ts';
import { BANK_STREAM } from '../../../electron/engine/sampling/streams.ts';
import { auroc } from '../../../electron/engine/metrics/curves.ts';
import { rank } from '../../../electron/engine/metrics/ranking.ts';
import { parsePlan, type Plan } from '../../../electron/shared/plan.ts';
import { ProcessPreflight } from '../../../electron/workers/process-preflight.ts';
import { inspectInProcess } from '../../../electron/workers/process-sampler.ts';
import { ROOT } from '../../helpers/run-cli.ts';
import { runInTest } from '../../helpers/run-in-test.ts';
import { tempFolder } from '../../helpers/temp-folder.ts';

const DEMO = path.join(ROOT, 'resources', 'demo');
const IMAGES = 32;
const set = (name: string, file: string): JobSet => ({ name, path: path.join(DEMO, 'data', file), format: 'auto', limit: null });
const IND = set('Fashion train', 'ind_train-images-idx3-ubyte.gz');
const OOD = set('MNIST digits', 'ood_mnist-images-idx3-ubyte.gz');
const folder = tempFolder();
const processes = new ProcessPreflight();
let info: ModelInfo;
let view: Omit<PreflightView, 'planHash'>;

const PLAN: Plan = parsePlan({
  schema: 'oodlab.plan/1',
  model: { path: path.join(DEMO, 'demo_eval.onnx'), preprocess: { color: 'gray', mean: [0.286], std: [0.353] } },
  hook: { tensor: 'block2.out' },
  sampling: { dropProb: 0.5, blockSize: 5, samples: 16, seed: 0, masks: 'bank' },
  datasets: [
    { name: IND.name, role: 'fit', path: IND.path, limit: IMAGES },
    { name: OOD.name, role: 'ood', path: OOD.path, limit: IMAGES },
  ],
  runtime: { threads: 1, provider: 'cpu' },
});

beforeAll(async () => {
  info = await inspectInProcess(PLAN.model.path);
  const { model, sampling } = PLAN;
  const job = { model, sampling, threads: 1, hooks: info.hooks, ind: IND, ood: OOD, images: IMAGES };
  const seen: number[] = [];
  view = await processes.preflight(job, (done, total) => seen.push(done / total));
  expect(seen.at(-1)).toBe(1);
}, 60_000);
afterAll(() => processes.close());

test('rates every hook point once, best first, and says why one cannot be rated', () => {
  expect(view.candidates.length + view.unrated.length).toBe(info.hooks.length);
  expect(view.ind).toEqual({ set: 'Fashion train', images: IMAGES });
  const order = view.candidates.map(({ rating }) => ['good', 'usable', 'avoid'].indexOf(rating));
  expect(order).toEqual(order.slice().sort());
  for (const { reason } of view.unrated) expect(reason).toMatch(/^[A-Z].*\.$/);
  // A mask on a 1 x 1 map drops all of it or nothing.
  const pooled = view.candidates.find(({ tensors }) => tensors[0] === 'pool.out')!;
  expect(pooled.rating).toBe('avoid');
  expect(pooled.dropped).toBeCloseTo(pooled.dropsAll, 12);
  expect(pooled.reasons).toContain('floor');
});

test('the entropies behind a rating are those of the pipeline: the same quick AUROC from its vectors', async () => {
  const wanted = await runInTest(PLAN, { folder }, ({ project, roles }) => {
    const vectors = roles.sets.map(({ id }) => [...matrixBlocks(project.samples, id, 'entropy')][0]);
    const density = (row: number, from: number, without: number): number => {
      let sum = 0;
      let count = 0;
      for (let i = 0; i < vectors[0].rows; i++) {
        if (i === without) continue;
        let square = 0;
        for (let j = 0; j < vectors[0].cols; j++)
          square += (vectors[from].data[row * vectors[0].cols + j] - vectors[0].data[i * vectors[0].cols + j]) ** 2;
        sum += Math.exp(-square / 2);
        count++;
      }
      return sum / count;
    };
    const ind = Float64Array.from({ length: IMAGES }, (_, r) => density(r, 0, r));
    const ood = Float64Array.from({ length: IMAGES }, (_, r) => density(r, 1, -1));
    return auroc(rank(ind, ood));
  });
  const rated = view.candidates.find(({ tensors }) => tensors[0] === 'block2.out')!;
  expect(rated.auroc!.value).toBeCloseTo(wanted, 10);
  expect(rated.auroc!.low).toBeLessThan(rated.auroc!.value);
  expect(rated).toMatchObject({ features: 64, shape: [64, 14, 14], deadChannels: 0 });
});

test('cost grows along the network and ends at the whole of it', () => {
  const cost = (tensor: string): number => view.candidates.find(({ tensors }) => tensors[0] === tensor)!.cost;
  expect(cost('stem.out')).toBeLessThan(cost('block1.out'));
  expect(cost('block1.out')).toBeLessThan(cost('block2.out'));
  expect(cost('logits')).toBeCloseTo(1, 12);
  // By hand: 3x3 convolutions of the stem, 28 x 28 positions, 16 channels; the share is of all multiply-adds.
  expect(cost('stem.out')).toBeGreaterThan(0.005);
});

test('the drop rate is that of the masks, not the drop probability', () => {
  const shape = { height: 14, width: 14, blockSize: 5, dropProb: 0.5 };
  const { kept } = drawDropBlockMasks({ seed: 7, stream: 3, image: 0, samples: 400 }, shape);
  const dropped = 1 - kept.reduce((a, b) => a + b, 0) / (400 * 196);
  const rated = view.candidates.find(({ tensors }) => tensors[0] === 'block2.out')!;
  expect(Math.abs(rated.dropped - dropped)).toBeLessThan(0.02);
});

test('the graph knows its blocks, and every hook point has its node', async () => {
  const graph = await processes.graph(PLAN.model.path, info.hooks);
  expect(graph.inputs).toEqual(['image']);
  expect(graph.outputs).toEqual(['logits']);
  const hooked = graph.nodes.flatMap(({ outputs }) => outputs.flatMap(({ hook }) => (hook === null ? [] : [hook])));
  expect(hooked.sort((a, b) => a - b)).toEqual(info.hooks.map((_, i) => i));
  const out = graph.nodes.find(({ outputs }) => outputs[0].name === 'block2.out')!;
  expect(out).toMatchObject({ op: 'Relu', path: ['block2'], label: 'out', outputs: [{ shape: '64 × 14 × 14' }] });
  expect(graph.nodes.filter(({ path: [block] }) => block === 'block2').length).toBe(6);
});

test('masks are drawn on the strongest channel; dropped positions are black', async () => {
  const request = { model: PLAN.model, threads: 1, tensor: 'block2.out', set: IND, index: 17 };
  const map = await processes.hookMap(request);
  expect([map.height, map.width, map.channels, map.map.length]).toEqual([14, 14, 64, 196]);
  const { samples } = maskPictures(map, PLAN.sampling);
  expect(samples.length).toBe(16);
  const { masks } = drawDropBlockMasks(
    { seed: 0, stream: BANK_STREAM, image: 0, samples: 16 },
    { height: 14, width: 14, blockSize: 5, dropProb: 0.5 },
  );
  const pixels = decode(samples[3]).data;
  for (let p = 0; p < 196; p++) {
    const black = pixels[3 * p] + pixels[3 * p + 1] + pixels[3 * p + 2] === 0;
    expect(black).toBe(masks[3 * 196 + p] === 0);
  }
});

test('a tensor that is no map, and an image that is not there, have their sentences', async () => {
  const request = { model: PLAN.model, threads: 1, tensor: 'logits', set: IND, index: 0 };
  await expect(processes.hookMap(request)).rejects.toThrow(/no feature map/);
  await expect(processes.hookMap({ ...request, tensor: 'block2.out', index: 900_000 })).rejects.toThrow(/cannot be shown/);
});

test('pictures of several tensors asked for at once come out as one after the other', async () => {
  const request = (tensor: string): Parameters<typeof processes.hookMap>[0] => ({
    model: PLAN.model,
    threads: 1,
    tensor,
    set: IND,
    index: 3,
  });
  const tensors = ['block1.out', 'block2.out', 'block1.out', 'block3.out', 'block2.out'];
  const together = await Promise.all(tensors.map((tensor) => processes.hookMap(request(tensor))));
  for (const [i, tensor] of tensors.entries()) expect(together[i]).toEqual(await processes.hookMap(request(tensor)));
});
