/**
 * Finds the classification logits: an output [N, classes], or what lies in front of a final Softmax. Called by
 * inspectModel and by the sampler. Detectors and dense prediction have none.
 */
import { ancestors, descendants, type GraphIndex, statedShape } from './graph-index.ts';
import type { OnnxModel } from './open-model.ts';
import { dimsOf, elementName, isFloat, type NodeProto } from './proto.ts';
import { isRandomOp } from './stochastic.ts';

const DETECTOR_OPS = new Set(['NonMaxSuppression', 'RoiAlign', 'TopK', 'NonZero']);
const LINEAR = new Set(['Gemm', 'MatMul', 'Add']);
/** Ops behind the last layer that change neither the values' meaning nor their number. */
const PASSES = new Set(['Identity', 'Cast', 'Dropout']);
const KEEPS_RANK = new Set([
  ...PASSES,
  'Add',
  'Sub',
  'Mul',
  'Div',
  'Relu',
  'Clip',
  'BatchNormalization',
  'Softmax',
  'LogSoftmax',
  'MatMul',
  'DequantizeLinear',
  'QuantizeLinear',
]);
const CLASS_NAMES = /logit|class|label|pred|score|output|prob/i;

/**
 * The tensor that holds classification logits; null when there is none, also when it depends on a RandomUniform or its
 * like, so that it could not be computed twice alike.
 */
export function findLogits(model: OnnxModel): string | null {
  const logits = classifierOutput(model);
  return logits === null || dependsOnRandom(model, logits) ? null : logits;
}

/** As findLogits, random or not. */
export function classifierOutput(model: OnnxModel): string | null {
  const { index } = model;
  if (index.nodes.some((node) => DETECTOR_OPS.has(node.opType ?? ''))) return null;
  const dependent = descendants(
    index,
    index.inputs.map((input) => input.name ?? ''),
  );
  const outputs = (index.graph.output ?? []).flatMap((output) => (output.name ? [output.name] : []));
  const candidates = outputs
    .filter((name) => index.producer.has(name) && dependent.has(name) && isVector(index, name))
    .flatMap((output) => {
      const tensor = beforeProbability(index, output);
      return tensor === null ? [] : [{ output, tensor, rank: preference(index, output, tensor) }];
    });
  candidates.sort((a, b) => a.rank - b.rank);
  return candidates[0]?.tensor ?? null;
}

/** Outputs that are probabilities (behind a Softmax, LogSoftmax or Sigmoid). */
export function probabilityOutputs(model: OnnxModel): { output: string; op: string }[] {
  const { index } = model;
  return (index.graph.output ?? []).flatMap((output) => {
    const node = writer(index, through(index, output.name ?? ''));
    const op = node?.opType ?? '';
    return op === 'Softmax' || op === 'LogSoftmax' || op === 'Sigmoid' ? [{ output: output.name ?? '', op }] : [];
  });
}

/** True when a RandomUniform or its like lies in front of the tensor; Dropout can be switched off and does not count. */
export function dependsOnRandom(model: OnnxModel, tensor: string): boolean {
  return ancestors(model.index, [tensor]).some((at) => isRandomOp(model.index.nodes[at].opType));
}

function preference(index: GraphIndex, output: string, tensor: string): number {
  const linear = LINEAR.has(writer(index, through(index, tensor))?.opType ?? '');
  return (CLASS_NAMES.test(output) ? 0 : 2) + (linear ? 0 : 1);
}

/** The tensor in front of a Softmax or Log(Softmax); the tensor itself without one; null behind a Sigmoid. */
function beforeProbability(index: GraphIndex, output: string): string | null {
  let node = writer(index, through(index, output));
  if (node?.opType === 'Log') {
    const inner = writer(index, through(index, node.input?.[0] ?? ''));
    if (inner?.opType === 'Softmax') node = inner;
  }
  if (node?.opType === 'Sigmoid') return null;
  if (node?.opType !== 'Softmax' && node?.opType !== 'LogSoftmax') return output;
  const before = node.input?.[0] ?? '';
  return index.producer.has(before) ? before : null;
}

/** [N, classes] with at least two classes, by the stated shape or, without one, by the ops that made it. */
function isVector(index: GraphIndex, name: string): boolean {
  const info = index.valueInfo.get(name);
  if (info?.type && !info.type.tensorType) return false;
  const elemType = info?.type?.tensorType?.elemType;
  if (elemType && !isFloat(elementName(elemType))) return false;
  const shape = statedShape(info);
  if (shape !== null) return shape.length === 2 && shape[1] !== 1;
  const node = writer(index, name);
  if (node === undefined) return false;
  if (node.opType === 'Gemm') return true;
  if (node.opType === 'Flatten') return true;
  if (!KEEPS_RANK.has(node.opType ?? '')) return false;
  if (node.opType === 'MatMul' && dimsOf(index.initializers.get(node.input?.[1] ?? '') ?? {}).length !== 2) return false;
  return (node.input ?? []).some((input) => index.producer.has(input) && isVector(index, input));
}

/** Follows a tensor back through ops that only pass it on. */
export function through(index: GraphIndex, name: string): string {
  const node = writer(index, name);
  return node !== undefined && PASSES.has(node.opType ?? '') ? through(index, node.input?.[0] ?? '') : name;
}

export function writer(index: GraphIndex, name: string): NodeProto | undefined {
  const at = index.producer.get(name);
  return at === undefined ? undefined : index.nodes[at];
}
