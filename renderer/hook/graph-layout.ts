/**
 * Places the boxes of a folded graph from left to right with dagre. The layouter is loaded when the first graph is drawn.
 * A box that can be hooked has its marks at its right, inside the place that it is given.
 */
import type { FoldedGraph } from './graph-fold.ts';
import type { TreeItem } from './graph-tree.ts';

export interface Placed {
  item: TreeItem;
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface Layout {
  width: number;
  height: number;
  boxes: Placed[];
  frames: Placed[];
  links: { from: string; to: string; points: [number, number][] }[];
}

/** Room at the right of a box for the marks of its tensors. */
export const MARK_ROOM = 24;
const HEIGHT = 32;
const HEIGHT_TWO_LINES = 40;
const FRAME_TITLE = 24;

/** @param widthOf width of a label in pixels. */
export async function layOut(folded: FoldedGraph, widthOf: (text: string) => number): Promise<Layout> {
  const dagre = await import('@dagrejs/dagre');
  const graph = new dagre.graphlib.Graph({ compound: true });
  graph.setGraph({ rankdir: 'LR', nodesep: 20, ranksep: 28, edgesep: 8, marginx: 16, marginy: 16 });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const frame of folded.frames) graph.setNode(frame.id, {});
  for (const item of folded.boxes) graph.setNode(item.id, { ...sizeOf(item, widthOf) });
  for (const item of [...folded.frames, ...folded.boxes]) if (item.parent !== null) graph.setParent(item.id, item.parent);
  for (const { from, to } of folded.links) graph.setEdge(from, to);
  dagre.layout(graph);
  const place = (item: TreeItem): Placed => {
    const { x, y, width, height } = graph.node(item.id);
    return { item, x: x - width / 2, y: y - height / 2, width, height };
  };
  const frames = folded.frames
    .map(place)
    .map((frame) => ({ ...frame, y: frame.y - FRAME_TITLE, height: frame.height + FRAME_TITLE }));
  const boxes = folded.boxes.map(place);
  const all = [...frames, ...boxes];
  const lift = Math.max(0, -Math.min(0, ...all.map(({ y }) => y - 8)));
  const lower = <T extends { y: number }>(one: T): T => ({ ...one, y: one.y + lift });
  return {
    width: Math.max(...all.map(({ x, width }) => x + width)) + 16,
    height: Math.max(...all.map(({ y, height }) => y + height)) + lift + 16,
    frames: frames.map(lower),
    boxes: boxes.map(lower),
    links: folded.links.map(({ from, to }) => ({
      from,
      to,
      points: attached(graph.edge(from, to).points as Point[], graph.node(from), graph.node(to)).map(({ x, y }) => [x, y + lift]),
    })),
  };
}

interface Point {
  x: number;
  y: number;
}

/** From the middle of the right side to the middle of the left one; dagre would leave by a corner. */
function attached(points: Point[], from: Point & { width: number }, to: Point & { width: number }): Point[] {
  return [{ x: from.x + from.width / 2, y: from.y }, ...points.slice(1, -1), { x: to.x - to.width / 2, y: to.y }];
}

function sizeOf(item: TreeItem, widthOf: (text: string) => number): { width: number; height: number } {
  const text = Math.max(widthOf(item.label), item.shape === null ? 0 : widthOf(shortShape(item.shape)));
  return {
    width: Math.ceil(text) + 20 + (item.hooks.length > 0 ? MARK_ROOM : 0),
    height: Math.max(item.shape === null ? HEIGHT : HEIGHT_TWO_LINES, 4 + 16 * item.hooks.length),
  };
}

export function shortShape(shape: string): string {
  return shape.replaceAll(' × ', '·');
}

/** A smooth line through the points of a link. */
export function curve(points: readonly [number, number][]): string {
  const [start, ...rest] = points;
  let path = `M${start[0].toFixed(1)} ${start[1].toFixed(1)}`;
  rest.forEach(([x, y], k) => {
    const next = rest[k + 1];
    if (next === undefined) path += `L${x.toFixed(1)} ${y.toFixed(1)}`;
    else path += `Q${x.toFixed(1)} ${y.toFixed(1)} ${((x + next[0]) / 2).toFixed(1)} ${((y + next[1]) / 2).toFixed(1)}`;
  });
  return path;
}
