/**
 * Writes small ONNX networks with seeded random weights: what the bench measures on, since none may be downloaded.
 * Weights are uniform with He et al.'s (2015) variance, so that activations keep their scale through many layers.
 */
import {
  FLOAT32,
  intsAttribute,
  makeNode,
  onnx,
  valueInfo,
  type AttributeProto,
  type NodeProto,
  type TensorProto,
} from '../onnx/proto.ts';
import { fillUniforms } from '../sampling/philox.ts';

const OPSET = 13;
const IR_VERSION = 8;

export interface ConvShape {
  in: number;
  out: number;
  kernel: number;
  stride: number;
}

interface Value {
  name: string;
  dims: readonly (string | number)[];
}

export class OnnxBuilder {
  private readonly nodes: NodeProto[] = [];
  private readonly weights: TensorProto[] = [];
  private readonly seed: number;

  constructor(seed: number) {
    this.seed = seed;
  }

  /** Adds a node and returns its output. */
  node(opType: string, input: string[], output: string, attributes: AttributeProto[] = []): string {
    this.nodes.push(makeNode(opType, input, [output], attributes));
    return output;
  }

  /** Adds weights; those of one dimension are biases and stay 0. */
  weight(name: string, dims: number[]): string {
    const count = dims.reduce((a, b) => a * b, 1);
    const data = new Float32Array(count);
    if (dims.length > 1) {
      fillUniforms(data, { seed: this.seed }, { stream: this.weights.length, image: 0, sample: 0 });
      const bound = Math.sqrt(6 / dims.slice(1).reduce((a, b) => a * b, 1));
      for (let i = 0; i < count; i++) data[i] = (2 * data[i] - 1) * bound;
    }
    this.weights.push({ name, dims, dataType: FLOAT32, rawData: new Uint8Array(data.buffer) });
    return name;
  }

  /** A convolution with bias; padding keeps the size at stride 1. */
  conv(from: string, name: string, { in: channels, out, kernel, stride }: ConvShape): string {
    const pad = (kernel - 1) >> 1;
    const weight = this.weight(`${name}.weight`, [out, channels, kernel, kernel]);
    const bias = this.weight(`${name}.bias`, [out]);
    return this.node('Conv', [from, weight, bias], name, [
      intsAttribute('kernel_shape', [kernel, kernel]),
      intsAttribute('strides', [stride, stride]),
      intsAttribute('pads', [pad, pad, pad, pad]),
    ]);
  }

  bytes(name: string, input: Value, output: Value): Uint8Array {
    const model = onnx.ModelProto.create({
      irVersion: IR_VERSION,
      producerName: 'oodlab bench',
      opsetImport: [{ domain: '', version: OPSET }],
      graph: {
        name,
        node: this.nodes,
        initializer: this.weights,
        input: [valueInfo(input.name, FLOAT32, input.dims)],
        output: [valueInfo(output.name, FLOAT32, output.dims)],
      },
    });
    return onnx.ModelProto.encode(model).finish();
  }
}
