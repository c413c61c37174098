/** Every way of sampling at every listed hook of every fixture, against sums done by hand on the hooked tensor. */
import { describe, expect, it } from 'vitest';
import { findLogits, dependsOnRandom } from '../../../electron/engine/onnx/logits.ts';
import { inspectModel } from '../../../electron/engine/onnx/inspect-model.ts';
import { openModel, type OnnxModel } from '../../../electron/engine/onnx/open-model.ts';
import { buildSamplingGraph, NAMES, type SamplingGraphSpec } from '../../../electron/engine/onnx/sampling-graph.ts';
import type { HookKind, HookPoint } from '../../../electron/shared/domain.ts';
import { DEMO_FOLDER, exampleShape, fixturePath, GOOD } from '../../helpers/onnx-fixtures.ts';
import { floats, numbers, plainValues, relativeError, runSampling } from '../../helpers/onnx-surgery.ts';
import type { Seen } from '../../../electron/engine/onnx/probe.ts';

const SAMPLES = 3;
/** float16 networks run in float32 between Casts, which ONNX Runtime moves about. */
const toleranceOf = (dtype: string): number => (dtype === 'float16' ? 5e-3 : 1e-5);

interface Case {
  model: OnnxModel;
  hook: HookPoint;
  shape: number[];
  input: string;
  logits: string | null;
}

function spec({ hook, input, logits }: Case, rest: Pick<SamplingGraphSpec, 'suffix' | 'masks'>): SamplingGraphSpec {
  return { input, hook: { tensors: hook.tensors, kind: hook.kind }, logits, ...rest };
}

const sizes = ({ shape }: Seen): { rows: number; channels: number; area: number } => ({
  rows: shape[0],
  channels: shape[1],
  area: shape.slice(2).reduce((a, b) => a * b, 1),
});

/** sum over positions of x[b, c, i] * weights[b or 0, i, k]. */
function maskedSums(x: Seen, weights: Float32Array, perImage: boolean, columns: number): Float64Array {
  const { rows, channels, area } = sizes(x);
  const out = new Float64Array(rows * channels * columns);
  for (let b = 0; b < rows; b++) {
    for (let c = 0; c < channels; c++) {
      for (let k = 0; k < columns; k++) {
        let sum = 0;
        for (let i = 0; i < area; i++) {
          sum += Number(x.data[(b * channels + c) * area + i]) * weights[((perImage ? b : 0) * area + i) * columns + k];
        }
        out[(b * channels + c) * columns + k] = sum;
      }
    }
  }
  return out;
}

async function checkLogits(
  test: Case,
  found: Record<string, { data: ArrayLike<number | bigint> }>,
  plain: Map<string, Seen>,
): Promise<void> {
  if (test.logits === null) return;
  const expected = plain.get(test.logits)!;
  expect(relativeError(found[NAMES.logits].data, expected.data as Float32Array)).toBeLessThan(toleranceOf(expected.dtype));
}

/** Plain values with Dropout switched off, as the sampling graph has it. */
async function valuesOf(test: Case): Promise<Map<string, Seen>> {
  return plainValues(test.model, test.shape, [...test.hook.tensors, ...(test.logits === null ? [] : [test.logits])]);
}

async function checkLinear(test: Case, masks: 'bank' | 'per-image', suffix: 'linear' | 'latent'): Promise<void> {
  const plain = await valuesOf(test);
  const graph = buildSamplingGraph(test.model, spec(test, { suffix, masks }));
  const perImage = masks === 'per-image' && suffix === 'linear';
  const weights = test.hook.tensors.map((name, i) => {
    const { rows, area } = sizes(plain.get(name)!);
    return numbers((perImage ? rows : 1) * area * SAMPLES, 7 + i);
  });
  const feeds = Object.fromEntries(
    weights.map((data, i) => {
      const { rows, area } = sizes(plain.get(test.hook.tensors[i])!);
      return [NAMES.weights(i), floats([...(perImage ? [rows] : []), area, SAMPLES], data)];
    }),
  );
  const found = await runSampling(test.model, graph, test.shape, feeds);
  test.hook.tensors.forEach((name, i) => {
    const expected = plain.get(name)!;
    const samples = found[NAMES.samples(i)];
    expect(samples.shape).toEqual([expected.shape[0], expected.shape[1], SAMPLES]);
    const error = relativeError(samples.data, maskedSums(expected, weights[i], perImage, SAMPLES) as unknown as Float32Array);
    expect(error, name).toBeLessThan(toleranceOf(expected.dtype));
  });
  await checkLogits(test, found, plain);
}

