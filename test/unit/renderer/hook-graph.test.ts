/** The graph of the Layer hook step: blocks, folding, ranges of a flat network, layout, keys. */
import { describe, expect, it } from 'vitest';
import type { GraphView } from '../../../electron/shared/app/views.ts';
import { countBoxes, fold, MOST_BOXES } from '../../../renderer/hook/graph-fold.ts';
import { layOut } from '../../../renderer/hook/graph-layout.ts';
import { boxAfter } from '../../../renderer/hook/graph-move.ts';
import { ancestors, blockId, graphTree, inputId, nodeId } from '../../../renderer/hook/graph-tree.ts';
import { matchingRows, treeMove, treeRows } from '../../../renderer/hook/tree-rows.ts';

/** image -> a.conv -> a.relu -> (b.left, b.right) -> b.add -> out; hook points on relu (0), left (1) and add (2). */
const SMALL: GraphView = {
  inputs: ['image'],
  outputs: ['y'],
  nodes: [
    node('conv', { path: ['a'], reads: ['image'], writes: 'c', hook: null }),
    node('relu', { path: ['a'], reads: ['c'], writes: 'r', hook: 0 }),
    node('left', { path: ['b'], reads: ['r'], writes: 'l', hook: 1 }),
    node('right', { path: ['b'], reads: ['r'], writes: 'g', hook: null }),
    node('add', { path: ['b'], reads: ['l', 'g'], writes: 's', hook: 2 }),
    node('out', { path: [], reads: ['s'], writes: 'y', hook: null }),
  ],
};

function node(
  id: string,
  { path, reads, writes, hook }: { path: string[]; reads: string[]; writes: string; hook: number | null },
): GraphView['nodes'][number] {
  return {
    id,
    op: 'Op',
    label: id,
    path,
    inputs: reads,
    outputs: [{ name: writes, shape: hook === null ? null : '8 × 4 × 4', hook }],
  };
}

function chain(length: number): GraphView {
  const nodes = Array.from({ length }, (_, k) =>
    node(`n${k}`, { path: [], reads: [k === 0 ? 'image' : `t${k - 1}`], writes: `t${k}`, hook: k }),
  );
  return { inputs: ['image'], outputs: [`t${length - 1}`], nodes };
}

describe('tree', () => {
  const tree = graphTree(SMALL);

  it('puts every node into the blocks of its path, in graph order', () => {
    expect(tree.roots).toEqual([inputId('image'), blockId(['a']), blockId(['b']), nodeId('out')]);
    expect(tree.items.get(blockId(['b']))).toMatchObject({
      nodes: 3,
      children: [nodeId('left'), nodeId('right'), nodeId('add')],
    });
    expect(ancestors(tree, nodeId('relu'))).toEqual([blockId(['a'])]);
  });

  it('gives a block the hook points whose tensors leave it, and no inner ones', () => {
    expect(tree.items.get(blockId(['a']))!.hooks).toEqual([0]);
    expect(tree.items.get(blockId(['b']))!.hooks).toEqual([2]);
  });

  it('cuts a flat network of 2,000 nodes into ranges that hold each node once', () => {
    const flat = graphTree(chain(2000));
    for (const item of flat.items.values()) expect(item.children.length).toBeLessThanOrEqual(60);
    expect(flat.roots.length).toBeLessThanOrEqual(60);
    const leaves: string[] = [];
    const visit = (id: string): void => {
      const item = flat.items.get(id)!;
      if (item.kind === 'node') leaves.push(item.label);
      for (const child of item.children) {
        expect(flat.items.get(child)!.parent).toBe(id);
        expect(flat.items.get(child)!.depth).toBe(item.depth + 1);
        visit(child);
      }
    };
    for (const root of flat.roots) visit(root);
    expect(leaves).toEqual(Array.from({ length: 2000 }, (_, k) => `n${k}`));
    expect(countBoxes(flat, new Set())).toBeLessThan(MOST_BOXES);
  });
});

