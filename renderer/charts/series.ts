/** Colour class and marker of a set in SVG, by its place among the OoD sets (electron/shared/colours.ts). */
import { seriesStyle, type Marker } from '../../electron/shared/colours.ts';

/** Class that sets --c and --cf. */
export function seriesClass(oodIndex: number | null): string {
  return `c-${seriesStyle(oodIndex).token.replace('d-', '')}`;
}

const STROKED: readonly Marker[] = ['plus', 'cross'];

/** How the marker is painted: as area, as outline, or as strokes. */
export function markerClass(oodIndex: number | null): string {
  const { marker, hollow } = seriesStyle(oodIndex);
  if (STROKED.includes(marker)) return 'wh';
  return hollow ? 'mk o' : 'mk';
}

/** The outline of a marker of radius `r` around a point. */
export function markerPath(oodIndex: number | null, [x, y]: readonly [number, number], r: number): string {
  return SHAPES[seriesStyle(oodIndex).marker](x, y, r);
}

const SHAPES: Record<Marker, (x: number, y: number, r: number) => string> = {
  circle: (x, y, r) => `M${x - r} ${y}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0Z`,
  diamond: (x, y, r) => `M${x} ${y - 1.2 * r}L${x + 1.2 * r} ${y}L${x} ${y + 1.2 * r}L${x - 1.2 * r} ${y}Z`,
  square: (x, y, r) => `M${x - 0.9 * r} ${y - 0.9 * r}h${1.8 * r}v${1.8 * r}h${-1.8 * r}Z`,
  'triangle-up': (x, y, r) => `M${x} ${y - 1.1 * r}L${x + 1.1 * r} ${y + 0.9 * r}H${x - 1.1 * r}Z`,
  'triangle-down': (x, y, r) => `M${x} ${y + 1.1 * r}L${x + 1.1 * r} ${y - 0.9 * r}H${x - 1.1 * r}Z`,
  plus: (x, y, r) => `M${x} ${y - r}V${y + r}M${x - r} ${y}H${x + r}`,
  cross: (x, y, r) => `M${x - r} ${y - r}L${x + r} ${y + r}M${x + r} ${y - r}L${x - r} ${y + r}`,
};
