/** Where an arrow key leads in the graph picture: right and left follow the edges, up and down the nearest box. */
import type { Layout, Placed } from './graph-layout.ts';

export function boxAfter(layout: Layout, from: string, key: string): string | null {
  const here = layout.boxes.find(({ item }) => item.id === from);
  if (here === undefined) return layout.boxes[0]?.item.id ?? null;
  if (key === 'ArrowRight')
    return nearest(
      here,
      linked(layout, ({ from: id }) => id === from, 'to'),
    );
  if (key === 'ArrowLeft')
    return nearest(
      here,
      linked(layout, ({ to: id }) => id === from, 'from'),
    );
  if (key === 'ArrowDown')
    return nearest(
      here,
      layout.boxes.filter(({ y }) => y > here.y + 4),
    );
  if (key === 'ArrowUp')
    return nearest(
      here,
      layout.boxes.filter(({ y }) => y < here.y - 4),
    );
  return null;
}

function linked(layout: Layout, isOf: (link: Layout['links'][number]) => boolean, end: 'from' | 'to'): Placed[] {
  const ids = layout.links.filter(isOf).map((link) => link[end]);
  return layout.boxes.filter(({ item }) => ids.includes(item.id));
}

function nearest(here: Placed, boxes: readonly Placed[]): string | null {
  const far = ({ x, y, width, height }: Placed): number =>
    Math.hypot(x + width / 2 - here.x - here.width / 2, y + height / 2 - here.y - here.height / 2);
  return boxes.length === 0 ? null : boxes.reduce((a, b) => (far(b) < far(a) ? b : a)).item.id;
}
