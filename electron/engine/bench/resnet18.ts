/**
 * A ResNet-18 with seeded random weights (He et al. 2016, BatchNorm folded into the convolutions), written as ONNX.
 * The bench needs a network of realistic cost, and none may be downloaded.
 */
import onnxProto from 'onnx-proto';
import { fillUniforms } from '../sampling/philox.ts';

const { onnx } = onnxProto;
const OPSET = 13;

class Builder {
  private readonly nodes: onnxProto.onnx.INodeProto[] = [];
  private readonly weights: onnxProto.onnx.ITensorProto[] = [];

  node(opType: string, input: string[], output: string, attribute: onnxProto.onnx.IAttributeProto[] = []): string {
    this.nodes.push({ opType, name: `${opType}.${output}`, input, output: [output], attribute });
    return output;
  }

  weight(name: string, dims: number[]): string {
    const count = dims.reduce((a, b) => a * b, 1);
    const fanIn = dims.slice(1).reduce((a, b) => a * b, 1);
    const data = new Float32Array(count);
    if (dims.length > 1) {
      fillUniforms(data, { seed: 18 }, { stream: this.weights.length, image: 0, sample: 0 });
      const bound = Math.sqrt(6 / fanIn);
      for (let i = 0; i < count; i++) data[i] = (2 * data[i] - 1) * bound;
    }
    this.weights.push({ name, dims, dataType: onnx.TensorProto.DataType.FLOAT, rawData: new Uint8Array(data.buffer) });
    return name;
  }

  conv(from: string, name: string, shape: { out: number; in: number; kernel: number; stride: number }): string {
    const { out, kernel, stride } = shape;
    const pad = (kernel - 1) >> 1;
    const weight = this.weight(`${name}.weight`, [out, shape.in, kernel, kernel]);
    const bias = this.weight(`${name}.bias`, [out]);
    const ints = (attribute: string, values: number[]) => ({
      name: attribute,
      type: onnx.AttributeProto.AttributeType.INTS,
      ints: values,
    });
    return this.node('Conv', [from, weight, bias], name, [
      ints('kernel_shape', [kernel, kernel]),
      ints('strides', [stride, stride]),
      ints('pads', [pad, pad, pad, pad]),
    ]);
  }

  basicBlock(from: string, name: string, shape: { in: number; out: number; stride: number }): string {
    const { out, stride } = shape;
    const first = this.node(
      'Relu',
      [this.conv(from, `${name}.conv1`, { out, in: shape.in, kernel: 3, stride })],
      `${name}.relu1`,
    );
    const second = this.conv(first, `${name}.conv2`, { out, in: out, kernel: 3, stride: 1 });
    const skip =
      shape.in === out && stride === 1 ? from : this.conv(from, `${name}.down`, { out, in: shape.in, kernel: 1, stride });
    return this.node('Relu', [this.node('Add', [second, skip], `${name}.sum`)], `${name}.out`);
  }

  bytes(input: string, shape: (string | number)[], output: string, outputShape: (string | number)[]): Uint8Array {
    const value = (name: string, dims: (string | number)[]) => ({
      name,
      type: {
        tensorType: {
          elemType: onnx.TensorProto.DataType.FLOAT,
          shape: { dim: dims.map((dim) => (typeof dim === 'string' ? { dimParam: dim } : { dimValue: dim })) },
        },
      },
    });
    const model = {
      irVersion: 8,
      producerName: 'oodlab bench',
      opsetImport: [{ domain: '', version: OPSET }],
      graph: {
        name: 'resnet18',
        node: this.nodes,
        initializer: this.weights,
        input: [value(input, shape)],
        output: [value(output, outputShape)],
      },
    };
    return onnx.ModelProto.encode(onnx.ModelProto.create(model)).finish();
  }
}

/** ResNet-18 for [N, 3, H, W] and 1,000 classes. Stage outputs are named layer1.out to layer4.out. */
export function resnet18(width = 64): Uint8Array {
  const b = new Builder();
  let x = b.node('Relu', [b.conv('image', 'conv1', { out: width, in: 3, kernel: 7, stride: 2 })], 'stem.out');
  const ints = (name: string, values: number[]) => ({ name, type: onnx.AttributeProto.AttributeType.INTS, ints: values });
  x = b.node('MaxPool', [x], 'pool.out', [ints('kernel_shape', [3, 3]), ints('strides', [2, 2]), ints('pads', [1, 1, 1, 1])]);
  let channels = width;
  for (let stage = 1; stage <= 4; stage++) {
    const out = width * 2 ** (stage - 1);
    x = b.basicBlock(x, `layer${stage}.0`, { in: channels, out, stride: stage === 1 ? 1 : 2 });
    x = b.basicBlock(x, `layer${stage}.1`, { in: out, out, stride: 1 });
    x = b.node('Identity', [x], `layer${stage}.out`);
    channels = out;
  }
  x = b.node('Flatten', [b.node('GlobalAveragePool', [x], 'gap')], 'penultimate');
  const transB = { name: 'transB', type: onnx.AttributeProto.AttributeType.INT, i: 1 };
  b.node('Gemm', [x, b.weight('fc.weight', [1000, channels]), b.weight('fc.bias', [1000])], 'logits', [transB]);
  return b.bytes('image', ['N', 3, 'H', 'W'], 'logits', ['N', 1000]);
}
