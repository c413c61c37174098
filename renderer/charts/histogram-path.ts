/** The bars of one row of score histograms as paths, divided at the threshold. Used by HistogramRow. */
import type { Scale } from './scale.ts';

export interface Bars {
  /** Below the threshold, above it, and the line along the tops. */
  alarm: string;
  accepted: string;
  outline: string;
}

export interface BarGeometry {
  edges: readonly number[];
  counts: readonly number[];
  x: Scale;
  base: number;
  /** Pixels of one image. */
  unit: number;
}

export function barsOf({ edges, counts, x, base, unit }: BarGeometry, threshold: number): Bars {
  const bars: Bars = { alarm: '', accepted: '', outline: `M${x(edges[0]).toFixed(1)} ${base}` };
  counts.forEach((count, bin) => {
    const [left, right] = [edges[bin], edges[bin + 1]];
    const top = (base - count * unit).toFixed(1);
    bars.outline += `V${top}H${x(right).toFixed(1)}`;
    if (count === 0) return;
    const cut = Math.min(right, Math.max(left, threshold));
    if (cut > left) bars.alarm += bar(x(left), x(cut), top, base);
    if (cut < right) bars.accepted += bar(x(cut), x(right), top, base);
  });
  return bars;
}

function bar(left: number, right: number, top: string, base: number): string {
  return `M${left.toFixed(1)} ${base}V${top}H${right.toFixed(1)}V${base}Z`;
}
