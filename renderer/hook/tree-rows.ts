/** The rows of the tree as they stand below each other, folded or filtered. Used by BlockTree. */
import { ancestors, type GraphTree, type TreeItem } from './graph-tree.ts';

export interface TreeRow {
  item: TreeItem;
  isOpen: boolean;
  position: number;
  siblings: number;
}

export function treeRows(tree: GraphTree, open: ReadonlySet<string>): TreeRow[] {
  const rows: TreeRow[] = [];
  const visit = (ids: readonly string[]): void =>
    ids.forEach((id, index) => {
      const item = tree.items.get(id)!;
      const isOpen = item.children.length > 0 && open.has(id);
      rows.push({ item, isOpen, position: index + 1, siblings: ids.length });
      if (isOpen) visit(item.children);
    });
  visit(tree.roots);
  return rows;
}

/** Only what matches and the blocks around it, all of them open. `nameOf` says how an item is shown. */
export function matchingRows(tree: GraphTree, query: string, nameOf: (item: TreeItem) => string): TreeRow[] {
  const wanted = query.trim().toLowerCase();
  const kept = new Set<string>();
  for (const item of tree.items.values()) {
    if (item.kind === 'range' || !nameOf(item).toLowerCase().includes(wanted)) continue;
    kept.add(item.id);
    for (const id of ancestors(tree, item.id)) kept.add(id);
  }
  return treeRows(tree, kept).filter(({ item }) => kept.has(item.id));
}

/** Where a key leads from a row: to another row, or to a block that is folded or opened. */
export type TreeMove = { go: string } | { toggle: string } | null;

export function treeMove(rows: readonly TreeRow[], from: number, key: string): TreeMove {
  const row = rows[from];
  const to = (index: number): TreeMove => (rows[index] === undefined ? null : { go: rows[index].item.id });
  switch (key) {
    case 'ArrowDown':
      return to(from + 1);
    case 'ArrowUp':
      return to(from - 1);
    case 'Home':
      return to(0);
    case 'End':
      return to(rows.length - 1);
    case 'ArrowRight':
      if (row.item.children.length === 0) return null;
      return row.isOpen ? to(from + 1) : { toggle: row.item.id };
    case 'ArrowLeft':
      if (row.isOpen) return { toggle: row.item.id };
      return row.item.parent === null ? null : { go: row.item.parent };
    default:
      return null;
  }
}
