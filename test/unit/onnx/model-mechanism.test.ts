/** Mechanism `model`: the network's own random nodes with fed numbers, against the same masks applied by hand. */
import { describe, expect, it } from 'vitest';
import { dropBlockMask } from '../../../electron/engine/sampling/masks.ts';
import { ancestors } from '../../../electron/engine/onnx/graph-index.ts';
import { findLogits } from '../../../electron/engine/onnx/logits.ts';
import { openModel, type OnnxModel } from '../../../electron/engine/onnx/open-model.ts';
import { probeTensors, type Seen } from '../../../electron/engine/onnx/probe.ts';
import { buildSamplingGraph, NAMES, type SamplingGraph } from '../../../electron/engine/onnx/sampling-graph.ts';
import { createSession, type TensorData } from '../../../electron/engine/runtime/session.ts';
import type { HookKind } from '../../../electron/shared/domain.ts';
import { DEMO_FOLDER, fixturePath } from '../../helpers/onnx-fixtures.ts';
import { floats, numbers, plainValues, relativeError, runSampling } from '../../helpers/onnx-surgery.ts';

const SAMPLES = 5;

async function seenOf(model: OnnxModel, input: string, hook: string, shape: number[]): Promise<Map<string, Seen>> {
  const tensors = ancestors(model.index, [hook])
    .flatMap((at) => model.index.nodes[at].output ?? [])
    .filter((name) => name !== '');
  return probeTensors(model, { input, shape, tensors });
}

interface Built {
  model: OnnxModel;
  graph: SamplingGraph;
  feeds: Record<string, TensorData>;
}

/** The graph of a hook and random rows for its nodes: keep / (1 - ratio) or uniform numbers. */
async function build(file: string, input: string, hook: { tensor: string; kind: HookKind }, shape: number[]): Promise<Built> {
  const model = await openModel(file);
  const logits = findLogits(model);
  const seen = await seenOf(model, input, hook.tensor, file.includes('dropblock_package') ? shape : [1, ...shape.slice(1)]);
  const tensors = [hook.tensor];
  const graph = buildSamplingGraph(model, {
    ...{ input, hook: { tensors, kind: hook.kind }, logits, suffix: 'model', masks: 'per-image', samples: SAMPLES, seen },
  });
  const rows = shape[0] * SAMPLES;
  const feeds: Record<string, TensorData> = {
    [NAMES.rows]: {
      dtype: 'int64',
      shape: [rows],
      data: BigInt64Array.from({ length: rows }, (_, i) => BigInt(Math.floor(i / SAMPLES))),
    },
  };
  graph.fed.forEach((node, j) => {
    const drawn = numbers(rows * node.shape.reduce((a, b) => a * b, 1), 100 + j);
    const data = node.kind === 'uniform' ? drawn : drawn.map((value) => (value < node.ratio ? 0 : 1 / (1 - node.ratio)));
    feeds[node.feed] = floats([rows, ...node.shape], data);
  });
  return { model, graph, feeds };
}

/** samples[b, f, s] of a vector: x[b, f] * mask[b * N + s, f]. */
function droppedVector(x: Seen, mask: TensorData): Float64Array {
  const [images, features] = x.shape;
  const out = new Float64Array(images * features * SAMPLES);
  for (let b = 0; b < images; b++)
    for (let f = 0; f < features; f++)
      for (let s = 0; s < SAMPLES; s++)
        out[(b * features + f) * SAMPLES + s] =
          Number(x.data[b * features + f]) * Number(mask.data[(b * SAMPLES + s) * features + f]);
  return out;
}

const DROPOUT: [string, string, string, string, number[]][] = [
  ['demo_dropout.onnx', `${DEMO_FOLDER}/demo_dropout.onnx`, 'penultimate', 'dropout.out', [2, 1, 28, 28]],
  ...[
    'op9_ratio_attr',
    'op12_training_false',
    'op12_training_true',
    'op13_training_graph_input',
    'op17_training_absent',
    'op17_training_true',
  ].map((name): [string, string, string, string, number[]] => [
    name,
    fixturePath(`dropout_${name}.onnx`),
    'penultimate',
    'dropout.out',
    [2, 3, 64, 64],
  ]),
  ['op7_vgg (first Dropout)', fixturePath('dropout_op7_vgg_softmax.onnx'), 'relu6', 'drop6', [1, 3, 32, 32]],
];

