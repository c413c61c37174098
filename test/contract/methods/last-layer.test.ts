/** The last layer read from the graph: every fixture either gives the model's own logits or says why it cannot. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { lastLayer, type LastLayer, type NoLastLayer } from '../../../electron/engine/onnx/last-layer.ts';
import { classifierOutput } from '../../../electron/engine/onnx/logits.ts';
import { openModel, type OnnxModel } from '../../../electron/engine/onnx/open-model.ts';
import { intsAttribute, makeNode, onnx, type NodeProto, type TensorProto } from '../../../electron/engine/onnx/proto.ts';
import { exampleShape, fixturePath, GOOD } from '../../helpers/onnx-fixtures.ts';
import { numbers, plainValues } from '../../helpers/onnx-surgery.ts';
import { tempFolder } from '../../helpers/temp-folder.ts';

/** Largest difference between x Wᵀ + b and the logits that the network computes itself, over their size. */
async function difference(model: OnnxModel, layer: LastLayer, logits: string, shape: number[]): Promise<number> {
  const seen = await plainValues(model, shape, [layer.penultimate, logits]);
  const x = seen.get(layer.penultimate)!.data as Float32Array;
  const wanted = seen.get(logits)!.data as Float32Array;
  const { weight, bias } = layer;
  let apart = 0;
  wanted.forEach((value, at) => {
    const [row, c] = [Math.floor(at / weight.rows), at % weight.rows];
    let sum = bias[c];
    for (let f = 0; f < weight.cols; f++) sum += x[row * weight.cols + f] * weight.data[c * weight.cols + f];
    apart = Math.max(apart, Math.abs(sum - value));
  });
  return apart / Math.max(...wanted.map(Math.abs));
}

const REFUSED: Record<string, RegExp> = {
  'fp16_full.onnx': /float16/,
  'fp16_keep_io.onnx': /float16/,
  'int8_qdq.onnx': /quantised/,
  'nan_weights.onnx': /^$/,
};

test.each(GOOD.filter(({ file }) => file.endsWith('.onnx')))('$file', async (fixture) => {
  const model = await openModel(fixturePath(fixture.file));
  const logits = classifierOutput(model);
  if (logits === null) return expect(fixture.file).toMatch(/deeplab|unet|fasterrcnn|dropblock/);
  const layer = lastLayer(model, logits);
  const refused = REFUSED[fixture.file];
  if (refused !== undefined && refused.source !== '^$') return expect((layer as NoLastLayer).reason).toMatch(refused);
  expect(layer).toHaveProperty('penultimate');
  const { weight, bias } = layer as LastLayer;
  expect(bias).toHaveLength(weight.rows);
  if (fixture.file === 'nan_weights.onnx') return;
  expect(await difference(model, layer as LastLayer, logits, exampleShape(fixture))).toBeLessThan(1e-5);
});

const [C, F] = [4, 3];
const W = numbers(C * F, 5);
const B = numbers(C, 6);

/** [rows, cols] as float32, in the file. */
function tensor(name: string, dims: number[], data: Float32Array): TensorProto {
  return { name, dims, dataType: 1, rawData: new Uint8Array(data.slice().buffer) };
}

const turned = Float32Array.from({ length: C * F }, (_, i) => W[(i % C) * F + Math.floor(i / C)]);

interface Made {
  nodes: NodeProto[];
  tensors: TensorProto[];
}

const bias = tensor('b', [C], B);
const float = (name: string, value: number) => ({ name, type: onnx.AttributeProto.AttributeType.FLOAT, f: value });
const transB = { name: 'transB', type: onnx.AttributeProto.AttributeType.INT, i: 1 };

