import { describe, expect, it } from 'vitest';
import { uniqueLabels } from '../../../electron/engine/onnx/labels.ts';
import { oneSentence } from '../../../electron/engine/onnx/one-sentence.ts';

const label = (tensor: string, op = 'Relu', node = ''): string => uniqueLabels([{ tensor, op, node }])[0];

describe('labels', () => {
  it.each([
    ['layer3.out', 'layer3.out'],
    ['/layer3/layer3.1/relu_1/Relu_output_0', 'layer3.1.relu_1'],
    ['layer1.layer1.0.relu_1.Relu', 'layer1.0.relu_1'],
    ['rpn.head.conv.conv.0.conv.0.1_2.Relu', 'rpn.head.conv.0.1_2'],
    ['functional_1/conv2d/Relu:0', 'functional_1.conv2d'],
    ['слой 2 / 特徴 «ReLU»', 'слой 2 / 特徴 «ReLU»'],
    ['features.0.0', 'features.0.0'],
    ['Relu', 'Relu'],
  ])('%s reads %s', (tensor, expected) => {
    expect(label(tensor)).toBe(expected);
  });

  it('uses the node name when the tensor is a number', () => {
    expect(label('123', 'Conv', '/stem/conv/Conv')).toBe('stem.conv');
    expect(label('123', 'Conv')).toBe('Conv 123');
  });

  it('keeps labels apart and short', () => {
    const long = 'f'.repeat(300);
    const entries = ['a.Relu', 'a.Relu_1', 'a.Relu', long, `${long}g`].map((tensor) => ({ tensor, op: 'Relu', node: '' }));
    const labels = uniqueLabels(entries);
    expect(new Set(labels).size).toBe(5);
    for (const each of labels) expect(each.length).toBeLessThan(110);
  });
});

describe('oneSentence', () => {
  it('takes control characters and length out of names', () => {
    expect(oneSentence('The weight "a\nb\u0000c" is short.')).toBe('The weight "a b c" is short.');
    expect(oneSentence(`The weight "${'x'.repeat(5000)}" is short.`).length).toBeLessThan(150);
  });
});
