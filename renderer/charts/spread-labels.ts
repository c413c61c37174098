/** Direct labels at the right end of curves: moved apart so that none covers another. Used by RocPanel. */
export interface Label {
  name: string;
  y: number;
}

/** Keeps their order and at least `gap` between neighbours, inside [top, bottom]. */
export function spread<One extends Label>(labels: readonly One[], gap: number, [top, bottom]: readonly [number, number]): One[] {
  const placed = labels.map((label) => ({ ...label })).sort((a, b) => a.y - b.y);
  placed.forEach((label, k) => (label.y = Math.max(label.y, k === 0 ? top : placed[k - 1].y + gap)));
  for (let k = placed.length - 1; k >= 0; k--) {
    placed[k].y = Math.min(placed[k].y, k === placed.length - 1 ? bottom : placed[k + 1].y - gap);
  }
  return placed;
}