describe('folding', () => {
  const tree = graphTree(SMALL);

  it('draws closed blocks as boxes and one link between two of them', () => {
    const { boxes, frames, links } = fold(tree, new Set());
    expect(boxes.map(({ id }) => id)).toEqual(tree.roots);
    expect(frames).toEqual([]);
    expect(links).toEqual([
      { from: inputId('image'), to: blockId(['a']) },
      { from: blockId(['a']), to: blockId(['b']) },
      { from: blockId(['b']), to: nodeId('out') },
    ]);
  });

  it('draws what is inside an open block, with every edge that is then seen', () => {
    const open = new Set([blockId(['b'])]);
    const { boxes, frames, links } = fold(tree, open);
    expect(frames.map(({ label }) => label)).toEqual(['b']);
    expect(boxes.length).toBe(countBoxes(tree, open));
    const drawn = new Set(boxes.map(({ id }) => id));
    for (const { from, to } of links) expect(drawn.has(from) && drawn.has(to)).toBe(true);
    expect(links).toContainEqual({ from: nodeId('left'), to: nodeId('add') });
    expect(links).toContainEqual({ from: blockId(['a']), to: nodeId('right') });
  });
});

describe('layout', () => {
  const tree = graphTree(SMALL);
  const widthOf = (text: string): number => 7 * text.length;

  it('places boxes from left to right without overlap, inside the frame of their block', async () => {
    const layout = await layOut(fold(tree, new Set([blockId(['b'])])), widthOf);
    for (const [k, a] of layout.boxes.entries()) {
      expect(a.x >= 0 && a.y >= 0 && a.x + a.width <= layout.width && a.y + a.height <= layout.height).toBe(true);
      for (const b of layout.boxes.slice(k + 1)) {
        expect(a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y).toBe(true);
      }
    }
    const at = (id: string) => layout.boxes.find(({ item }) => item.id === id)!;
    for (const { from, to } of layout.links) expect(at(from).x).toBeLessThan(at(to).x);
    const frame = layout.frames[0];
    for (const id of ['left', 'right', 'add'].map(nodeId)) {
      expect(at(id).x).toBeGreaterThanOrEqual(frame.x);
      expect(at(id).x + at(id).width).toBeLessThanOrEqual(frame.x + frame.width);
    }
  });

  it('leads along the edges and between branches by arrow keys', async () => {
    const layout = await layOut(fold(tree, new Set([blockId(['b'])])), widthOf);
    expect(boxAfter(layout, inputId('image'), 'ArrowRight')).toBe(blockId(['a']));
    expect(boxAfter(layout, nodeId('add'), 'ArrowRight')).toBe(nodeId('out'));
    expect([nodeId('left'), nodeId('right')]).toContain(boxAfter(layout, nodeId('add'), 'ArrowLeft'));
    const branch = [nodeId('left'), nodeId('right')].map((id) => [
      boxAfter(layout, id, 'ArrowDown'),
      boxAfter(layout, id, 'ArrowUp'),
    ]);
    expect(branch.flat()).toContain(nodeId('left'));
    expect(branch.flat()).toContain(nodeId('right'));
    expect(boxAfter(layout, nodeId('out'), 'ArrowRight')).toBe(null);
  });

  it('lays out as many boxes as are ever drawn in a moment', async () => {
    const flat = graphTree(chain(MOST_BOXES - 1));
    const open = new Set([...flat.items.values()].filter(({ children }) => children.length > 0).map(({ id }) => id));
    const started = performance.now();
    const { boxes } = await layOut(fold(flat, open), widthOf);
    expect(boxes.length).toBe(MOST_BOXES);
    expect(performance.now() - started).toBeLessThan(10_000); // Wide: the machine may be busy.
  });
});

describe('rows of the tree', () => {
  const tree = graphTree(SMALL);

  it('lists children below an open block with their place among siblings', () => {
    const rows = treeRows(tree, new Set([blockId(['a'])]));
    expect(rows.map(({ item }) => item.label)).toEqual(['image', 'a', 'conv', 'relu', 'b', 'out']);
    expect(rows[3]).toMatchObject({ position: 2, siblings: 2, isOpen: false });
  });

  it('keeps only matches and the blocks around them', () => {
    const rows = matchingRows(tree, ' RE', ({ label }) => label);
    expect(rows.map(({ item }) => item.label)).toEqual(['a', 'relu']);
  });

  it('moves and folds by keys as a tree does', () => {
    const rows = treeRows(tree, new Set([blockId(['a'])]));
    expect(treeMove(rows, 1, 'ArrowRight')).toEqual({ go: nodeId('conv') });
    expect(treeMove(rows, 1, 'ArrowLeft')).toEqual({ toggle: blockId(['a']) });
    expect(treeMove(rows, 3, 'ArrowLeft')).toEqual({ go: blockId(['a']) });
    expect(treeMove(rows, 4, 'ArrowRight')).toEqual({ toggle: blockId(['b']) });
    expect(treeMove(rows, 0, 'ArrowUp')).toBe(null);
    expect(treeMove(rows, 0, 'End')).toEqual({ go: nodeId('out') });
  });
});
