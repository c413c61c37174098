/**
 * An index over the main graph: who writes a tensor, who reads it, in which order nodes run. Tensors that a subgraph
 * (If, Loop, Scan) takes from outside count as inputs of the node that holds the subgraph.
 */
import { AppError } from '../../shared/errors.ts';
import { oneSentence } from './one-sentence.ts';
import { type GraphProto, type NodeProto, type TensorProto, toNumber, type ValueInfoProto } from './proto.ts';

export interface GraphIndex {
  graph: GraphProto;
  nodes: NodeProto[];
  /** Node indices in an order in which every node comes after those it reads from. */
  order: number[];
  /** Tensor name -> index of the node that writes it. */
  producer: Map<string, number>;
  /** Tensor name -> indices of the nodes that read it. */
  consumers: Map<string, number[]>;
  /** All tensors a node reads, those of its subgraphs included. */
  reads: string[][];
  initializers: Map<string, TensorProto>;
  /** Graph inputs that are not initializers (old files list both). */
  inputs: ValueInfoProto[];
  valueInfo: Map<string, ValueInfoProto>;
}

/** Builds the index. Throws E_MODEL_INVALID for duplicate or dangling tensors and for cycles. */
export function indexGraph(graph: GraphProto): GraphIndex {
  const nodes = graph.node ?? [];
  const initializers = new Map((graph.initializer ?? []).map((tensor) => [tensor.name ?? '', tensor]));
  for (const sparse of graph.sparseInitializer ?? [])
    if (sparse.values?.name) initializers.set(sparse.values.name, sparse.values);
  const inputs = (graph.input ?? []).filter((input) => !initializers.has(input.name ?? ''));
  const producer = new Map<string, number>();
  nodes.forEach((node, index) => {
    for (const output of node.output ?? []) {
      if (output === '') continue;
      if (producer.has(output) || initializers.has(output)) {
        throw invalid(`Two nodes write the tensor "${output}"`, 'Export the model again: every tensor may be written once.');
      }
      producer.set(output, index);
    }
  });
  const reads = nodes.map((node) => [...new Set([...(node.input ?? []).filter((name) => name !== ''), ...outerReads(node)])]);
  const known = new Set([...inputs.map((input) => input.name ?? ''), ...initializers.keys(), ...producer.keys()]);
  const consumers = new Map<string, number[]>();
  reads.forEach((names, index) => {
    for (const name of names) {
      if (!known.has(name)) {
        const who = nodes[index].name || nodes[index].output?.[0] || `number ${index}`;
        throw invalid(
          `Node "${who}" (${nodes[index].opType}) reads the tensor "${name}", which nothing writes`,
          'Export the model again.',
        );
      }
      const list = consumers.get(name);
      if (list === undefined) consumers.set(name, [index]);
      else list.push(index);
    }
  });
  const valueInfos = [...(graph.valueInfo ?? []), ...(graph.output ?? []), ...(graph.input ?? [])];
  return {
    graph,
    nodes,
    order: topologicalOrder(nodes, reads, producer),
    producer,
    consumers,
    reads,
    initializers,
    inputs,
    valueInfo: new Map(valueInfos.map((info) => [info.name ?? '', info])),
  };
}

/** Tensors that the subgraphs of a node take from the graphs around them. */
function outerReads(node: NodeProto): string[] {
  const outside: string[] = [];
  for (const attribute of node.attribute ?? []) {
    for (const graph of [...(attribute.g ? [attribute.g] : []), ...(attribute.graphs ?? [])]) outside.push(...freeNames(graph));
  }
  return outside;
}

function freeNames(graph: GraphProto): string[] {
  const bound = new Set<string>();
  for (const input of graph.input ?? []) bound.add(input.name ?? '');
  for (const tensor of graph.initializer ?? []) bound.add(tensor.name ?? '');
  for (const node of graph.node ?? []) for (const output of node.output ?? []) bound.add(output);
  const used = (graph.node ?? []).flatMap((node) => [...(node.input ?? []), ...outerReads(node)]);
  used.push(...(graph.output ?? []).map((output) => output.name ?? ''));
  return used.filter((name) => name !== '' && !bound.has(name));
}

/** Kahn's algorithm, stable in the file's own order. */
function topologicalOrder(
  nodes: readonly NodeProto[],
  reads: readonly string[][],
  producer: ReadonlyMap<string, number>,
): number[] {
  const waiting = reads.map((names) => names.filter((name) => producer.has(name)).length);
  const followers = nodes.map((): number[] => []);
  reads.forEach((names, index) => {
    for (const name of names) {
      const from = producer.get(name);
      if (from !== undefined) followers[from].push(index);
    }
  });
  const order: number[] = [];
  let ready = waiting.flatMap((count, index) => (count === 0 ? [index] : []));
  while (ready.length > 0) {
    const next: number[] = [];
    for (const index of ready) {
      order.push(index);
      for (const follower of followers[index]) if (--waiting[follower] === 0) next.push(follower);
    }
    ready = next.sort((a, b) => a - b);
  }
  if (order.length < nodes.length) {
    const stuck = nodes[waiting.findIndex((count) => count > 0)];
    throw invalid(
      `The graph has a cycle: node "${stuck.name || stuck.output?.[0] || stuck.opType}" depends on its own output`,
      'Export the model again.',
    );
  }
  return order;
}

/** Indices of the nodes that `targets` need, in running order. `stop` names tensors that are given from outside. */
export function ancestors(index: GraphIndex, targets: readonly string[], stop: ReadonlySet<string> = new Set()): number[] {
  const wanted = new Set<number>();
  const queue = [...targets];
  for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
    const from = stop.has(name) ? undefined : index.producer.get(name);
    if (from === undefined || wanted.has(from)) continue;
    wanted.add(from);
    queue.push(...index.reads[from]);
  }
  return index.order.filter((node) => wanted.has(node));
}

/** Names of all tensors that depend on `source`, in running order. */
export function descendants(index: GraphIndex, sources: readonly string[]): Set<string> {
  const reached = new Set(sources);
  for (const node of index.order) {
    if (!index.reads[node].some((name) => reached.has(name))) continue;
    for (const output of index.nodes[node].output ?? []) if (output !== '') reached.add(output);
  }
  return reached;
}

/** Shape as the file states it: numbers, symbols, null for unknown dimensions; null when the rank is unknown. */
export function statedShape(info: ValueInfoProto | undefined): (number | string | null)[] | null {
  const shape = info?.type?.tensorType?.shape;
  if (shape === null || shape === undefined) return null;
  return (shape.dim ?? []).map((dim) => {
    if (dim.dimParam) return dim.dimParam;
    const size = toNumber(dim.dimValue);
    // Exporters also write a free dimension as 0 or -1.
    return size > 0 ? size : null;
  });
}

function invalid(what: string, next: string): AppError {
  return new AppError('E_MODEL_INVALID', oneSentence(`${what}.`), { next });
}
