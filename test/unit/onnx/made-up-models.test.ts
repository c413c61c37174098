/** Small graphs made here for what no fixture shows: batch axes that are not free, coupled images, unclear inputs. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { imageInput } from '../../../electron/engine/onnx/image-input.ts';
import { inspectModel } from '../../../electron/engine/onnx/inspect-model.ts';
import { openModel } from '../../../electron/engine/onnx/open-model.ts';
import {
  FLOAT32,
  int64Tensor,
  intAttribute,
  intsAttribute,
  makeNode,
  type NodeProto,
  onnx,
  type TensorProto,
  valueInfo,
  type ValueInfoProto,
} from '../../../electron/engine/onnx/proto.ts';
import { buildSamplingGraph, NAMES } from '../../../electron/engine/onnx/sampling-graph.ts';
import type { ModelInfo } from '../../../electron/shared/domain.ts';
import { floats, numbers, plainValues, relativeError, runSampling } from '../../helpers/onnx-surgery.ts';
import { tempFolder } from '../../helpers/temp-folder.ts';

const folder = tempFolder();
let count = 0;

interface Made {
  nodes: NodeProto[];
  inputs?: ValueInfoProto[];
  constants?: TensorProto[];
  output?: string;
  opset?: number;
}

const IMAGE = valueInfo('image', FLOAT32, ['N', 3, 8, 8]);

function save({ nodes, inputs = [IMAGE], constants = [], output = 'out', opset = 13 }: Made): string {
  const model = onnx.ModelProto.create({
    irVersion: 8,
    opsetImport: [{ domain: '', version: opset }],
    graph: { name: 'made', node: nodes, input: inputs, initializer: constants, output: [valueInfo(output, FLOAT32)] },
  });
  const file = path.join(folder, `${count++}.onnx`);
  writeFileSync(file, onnx.ModelProto.encode(model).finish());
  return file;
}

function floatTensor(name: string, dims: number[]): TensorProto {
  const data = Float32Array.from({ length: dims.reduce((a, b) => a * b, 1) }, (_, i) => Math.sin(i));
  return { name, dims, dataType: FLOAT32, rawData: new Uint8Array(data.buffer) };
}

const codes = ({ warnings }: ModelInfo): string[] => warnings.map(({ code }) => code);

describe('the batch axis', () => {
  const conv = makeNode('Conv', ['image', 'w'], ['conv'], [intsAttribute('kernel_shape', [3, 3])]);
  const w = floatTensor('w', [4, 3, 3, 3]);

  it('is found frozen when two images fail', async () => {
    const nodes = [conv, makeNode('Reshape', ['conv', 'one'], ['flat']), makeNode('Gemm', ['flat', 'fc'], ['out'])];
    const info = await inspectModel(save({ nodes, constants: [w, int64Tensor('one', [1, -1]), floatTensor('fc', [144, 5])] }));
    expect(info.fixedBatch).toBe(1);
    expect(codes(info)).toContain('FIXED_BATCH');
    expect(info.hooks.find(({ tensors }) => tensors[0] === 'conv')?.shape).toEqual([1, 4, 6, 6]);
  });

  it('is found frozen when two images become one row', async () => {
    const nodes = [conv, makeNode('Reshape', ['conv', 'one'], ['out'])];
    const info = await inspectModel(save({ nodes, constants: [w, int64Tensor('one', [1, -1])] }));
    expect(info.fixedBatch).toBe(1);
  });

  it('is free where it is free', async () => {
    const info = await inspectModel(save({ nodes: [makeNode('Conv', ['image', 'w'], ['out'])], constants: [w] }));
    expect(info.fixedBatch).toBe(null);
    expect(codes(info)).toEqual([]);
  });

  it('is found coupled when images change each other', async () => {
    const nodes = [
      conv,
      makeNode('Flatten', ['conv'], ['flat']),
      makeNode('Softmax', ['flat'], ['out'], [intAttribute('axis', 0)]),
    ];
    expect(codes(await inspectModel(save({ nodes, constants: [w] })))).toContain('BATCH_COUPLED');
  });
});

describe('the image input', () => {
  const relu = (input: string, output: string): NodeProto => makeNode('Relu', [input], [output]);

  it('names the candidates when there are several', async () => {
    const inputs = [IMAGE, valueInfo('other', FLOAT32, ['N', 3, 8, 8])];
    const file = save({ inputs, nodes: [makeNode('Add', ['image', 'other'], ['out'])] });
    const model = await openModel(file);
    expect(() => imageInput(model, null)).toThrowError(/2 inputs.*"image", "other"/);
    expect(imageInput(model, 'other').name).toBe('other');
    expect(() => imageInput(model, 'third')).toThrowError(/no input "third"/);
    expect(codes(await inspectModel(file))).toEqual(['NO_IMAGE_INPUT']);
  });

  it.each([
    [['N', 3, 'H', 'W'], 'NCHW', true],
    [['N', 'H', 'W', 3], 'NHWC', true],
    [[1, 28, 28], 'NCHW', false],
    [['H', 'W', 3], 'NHWC', false],
    [[4, 3, 3, 3], 'NCHW', true],
  ] as const)('reads %j as %s', async (shape, layout, batchAxis) => {
    const model = await openModel(save({ inputs: [valueInfo('x', FLOAT32, shape)], nodes: [relu('x', 'out')] }));
    expect(imageInput(model, null)).toMatchObject({ layout, batchAxis });
  });

  it.each([
    [['N', 4, 8, 8], /no axis has 1 or 3 channels/],
    [['N', 10], /has 2 dimensions/],
  ] as const)('refuses %j', async (shape, message) => {
    const model = await openModel(save({ inputs: [valueInfo('x', FLOAT32, shape)], nodes: [relu('x', 'out')] }));
    expect(() => imageInput(model, null)).toThrowError(message);
  });
});

describe('newer and older opsets', () => {
  it.each([11, 13, 18, 21])('opset %d: tokens are sampled as by hand', async (opset) => {
    const nodes = [makeNode('Conv', ['image', 'w'], ['conv']), makeNode('Reshape', ['conv', 'shape'], ['out'])];
    const constants = [floatTensor('w', [4, 3, 3, 3]), int64Tensor('shape', [0, -1, 9])];
    const model = await openModel(save({ nodes, constants, opset }));
    const hook = { tensors: ['out'], kind: 'tokens' as const };
    const graph = buildSamplingGraph(model, { input: 'image', hook, logits: null, suffix: 'elementwise', masks: 'bank' });
    const shape = [2, 3, 8, 8];
    const x = (await plainValues(model, shape, ['out'])).get('out')!;
    expect(x.shape).toEqual([2, 16, 9]);
    const masks = numbers(3 * 144, 5);
    const found = await runSampling(model, graph, shape, { [NAMES.masks]: floats([1, 3, 16, 9], masks) });
    const expected = new Float32Array(2 * 9 * 3);
    for (let b = 0; b < 2; b++)
      for (let f = 0; f < 9; f++)
        for (let n = 0; n < 3; n++)
          for (let t = 0; t < 16; t++)
            expected[(b * 9 + f) * 3 + n] += (Number(x.data[b * 144 + t * 9 + f]) * masks[n * 144 + t * 9 + f]) / 16;
    expect(relativeError(found[NAMES.samples(0)].data, expected)).toBeLessThan(1e-5);
  });
});
