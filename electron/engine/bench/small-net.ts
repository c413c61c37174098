/** A small network for 28 x 28 grey images, hooked at a map of 256 channels: cheap to run, wide enough to store and fit. */
import { intAttribute } from '../onnx/proto.ts';
import { OnnxBuilder } from './onnx-builder.ts';

export const SMALL_NET_HOOK = 'map.out';
export const SMALL_NET_FEATURES = 256;
const CLASSES = 10;

export function smallNet(): Uint8Array {
  const b = new OnnxBuilder(28);
  let x = b.node('Relu', [b.conv('image', 'conv1', { in: 1, out: 16, kernel: 3, stride: 2 })], 'conv1.out');
  x = b.node('Relu', [b.conv(x, 'conv2', { in: 16, out: SMALL_NET_FEATURES, kernel: 3, stride: 2 })], SMALL_NET_HOOK);
  x = b.node('Flatten', [b.node('GlobalAveragePool', [x], 'pooled')], 'penultimate');
  const weights = [b.weight('fc.weight', [CLASSES, SMALL_NET_FEATURES]), b.weight('fc.bias', [CLASSES])];
  b.node('Gemm', [x, ...weights], 'logits', [intAttribute('transB', 1)]);
  return b.bytes('small', { name: 'image', dims: ['N', 1, 28, 28] }, { name: 'logits', dims: ['N', CLASSES] });
}
