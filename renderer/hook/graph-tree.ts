/**
 * The network's graph as a tree of blocks: what the tree shows and what the graph picture folds. Built once for a model.
 * A level with more than `WIDEST` children is cut into ranges of neighbours, so that a flat graph of thousands of nodes
 * can be folded too.
 */
import type { GraphNode, GraphView } from '../../electron/shared/app/views.ts';

const WIDEST = 60;
const RANGE = 40;

export interface TreeItem {
  id: string;
  kind: 'input' | 'block' | 'range' | 'node';
  label: string;
  parent: string | null;
  depth: number;
  children: string[];
  /** Shape of what leaves it, as the model states it. */
  shape: string | null;
  /** Hook points (index in ModelInfo.hooks) that a node of it writes; for a block those that leave it. */
  hooks: number[];
  /** Nodes below it, itself included. */
  nodes: number;
  /** Of a range: how many children stand before it at its level. */
  from?: number;
}

export interface GraphTree {
  items: ReadonlyMap<string, TreeItem>;
  roots: readonly string[];
  /** Node ids to what they read: producer item and tensor, in graph order. */
  edges: readonly { from: string; to: string; tensor: string }[];
  /** Item that writes the hook point. */
  hookItem: ReadonlyMap<number, string>;
}

export const inputId = (name: string): string => `i:${name}`;
export const blockId = (path: readonly string[]): string => `b:${path.join('/')}`;
export const nodeId = (id: string): string => `n:${id}`;

export function graphTree(graph: GraphView): GraphTree {
  const items = new Map<string, TreeItem>();
  const roots: string[] = [];
  for (const name of graph.inputs) {
    const item = add(items, roots, { id: inputId(name), kind: 'input', label: name, parent: null });
    item.shape = null;
  }
  for (const node of graph.nodes) addNode(items, roots, node);
  const edges = readEdges(graph);
  const hookItem = new Map<number, string>();
  for (const node of graph.nodes) {
    for (const tensor of node.outputs) if (tensor.hook !== null) hookItem.set(tensor.hook, nodeId(node.id));
  }
  liftHooks(items, edges, graph);
  const top = narrow(items, roots, null);
  return { items, roots: top, edges, hookItem };
}

/** Ids of everything around an item, outermost first. */
export function ancestors(tree: GraphTree, id: string): string[] {
  const up: string[] = [];
  for (let at = tree.items.get(id)?.parent ?? null; at !== null; at = tree.items.get(at)?.parent ?? null) up.unshift(at);
  return up;
}

function add(
  items: Map<string, TreeItem>,
  roots: string[],
  { id, kind, label, parent }: Pick<TreeItem, 'id' | 'kind' | 'label' | 'parent'>,
): TreeItem {
  const above = parent === null ? null : items.get(parent)!;
  const item = {
    id,
    kind,
    label,
    parent,
    depth: above === null ? 0 : above.depth + 1,
    children: [],
    shape: null,
    hooks: [],
    nodes: 0,
  };
  items.set(id, item);
  (above === null ? roots : above.children).push(id);
  return item;
}

function addNode(items: Map<string, TreeItem>, roots: string[], node: GraphNode): void {
  let parent: string | null = null;
  node.path.forEach((label, level) => {
    const id = blockId(node.path.slice(0, level + 1));
    if (!items.has(id)) add(items, roots, { id, kind: 'block', label, parent });
    parent = id;
  });
  const item = add(items, roots, { id: nodeId(node.id), kind: 'node', label: node.label, parent });
  item.shape = node.outputs[0]?.shape ?? null;
  item.hooks = node.outputs.flatMap((tensor) => (tensor.hook === null ? [] : [tensor.hook]));
  item.nodes = 1;
  for (let at = item.parent; at !== null; at = items.get(at)!.parent) {
    const block = items.get(at)!;
    block.nodes += 1;
    block.shape = item.shape ?? block.shape;
  }
}

function readEdges(graph: GraphView): GraphTree['edges'] {
  const writer = new Map<string, string>(graph.inputs.map((name) => [name, inputId(name)]));
  for (const node of graph.nodes) for (const tensor of node.outputs) writer.set(tensor.name, nodeId(node.id));
  return graph.nodes.flatMap((node) =>
    node.inputs.flatMap((tensor) => {
      const from = writer.get(tensor);
      return from === undefined ? [] : [{ from, to: nodeId(node.id), tensor }];
    }),
  );
}

/** A hook point belongs to every block that its tensor leaves: one that a reader lies outside of, or an output of the graph. */
function liftHooks(items: Map<string, TreeItem>, edges: GraphTree['edges'], graph: GraphView): void {
  const readers = new Map<string, string[]>();
  for (const edge of edges) readers.set(edge.tensor, [...(readers.get(edge.tensor) ?? []), edge.to]);
  const above = (id: string): Set<string> => {
    const all = new Set<string>();
    for (let at = items.get(id)?.parent ?? null; at !== null; at = items.get(at)?.parent ?? null) all.add(at);
    return all;
  };
  for (const node of graph.nodes) {
    for (const tensor of node.outputs) {
      if (tensor.hook === null) continue;
      const around = (readers.get(tensor.name) ?? []).map(above);
      const leaves = graph.outputs.includes(tensor.name);
      for (const block of above(nodeId(node.id))) {
        if (leaves || around.length === 0 || around.some((set) => !set.has(block))) items.get(block)!.hooks.push(tensor.hook);
      }
    }
  }
}

/** Cuts levels that are too wide into ranges, deepest first; gives back the children of `parent` after the cut. */
function narrow(items: Map<string, TreeItem>, children: string[], parent: string | null): string[] {
  for (const id of children) {
    const item = items.get(id)!;
    if (item.children.length > 0) item.children = narrow(items, item.children, id);
  }
  if (children.length <= WIDEST) return children;
  const ranges: string[] = [];
  for (let from = 0; from < children.length; from += RANGE) {
    const part = children.slice(from, from + RANGE);
    ranges.push(rangeOf(items, part, { parent, from }));
  }
  return narrow(items, ranges, parent);
}

function rangeOf(items: Map<string, TreeItem>, part: string[], at: { parent: string | null; from: number }): string {
  const members = part.map((id) => items.get(id)!);
  const [first, last] = [members[0]!, members.at(-1)!];
  const id = `r:${first.id}:${String(part.length)}:${String(first.depth)}`;
  const range: TreeItem = {
    id,
    kind: 'range',
    label: `${first.label} … ${last.label}`,
    parent: at.parent,
    depth: first.depth,
    children: part,
    shape: last.shape,
    hooks: members.flatMap((item) => item.hooks),
    nodes: members.reduce((sum, item) => sum + item.nodes, 0),
    from: at.from,
  };
  items.set(id, range);
  for (const item of members) {
    item.parent = id;
    deepen(items, item);
  }
  return id;
}

function deepen(items: Map<string, TreeItem>, item: TreeItem): void {
  item.depth += 1;
  for (const id of item.children) deepen(items, items.get(id)!);
}
