/**
 * Makes a new, self-contained model out of some nodes of another one. The user's file is never written to; weights
 * that lie in external files are taken into the copy.
 */
import { AppError } from '../../shared/errors.ts';
import { isExternal } from './external-data.ts';
import { rawBytes, type OnnxModel } from './open-model.ts';
import { type NodeProto, onnx, type TensorProto, toNumber, type ValueInfoProto } from './proto.ts';

/** protobuf messages end at 2 GiB; some room is left for the graph itself. */
const MAX_BYTES = 1.8e9;

export interface Parts {
  nodes: readonly NodeProto[];
  /** Inputs of the new model that the old one does not have. */
  newInputs?: readonly ValueInfoProto[];
  newInitializers?: readonly TensorProto[];
  outputs: readonly ValueInfoProto[];
}

/** Assembles a model that holds the given nodes, the weights they read and nothing else. */
export function assemble(model: OnnxModel, parts: Parts): Uint8Array {
  const { index } = model;
  const used = new Set(parts.nodes.flatMap(readsOf));
  for (const output of parts.outputs) used.add(output.name ?? '');
  const kept = [...index.initializers.values()].filter((tensor) => used.has(tensor.name ?? ''));
  const weights = [...kept, ...(parts.newInitializers ?? [])];
  const bytes = weights.reduce((sum, tensor) => sum + (tensor.rawData?.length ?? 0) + externalLength(tensor), 0);
  if (bytes > MAX_BYTES) {
    throw new AppError(
      'E_MODEL_UNSUPPORTED',
      `The part of the model up to the hook holds ${(bytes / 1e9).toFixed(1)} GB of weights; 1.8 GB is the most.`,
      {
        next: 'Choose an earlier hook or export the model in float16.',
      },
    );
  }
  const made = new Set(parts.nodes.flatMap((node) => node.output ?? []));
  const graph = {
    name: 'oodlab',
    node: [...parts.nodes],
    initializer: [...kept.map((tensor) => inline(model, tensor)), ...(parts.newInitializers ?? [])],
    sparseInitializer: (index.graph.sparseInitializer ?? []).filter((sparse) => used.has(sparse.values?.name ?? '')),
    input: [
      ...index.inputs.filter((input) => used.has(input.name ?? '') && !made.has(input.name ?? '')),
      ...(parts.newInputs ?? []),
    ],
    output: [...parts.outputs],
  };
  const copy = onnx.ModelProto.create({
    irVersion: Math.max(toNumber(model.proto.irVersion), 4),
    producerName: 'oodlab',
    opsetImport: model.proto.opsetImport,
    functions: model.proto.functions ?? [],
    graph,
  });
  return onnx.ModelProto.encode(copy).finish();
}

/** Names that a node reads, those inside its subgraphs included (bound names do no harm here). */
export function readsOf(node: NodeProto): string[] {
  const names = [...(node.input ?? [])];
  for (const attribute of node.attribute ?? []) {
    for (const graph of [...(attribute.g ? [attribute.g] : []), ...(attribute.graphs ?? [])]) {
      names.push(...(graph.node ?? []).flatMap(readsOf), ...(graph.output ?? []).map((output) => output.name ?? ''));
    }
  }
  return names;
}

function externalLength(tensor: TensorProto): number {
  const length = isExternal(tensor) ? tensor.externalData?.find((entry) => entry.key === 'length')?.value : undefined;
  return Number(length ?? 0);
}

function inline(model: OnnxModel, tensor: TensorProto): TensorProto {
  if (!isExternal(tensor)) return tensor;
  return {
    name: tensor.name ?? '',
    dims: tensor.dims ?? [],
    dataType: tensor.dataType ?? 0,
    rawData: rawBytes(model, tensor) ?? new Uint8Array(0),
  };
}