describe('mechanism model', () => {
  it.each(DROPOUT)('%s: Dropout as masks by hand', async (...row) => {
    const [, file, before, behind, shape] = row;
    const { index } = await openModel(file);
    const input = index.inputs[0].name!;
    const { model, graph, feeds } = await build(file, input, { tensor: behind, kind: 'fc' }, shape);
    expect(graph.fed).toHaveLength(1);
    expect(graph.fed[0].kind).toBe('dropout');
    expect(graph.otherInputs).toEqual([]);
    const plain = await plainValues(model, shape, [before]);
    const found = await runSampling(model, graph, shape, feeds);
    const x = plain.get(before)!;
    expect(found[NAMES.samples(0)].shape).toEqual([shape[0], x.shape[1], SAMPLES]);
    const expected = droppedVector(x, feeds[graph.fed[0].feed]);
    expect(relativeError(found[NAMES.samples(0)].data, expected as unknown as Float32Array)).toBeLessThan(1e-5);
    expect(relativeError(found[NAMES.latent].data, x.data as Float32Array)).toBeLessThan(1e-5);
  });

  it.each([
    ['demo_mc.onnx', `${DEMO_FOLDER}/demo_mc.onnx`, 'block2.out', [2, 1, 28, 28], 5],
    ['dropblock_primitives_op13.onnx', fixturePath('dropblock_primitives_op13.onnx'), 'layer2.out', [2, 3, 64, 64], 3],
  ] as const)('%s: its own DropBlock as masks by hand', async (...row) => {
    const [, file, before, shape, blockSize] = row;
    const { model, graph, feeds } = await build(file, 'image', { tensor: 'dropblock.out', kind: 'conv' }, [...shape]);
    expect(graph.fed.map(({ kind }) => kind)).toEqual(['uniform']);
    const x = (await plainValues(model, shape, [before])).get(before)!;
    const [images, channels, height, width] = x.shape;
    const area = height * width;
    const uniforms = feeds[graph.fed[0].feed].data as Float32Array;
    expect(uniforms).toHaveLength(images * SAMPLES * area);
    const expected = new Float64Array(images * channels * SAMPLES);
    const mask = new Uint8Array(area);
    for (let b = 0; b < images; b++) {
      for (let s = 0; s < SAMPLES; s++) {
        const row = uniforms.subarray((b * SAMPLES + s) * area, (b * SAMPLES + s + 1) * area);
        const kept = dropBlockMask(row, { height, width, blockSize, dropProb: 0.5 }, mask);
        for (let c = 0; c < channels; c++) {
          let sum = 0;
          for (let i = 0; i < area; i++) sum += Number(x.data[(b * channels + c) * area + i]) * mask[i];
          expected[(b * channels + c) * SAMPLES + s] = sum / kept;
        }
      }
    }
    const found = await runSampling(model, graph, shape, feeds);
    expect(found[NAMES.samples(0)].shape).toEqual([images, channels, SAMPLES]);
    expect(relativeError(found[NAMES.samples(0)].data, expected as unknown as Float32Array)).toBeLessThan(1e-5);
  });

  it('runs behind two random nodes, each fed with rows of its own', async () => {
    const shape = [3, 1, 28, 28];
    const { model, graph, feeds } = await build(
      `${DEMO_FOLDER}/demo_mc.onnx`,
      'image',
      { tensor: 'dropout.out', kind: 'fc' },
      shape,
    );
    expect(graph.fed.map(({ kind }) => kind)).toEqual(['uniform', 'dropout']);
    const found = await runSampling(model, graph, shape, feeds);
    expect(found[NAMES.samples(0)].shape).toEqual([3, 96, SAMPLES]);
    // The first image alone, with its own rows, gives the same numbers: neither images nor samples meet.
    const own = Object.entries(feeds).map(
      ([
        name,
        {
          dtype,
          shape: [rows, ...rest],
          data,
        },
      ]): [string, TensorData] => [name, { dtype, shape: [rows / 3, ...rest], data: data.slice(0, data.length / 3) }],
    );
    const alone = await runSampling(model, graph, [1, 1, 28, 28], Object.fromEntries(own));
    const first = found[NAMES.samples(0)].data.slice(0, 96 * SAMPLES);
    expect(relativeError(alone[NAMES.samples(0)].data, first as Float32Array)).toBeLessThan(1e-5);
  });

  it('refuses a network that scales its masks over the whole batch', async () => {
    const file = fixturePath('dropblock_package_op13.onnx');
    const hook = { tensor: 'dropblock.out', kind: 'conv' as const };
    await expect(build(file, 'image', hook, [4, 3, 64, 64])).rejects.toMatchObject({ code: 'E_MODEL_UNSUPPORTED' });
  });

  it('refuses a hook with no random node in front of it', async () => {
    const file = fixturePath('resnet10_fp32_base.onnx');
    await expect(build(file, 'image', { tensor: 'layer4.out', kind: 'conv' }, [2, 3, 64, 64])).rejects.toMatchObject({
      code: 'E_INPUT',
    });
  });
});

describe('logits', () => {
  it.each(['resnet18_w4_fused', 'vit_op17_layernorm', 'external_data', 'int8_qdq', 'if_node', 'uint8_nhwc', 'fp16_keep_io'])(
    '%s: those of the untouched file',
    async (name) => {
      const file = fixturePath(`${name}.onnx`);
      const model = await openModel(file);
      const shape = name === 'uint8_nhwc' ? [2, 48, 48, 3] : [2, 3, 64, 64];
      const logits = findLogits(model)!;
      const { madeUpImage } = await import('../../../electron/engine/onnx/probe.ts');
      const session = await createSession(file, { optimize: 'basic' });
      const image = madeUpImage(name === 'uint8_nhwc' ? 'uint8' : 'float32', shape);
      const untouched = await session.run({ image });
      await session.release();
      const hook = model.index.nodes[model.index.order.at(-2)!].output![0];
      const graph = buildSamplingGraph(model, {
        ...{ input: 'image', hook: { tensors: [hook], kind: 'fc' }, logits, suffix: 'latent', masks: 'bank' },
      });
      const found = await runSampling(model, graph, shape, {});
      const error = relativeError(found[NAMES.logits].data, untouched[logits].data as Float32Array);
      expect(error).toBeLessThan(name.startsWith('fp16') ? 5e-3 : 1e-5);
    },
  );
});
