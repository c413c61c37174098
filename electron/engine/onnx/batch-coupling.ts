/** Places in a graph where the images of a batch meet: reductions over the batch axis and data-dependent branches. */
import type { ImageInput } from './image-input.ts';
import { rawBytes, type OnnxModel } from './open-model.ts';
import type { ModelProbe } from './probe-model.ts';
import { attribute, type NodeProto, toNumber } from './proto.ts';
import { constant, randomOutputs } from './stochastic.ts';
import { descendants } from './graph-index.ts';
import { tensorRoles } from './tensor-roles.ts';

/** Outputs of reductions over all images, and of If and Loop nodes that depend on image values. */
export function readsWholeBatch(model: OnnxModel, image: ImageInput, probe: ModelProbe): { whole: string[]; branches: string[] } {
  const { index } = model;
  const { values } = tensorRoles(index, image);
  const random = descendants(index, randomOutputs(model));
  const whole: string[] = [];
  const branches: string[] = [];
  for (const at of index.order) {
    const node = index.nodes[at];
    const input = node.input?.[0] ?? '';
    const output = node.output?.[0] ?? '';
    if ((node.opType === 'If' || node.opType === 'Loop') && values.has(input)) branches.push(output);
    if (!values.has(input) && !random.has(input)) continue;
    if (reducesBatch(model, node, probe.tensors.get(input)?.shape.length)) whole.push(output);
  }
  return { whole, branches };
}

/** Whether a node is a reduction over the first axis. @param rank of its input, undefined when not known. */
export function reducesBatch(model: OnnxModel, node: NodeProto, rank: number | undefined): boolean {
  if (!/^Reduce/.test(node.opType ?? '') || (rank !== undefined && rank < 2)) return false;
  const axes = axesOf(model, node.input?.[1], attribute(node, 'axes')?.ints ?? null);
  if (axes === null) return toNumber(attribute(node, 'noop_with_empty_axes')?.i) === 0;
  return axes.some((axis) => axis === 0 || axis === -(rank ?? 0));
}

/** Axes of a reduction, from its attribute or its constant input; null: all. */
function axesOf(model: OnnxModel, input: string | undefined, listed: readonly unknown[] | null): number[] | null {
  if (listed !== null && listed.length > 0) return listed.map(toNumber);
  const tensor = constant(model, model.index, input);
  if (tensor === undefined) return null;
  const bytes = rawBytes(model, tensor);
  if (bytes === undefined) return (tensor.int64Data ?? []).map(toNumber);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: Math.floor(bytes.byteLength / 8) }, (_, i) => Number(view.getBigInt64(i * 8, true)));
}

/** Graph outputs that were seen without a batch axis. */
export function dropsBatchAxis(model: OnnxModel, probe: ModelProbe): string[] {
  const names = (model.index.graph.output ?? []).map((output) => output.name ?? '');
  return names.filter((name) => probe.tensors.get(name)?.batched === false);
}