/** [outer, features, inner] of one image: which of its numbers make one feature. */
function layout(
  kind: HookKind,
  shape: readonly number[],
): { image: number[]; features: number; featureOf: (i: number) => number } {
  const image = kind === 'roi' ? [...shape] : shape.slice(1);
  const inner = kind === 'conv' ? image[1] * image[2] : kind === 'roi' ? image[1] : 1;
  const features = kind === 'tokens' ? image[1] : image[0];
  return { image, features, featureOf: (i) => (kind === 'tokens' ? i % features : Math.floor(i / inner)) };
}

function means(values: Float64Array, features: number, featureOf: (i: number) => number): Float64Array {
  const out = new Float64Array(features);
  const count = values.length / features;
  values.forEach((value, i) => (out[featureOf(i)] += value / count));
  return out;
}

async function checkElementwise(test: Case, masks: 'bank' | 'per-image'): Promise<void> {
  const plain = await valuesOf(test);
  const x = plain.get(test.hook.tensors[0])!;
  const { image, features, featureOf } = layout(test.hook.kind, x.shape);
  const size = image.reduce((a, b) => a * b, 1);
  const images = x.data.length / size;
  const rows = masks === 'bank' ? 1 : images;
  const drawn = numbers(rows * SAMPLES * size, 11).map((value) => (value < 0.5 ? 0 : 2));
  const graph = buildSamplingGraph(test.model, spec(test, { suffix: 'elementwise', masks }));
  const feeds = { [NAMES.masks]: floats([rows, SAMPLES, ...image], drawn) };
  const found = await runSampling(test.model, graph, test.shape, feeds);
  const samples = new Float64Array(images * features * SAMPLES);
  const latent = new Float64Array(images * features);
  for (let b = 0; b < images; b++) {
    const one = Float64Array.from({ length: size }, (_, i) => Number(x.data[b * size + i]));
    latent.set(means(one, features, featureOf), b * features);
    for (let s = 0; s < SAMPLES; s++) {
      const from = ((masks === 'bank' ? 0 : b) * SAMPLES + s) * size;
      const dropped = means(
        one.map((value, i) => value * drawn[from + i]),
        features,
        featureOf,
      );
      dropped.forEach((value, f) => (samples[(b * features + f) * SAMPLES + s] = value));
    }
  }
  const tolerance = toleranceOf(x.dtype);
  expect(found[NAMES.samples(0)].shape).toEqual([images, features, SAMPLES]);
  expect(relativeError(found[NAMES.samples(0)].data, samples as unknown as Float32Array)).toBeLessThan(tolerance);
  expect(found[NAMES.latent].shape).toEqual([images, features]);
  expect(relativeError(found[NAMES.latent].data, latent as unknown as Float32Array)).toBeLessThan(tolerance);
  await checkLogits(test, found, plain);
}

async function checkLatent(test: Case): Promise<void> {
  if (test.hook.kind === 'conv' || test.hook.kind === 'rpn') return checkLinear(test, 'bank', 'latent');
  const plain = await valuesOf(test);
  const x = plain.get(test.hook.tensors[0])!;
  const { image, features, featureOf } = layout(test.hook.kind, x.shape);
  const size = image.reduce((a, b) => a * b, 1);
  const expected = Array.from({ length: x.data.length / size }, (_, b) =>
    means(
      Float64Array.from({ length: size }, (_, i) => Number(x.data[b * size + i])),
      features,
      featureOf,
    ),
  );
  const graph = buildSamplingGraph(test.model, spec(test, { suffix: 'latent', masks: 'bank' }));
  const found = await runSampling(test.model, graph, test.shape, {});
  const flat = Float64Array.from(expected.flatMap((row) => [...row]));
  expect(relativeError(found[NAMES.latent].data, flat as unknown as Float32Array)).toBeLessThan(toleranceOf(x.dtype));
  return checkLogits(test, found, plain);
}

