/**
 * Writes nodes of standard ONNX behind a network, in whatever opset the network is in: sampling-graph.ts and the
 * exported monitor. Names are made from a prefix and a counter, so that equal input gives equal bytes.
 */
import {
  FLOAT64,
  int64Tensor,
  intAttribute,
  intsAttribute,
  makeNode,
  type ModelProto,
  type NodeProto,
  type TensorProto,
  toNumber,
} from './proto.ts';

/** The version of the standard operator set that a model uses. */
export function opsetOf({ opsetImport }: Pick<ModelProto, 'opsetImport'>): number {
  return toNumber(opsetImport?.find((entry) => !entry.domain || entry.domain === 'ai.onnx')?.version ?? 13);
}

export class NodeWriter {
  readonly nodes: NodeProto[] = [];
  readonly constants: TensorProto[] = [];
  private readonly opset: number;
  private readonly prefix: string;
  private count = 0;

  constructor(opset: number, prefix: string) {
    this.opset = opset;
    this.prefix = prefix;
  }

  /** Adds a node and returns its output; `output` names it. */
  op(opType: string, input: string[], attributes: NonNullable<NodeProto['attribute']> = [], output?: string): string {
    const name = output ?? `${this.prefix}.${opType}.${this.count++}`;
    this.nodes.push(makeNode(opType, input, [name], attributes));
    return name;
  }

  constant(tensor: TensorProto): string {
    const name = `${this.prefix}.const.${this.count++}`;
    this.constants.push({ ...tensor, name });
    return name;
  }

  ints(values: readonly number[], dims?: number[]): string {
    return this.constant(int64Tensor('', values, dims));
  }

  doubles(values: Float64Array | readonly number[], dims: number[] = [values.length]): string {
    const data = Float64Array.from(values);
    return this.constant({ dims, dataType: FLOAT64, rawData: new Uint8Array(data.buffer) });
  }

  cast(x: string, type: number): string {
    return this.op('Cast', [x], [intAttribute('to', type)]);
  }

  reshape(x: string, shape: readonly number[]): string {
    return this.op('Reshape', [x, this.ints(shape)]);
  }

  /** Reductions took their axes as an attribute before opset 18, ReduceSum before 13. */
  reduce(kind: 'Max' | 'Mean' | 'Min' | 'Sum', x: string, axes: number[], keepdims: 0 | 1 = 0): string {
    const keep = intAttribute('keepdims', keepdims);
    const asInput = this.opset >= (kind === 'Sum' ? 13 : 18);
    if (asInput) return this.op(`Reduce${kind}`, [x, this.ints(axes)], [keep]);
    return this.op(`Reduce${kind}`, [x], [intsAttribute('axes', axes), keep]);
  }

  unsqueeze(x: string, axis: number): string {
    if (this.opset >= 13) return this.op('Unsqueeze', [x, this.ints([axis])]);
    return this.op('Unsqueeze', [x], [intsAttribute('axes', [axis])]);
  }

  /** Elements [from, to) of an axis. */
  slice(x: string, axis: number, from: number, to: number): string {
    if (this.opset >= 10) return this.op('Slice', [x, this.ints([from]), this.ints([to]), this.ints([axis])]);
    return this.op('Slice', [x], [intsAttribute('axes', [axis]), intsAttribute('starts', [from]), intsAttribute('ends', [to])]);
  }

  /** The `count` elements of an axis in descending order. */
  sortDescending(x: string, axis: number, count: number): string {
    const values = `${this.prefix}.TopK.${this.count++}`;
    const asInput = this.opset >= 10;
    const input = asInput ? [x, this.ints([count])] : [x];
    const attributes = [intAttribute('axis', axis), ...(asInput ? [] : [intAttribute('k', count)])];
    this.nodes.push(makeNode('TopK', input, [values, `${values}.at`], attributes));
    return values;
  }
}
