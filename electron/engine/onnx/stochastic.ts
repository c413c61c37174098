/**
 * Nodes that draw random numbers. Dropout has had four forms: opset 1-6 with is_test, 7-11 with a ratio attribute and
 * no way to be active, 12 and later with ratio and training_mode as inputs, where training_mode decides.
 */
import type { StochasticNode } from '../../shared/domain.ts';
import type { GraphIndex } from './graph-index.ts';
import { rawBytes, type OnnxModel } from './open-model.ts';
import { attribute, type GraphProto, type NodeProto, type TensorProto } from './proto.ts';

const RANDOM_OPS = new Set([
  'RandomUniform',
  'RandomUniformLike',
  'RandomNormal',
  'RandomNormalLike',
  'Multinomial',
  'Bernoulli',
]);
const DEFAULT_RATIO = 0.5;

export function isRandomOp(opType: string | null | undefined): boolean {
  return RANDOM_OPS.has(opType ?? '');
}

/** Every Dropout and random node of the model, subgraphs included. */
export function findStochastic(model: OnnxModel): StochasticNode[] {
  return search(model, model.proto.graph!, model.index);
}

function search(model: OnnxModel, graph: GraphProto, index: GraphIndex): StochasticNode[] {
  return (graph.node ?? []).flatMap((node) => {
    const found: StochasticNode[] = [];
    const base = { op: node.opType ?? '', node: node.name ?? '', output: node.output?.[0] ?? '' };
    if (node.opType === 'Dropout') found.push({ ...base, ...dropoutState(model, index, node) });
    else if (isRandomOp(node.opType)) found.push({ ...base, ratio: null, state: 'active', switchInput: null });
    for (const entry of node.attribute ?? []) {
      for (const inner of [...(entry.g ? [entry.g] : []), ...(entry.graphs ?? [])]) found.push(...search(model, inner, index));
    }
    return found;
  });
}

/** Outputs of the main graph's nodes that are, or hold inside a branch or loop, a Dropout or random node. */
export function randomOutputs(model: OnnxModel): string[] {
  return model.index.nodes.flatMap((node) => (isStochastic(node) ? (node.output ?? []).filter((name) => name !== '') : []));
}

function isStochastic(node: NodeProto): boolean {
  if (node.opType === 'Dropout' || isRandomOp(node.opType)) return true;
  return (node.attribute ?? []).some((entry) =>
    [...(entry.g ? [entry.g] : []), ...(entry.graphs ?? [])].some((graph) => (graph.node ?? []).some(isStochastic)),
  );
}

/** Ratio and state of a Dropout node. */
export function dropoutState(
  model: OnnxModel,
  index: GraphIndex,
  node: NodeProto,
): Pick<StochasticNode, 'ratio' | 'state' | 'switchInput'> {
  const ratioAttribute = attribute(node, 'ratio');
  if (ratioAttribute !== undefined) return { ratio: ratioAttribute.f ?? DEFAULT_RATIO, state: 'inactive', switchInput: null };
  const ratioInput = constant(model, index, node.input?.[1]);
  const ratio = ratioInput === undefined ? ((node.input?.[1] ?? '') === '' ? DEFAULT_RATIO : null) : scalar(model, ratioInput);
  const modeName = node.input?.[2] ?? '';
  if (modeName === '') return { ratio, state: 'inactive', switchInput: null };
  const mode = constant(model, index, modeName);
  if (mode !== undefined) return { ratio, state: scalar(model, mode) ? 'active' : 'inactive', switchInput: null };
  const isInput = index.inputs.some((input) => input.name === modeName);
  return { ratio, state: isInput ? 'switch' : 'active', switchInput: isInput ? modeName : null };
}

/** The constant tensor behind a name: an initializer, or the output of a Constant or Identity node. */
export function constant(model: OnnxModel, index: GraphIndex, name: string | undefined): TensorProto | undefined {
  if (name === undefined || name === '') return undefined;
  const initializer = index.initializers.get(name);
  if (initializer !== undefined) return initializer;
  const producer = index.producer.get(name);
  if (producer === undefined) return undefined;
  const node = index.nodes[producer];
  if (node.opType === 'Constant') return attribute(node, 'value')?.t ?? undefined;
  return node.opType === 'Identity' ? constant(model, index, node.input?.[0]) : undefined;
}

/** First value of a constant of a type that a ratio or a switch may have. */
export function scalar(model: Pick<OnnxModel, 'file'>, tensor: TensorProto): number | null {
  const bytes = rawBytes(model, tensor);
  if (bytes === undefined) {
    const listed = tensor.floatData?.[0] ?? tensor.int32Data?.[0] ?? tensor.doubleData?.[0];
    return listed === undefined || listed === null ? null : Number(listed);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (tensor.dataType === 1) return view.getFloat32(0, true);
  if (tensor.dataType === 11) return view.getFloat64(0, true);
  if (tensor.dataType === 9) return view.getUint8(0);
  return tensor.dataType === 10 ? halfToNumber(view.getUint16(0, true)) : null;
}

/** IEEE 754 binary16 to number. */
export function halfToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