const FILES = [
  ...GOOD.map((fixture) => ({
    name: fixture.file,
    path: fixturePath(fixture.file),
    shape: exampleShape(fixture),
    listed: fixture.hooks.map(({ tensor }) => tensor),
  })),
  ...['demo_eval.onnx', 'demo_dropout.onnx', 'demo_mc.onnx'].map((name) => ({
    name,
    path: `${DEMO_FOLDER}/${name}`,
    shape: [2, 1, 28, 28],
    listed: ['block2.out', 'penultimate', 'dropout.out'],
  })),
];

describe.each(FILES)('$name', ({ path, shape, listed }) => {
  it('samples as computed by hand, at every hook in every way', async () => {
    const info = await inspectModel(path);
    const model = await openModel(path);
    const logits = findLogits(model);
    const hooks = info.hooks.filter(({ tensors, kind }) => kind === 'rpn' || listed.includes(tensors[0]));
    expect(hooks.length).toBeGreaterThan(0);
    for (const hook of hooks) {
      const active = info.stochastic.some(({ op, state }) => op === 'Dropout' && state === 'active');
      // An active Dropout cannot be switched off in the plain run that is compared with.
      if (active && hook.stochastic) continue;
      const test: Case = { model, hook, shape, input: info.imageInput!, logits: active ? null : logits };
      if (dependsOnRandom(model, hook.tensors[0])) {
        const build = (): unknown => buildSamplingGraph(model, spec(test, { suffix: 'linear', masks: 'bank' }));
        expect(build).toThrowError(expect.objectContaining({ code: 'E_MODEL_UNSUPPORTED' }));
        continue;
      }
      await checkLatent(test);
      for (const masks of ['bank', 'per-image'] as const) {
        if (hook.kind === 'conv' || hook.kind === 'rpn') await checkLinear(test, masks, 'linear');
        if (hook.kind !== 'rpn') await checkElementwise(test, masks);
      }
    }
  });
});

describe('active Dropout', () => {
  it('is off on the deterministic path: logits are those of the same network with an inactive one', async () => {
    const shape = [2, 3, 64, 64];
    const [on, off] = await Promise.all(
      ['true', 'false'].map((mode) => openModel(fixturePath(`dropout_op12_training_${mode}.onnx`))),
    );
    const expected = await plainValues(off, shape, ['logits', 'dropout.out']);
    const graph = buildSamplingGraph(on, {
      input: 'image',
      hook: { tensors: ['dropout.out'], kind: 'fc' },
      logits: 'logits',
      suffix: 'latent',
      masks: 'bank',
    });
    const found = await runSampling(on, graph, shape, {});
    expect(relativeError(found[NAMES.logits].data, expected.get('logits')!.data as Float32Array)).toBeLessThan(1e-5);
    expect(relativeError(found[NAMES.latent].data, expected.get('dropout.out')!.data as Float32Array)).toBeLessThan(1e-5);
  });

  it('needs no training_mode input when a graph input switches it', async () => {
    const model = await openModel(fixturePath('dropout_op13_training_graph_input.onnx'));
    const hook = { tensors: ['dropout.out'], kind: 'fc' as const };
    const graph = buildSamplingGraph(model, { input: 'image', hook, logits: 'logits', suffix: 'latent', masks: 'bank' });
    expect(graph.otherInputs).toEqual([]);
  });
});

describe('refusals', () => {
  it.each([
    ['nowhere', /has no tensor "nowhere"/],
    ['branch_a.out', /inside a branch/],
  ])('refuses the hook %s', async (tensor, message) => {
    const model = await openModel(fixturePath('if_node.onnx'));
    const hook = { tensors: [tensor], kind: 'conv' as const };
    expect(() => buildSamplingGraph(model, { input: 'image', hook, logits: null, suffix: 'linear', masks: 'bank' })).toThrowError(
      message,
    );
  });
});
