/** A ResNet-18 (He et al. 2016, BatchNorm folded into the convolutions) with seeded random weights: a realistic cost. */
import { intAttribute, intsAttribute } from '../onnx/proto.ts';
import { OnnxBuilder } from './onnx-builder.ts';

const SEED = 18;

/** imagenet: 7 x 7 stride 2 and max pooling in front, 1000 classes. cifar: 3 x 3 stride 1, no pooling, 10 classes. */
export type Stem = 'imagenet' | 'cifar';

/** For images [N, 3, H, W]. Tensors: layer1.out to layer4.out, penultimate, logits. @param width channels of layer 1. */
export function resnet18(stem: Stem, width = 64): Uint8Array {
  const b = new OnnxBuilder(SEED);
  const classes = stem === 'cifar' ? 10 : 1000;
  const shape = stem === 'cifar' ? { kernel: 3, stride: 1 } : { kernel: 7, stride: 2 };
  let x = b.node('Relu', [b.conv('image', 'conv1', { in: 3, out: width, ...shape })], 'stem.out');
  if (stem === 'imagenet') {
    x = b.node('MaxPool', [x], 'pool.out', [
      intsAttribute('kernel_shape', [3, 3]),
      intsAttribute('strides', [2, 2]),
      intsAttribute('pads', [1, 1, 1, 1]),
    ]);
  }
  let channels = width;
  for (let stage = 1; stage <= 4; stage++) {
    const out = width * 2 ** (stage - 1);
    x = basicBlock(b, x, { name: `layer${stage}.0`, in: channels, out, stride: stage === 1 ? 1 : 2 });
    x = basicBlock(b, x, { name: `layer${stage}.1`, in: out, out, stride: 1 });
    x = b.node('Identity', [x], `layer${stage}.out`);
    channels = out;
  }
  x = b.node('Flatten', [b.node('GlobalAveragePool', [x], 'pooled')], 'penultimate');
  const weights = [b.weight('fc.weight', [classes, channels]), b.weight('fc.bias', [classes])];
  b.node('Gemm', [x, ...weights], 'logits', [intAttribute('transB', 1)]);
  return b.bytes('resnet18', { name: 'image', dims: ['N', 3, 'H', 'W'] }, { name: 'logits', dims: ['N', classes] });
}

interface Block {
  name: string;
  in: number;
  out: number;
  stride: number;
}

/** Two 3 x 3 convolutions and a skip, through a 1 x 1 convolution where the shape changes. */
function basicBlock(b: OnnxBuilder, from: string, { name, in: channels, out, stride }: Block): string {
  const first = b.conv(from, `${name}.conv1`, { in: channels, out, kernel: 3, stride });
  const second = b.conv(b.node('Relu', [first], `${name}.relu1`), `${name}.conv2`, { in: out, out, kernel: 3, stride: 1 });
  const plain = channels === out && stride === 1;
  const skip = plain ? from : b.conv(from, `${name}.down`, { in: channels, out, kernel: 1, stride });
  return b.node('Relu', [b.node('Add', [second, skip], `${name}.sum`)], `${name}.out`);
}
