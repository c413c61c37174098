/**
 * Share of the network's multiply-adds that is spent up to a tensor: what a monitor that stops there would cost. Counted
 * from shapes (convolutions and matrix products; one operation an element for the rest), so that it does not depend on
 * the machine or on what else runs.
 */
import { ancestors, type GraphIndex } from '../onnx/graph-index.ts';
import { dimsOf, type NodeProto } from '../onnx/proto.ts';

export type Shapes = ReadonlyMap<string, readonly number[]>;

/** Multiply-adds of each node, by index. */
export function multiplyAdds(index: GraphIndex, shapes: Shapes): Float64Array {
  return Float64Array.from(index.nodes, (node) => {
    const elements = product(shapes.get(node.output?.[0] ?? '') ?? []);
    return elements * perElement(node, index, shapes);
  });
}

function perElement(node: NodeProto, index: GraphIndex, shapes: Shapes): number {
  const op = node.opType ?? '';
  const [a = '', b = ''] = node.input ?? [];
  const dims = (name: string): readonly number[] => {
    const weight = index.initializers.get(name);
    return weight === undefined ? (shapes.get(name) ?? []) : dimsOf(weight);
  };
  if (/^(Conv|ConvInteger)$/.test(op)) return product(dims(b).slice(1));
  if (op === 'QLinearConv') return product(dims(node.input?.[3] ?? '').slice(1));
  if (op === 'ConvTranspose') return product(dims(b)) / Math.max(1, dims(b)[1] ?? 1);
  if (/^(MatMul|Gemm|MatMulInteger|QLinearMatMul)$/.test(op)) return dims(a).at(-1) ?? 1;
  return 1;
}

function product(dims: readonly number[]): number {
  return dims.reduce((a, b) => a * b, 1);
}

/** @returns share in (0, 1] for the given tensors together. */
export function costShare(index: GraphIndex, work: Float64Array, tensors: readonly string[]): number {
  const outputs = (index.graph.output ?? []).map((output) => output.name ?? '');
  const sum = (nodes: readonly number[]): number => nodes.reduce((total, at) => total + work[at], 0);
  const whole = sum(ancestors(index, outputs));
  return whole === 0 ? 1 : Math.min(1, sum(ancestors(index, tensors)) / whole);
}
