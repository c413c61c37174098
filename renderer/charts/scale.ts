/** From data to pixels along one side of a chart. */
export type Scale = (value: number) => number;

export function scaleOf({ min, max }: { min: number; max: number }, from: number, to: number): Scale {
  return (value) => from + ((value - min) / (max - min)) * (to - from);
}

/** A line where the pixel grid has one, so that it is one pixel wide. */
export function crisp(value: number): number {
  return Math.round(value) + 0.5;
}

/** Points as an SVG path. */
export function pathOf(points: readonly (readonly [number, number])[]): string {
  return points.map(([x, y], index) => `${index === 0 ? 'M' : 'L'}${x.toFixed(1)} ${y.toFixed(1)}`).join('');
}
