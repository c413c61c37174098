/**
 * What the graph picture shows of the tree: open blocks as frames, everything else as boxes, and one link between two boxes
 * however many tensors run between them.
 */
import type { GraphTree, TreeItem } from './graph-tree.ts';

/** More boxes than this are not drawn at once: the picture would be slow and say nothing. */
export const MOST_BOXES = 160;

export interface FoldedGraph {
  boxes: TreeItem[];
  /** Open blocks, outermost first. */
  frames: TreeItem[];
  links: { from: string; to: string }[];
}

export function fold(tree: GraphTree, open: ReadonlySet<string>): FoldedGraph {
  const boxes: TreeItem[] = [];
  const frames: TreeItem[] = [];
  const boxOf = new Map<string, string>();
  const visit = (id: string, box: string | null): void => {
    const item = tree.items.get(id)!;
    const isFrame = box === null && item.children.length > 0 && open.has(id);
    if (isFrame) frames.push(item);
    else if (box === null) boxes.push(item);
    const inside = isFrame ? null : (box ?? id);
    boxOf.set(id, inside ?? id);
    for (const child of item.children) visit(child, inside);
  };
  for (const root of tree.roots) visit(root, null);
  const seen = new Set<string>();
  const links = tree.edges.flatMap((edge) => {
    const [from, to] = [boxOf.get(edge.from)!, boxOf.get(edge.to)!];
    const key = `${from}\0${to}`;
    if (from === to || seen.has(key)) return [];
    seen.add(key);
    return [{ from, to }];
  });
  return { boxes, frames, links };
}

/** Boxes that `fold` would give. */
export function countBoxes(tree: GraphTree, open: ReadonlySet<string>): number {
  const count = (id: string): number => {
    const { children } = tree.items.get(id)!;
    return children.length > 0 && open.has(id) ? children.reduce((sum, child) => sum + count(child), 0) : 1;
  };
  return tree.roots.reduce((sum, id) => sum + count(id), 0);
}