const FORMS: Record<string, Made> = {
  'Gemm, weights as [F, C]': {
    nodes: [makeNode('Gemm', ['x', 'w', 'b'], ['logits'])],
    tensors: [tensor('w', [F, C], turned), bias],
  },
  'Gemm with alpha and beta': {
    nodes: [makeNode('Gemm', ['x', 'w', 'b'], ['logits'], [transB, float('alpha', 0.5), float('beta', 3)])],
    tensors: [tensor('w', [C, F], W), bias],
  },
  'Gemm without a bias': {
    nodes: [makeNode('Gemm', ['x', 'w'], ['logits'], [transB])],
    tensors: [tensor('w', [C, F], W)],
  },
  'MatMul and Add, bias first, weights turned by a node (tied with another reader)': {
    nodes: [
      makeNode('Transpose', ['w'], ['wT'], [intsAttribute('perm', [1, 0])]),
      makeNode('MatMul', ['x', 'wT'], ['product']),
      makeNode('Add', ['b', 'product'], ['logits']),
    ],
    tensors: [tensor('w', [C, F], W), bias],
  },
  'MatMul alone, behind an Identity': {
    nodes: [makeNode('MatMul', ['x', 'w'], ['product']), makeNode('Identity', ['product'], ['logits'])],
    tensors: [tensor('w', [F, C], turned)],
  },
  'weights in a Constant node': {
    nodes: [
      {
        ...makeNode('Constant', [], ['w']),
        attribute: [{ name: 'value', type: onnx.AttributeProto.AttributeType.TENSOR, t: tensor('', [F, C], turned) }],
      },
      makeNode('Gemm', ['x', 'w', 'b'], ['logits']),
    ],
    tensors: [bias],
  },
};

async function made(name: string, { nodes, tensors }: Made): Promise<OnnxModel> {
  const value = (of: string, dims: (string | number)[]) => ({
    name: of,
    type: {
      tensorType: {
        elemType: 1,
        shape: { dim: dims.map((dim) => (typeof dim === 'string' ? { dimParam: dim } : { dimValue: dim })) },
      },
    },
  });
  const graph = {
    name,
    node: [
      makeNode('Relu', ['image'], ['map']),
      makeNode('GlobalAveragePool', ['map'], ['pooled']),
      makeNode('Flatten', ['pooled'], ['x']),
      ...nodes,
    ],
    initializer: tensors,
    input: [value('image', ['B', F, 5, 5])],
    output: [value('logits', ['B', C])],
  };
  const bytes = onnx.ModelProto.encode(
    onnx.ModelProto.create({ irVersion: 8, opsetImport: [{ domain: '', version: 13 }], graph }),
  ).finish();
  const file = path.join(tempFolder(), 'made.onnx');
  writeFileSync(file, bytes);
  return openModel(file);
}

test.each(Object.entries(FORMS))('%s', async (name, form) => {
  const model = await made(name, form);
  const layer = lastLayer(model, 'logits');
  expect(layer).toHaveProperty('penultimate', 'x');
  expect(await difference(model, layer as LastLayer, 'logits', [1, F, 5, 5])).toBeLessThan(1e-6);
});

const REASONS: [string, Made, RegExp][] = [
  [
    'a convolution',
    { nodes: [makeNode('Mul', ['x', 'x'], ['logits'])], tensors: [] },
    /^The class scores come from a Mul node, not from a fully connected last layer\.$/,
  ],
  [
    'weights that are computed',
    {
      nodes: [makeNode('Exp', ['w'], ['v']), makeNode('Gemm', ['x', 'v'], ['logits'])],
      tensors: [tensor('w', [F, C], turned)],
    },
    /^The weights of the last layer cannot be read from the file: a Exp node computes them\.$/,
  ],
  [
    'weights that are not finite',
    {
      nodes: [makeNode('Gemm', ['x', 'w'], ['logits'])],
      tensors: [
        tensor(
          'w',
          [F, C],
          turned.map((v, i) => (i === 2 ? NaN : v)),
        ),
      ],
    },
    /not finite/,
  ],
];

test.each(REASONS)('%s: the reason is a sentence', async (name, form, wanted) => {
  expect(lastLayer(await made(name, form), 'logits')).toEqual({ reason: expect.stringMatching(wanted) as string });
});
