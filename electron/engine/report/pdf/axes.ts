/** Axes of a chart on paper, and where a value lies on them. */
import type { Axis } from '../../../shared/charts/chart.ts';
import { PAPER } from '../../../shared/colours.ts';
import type { Page, TextStyle } from './page.ts';

export const SMALL: TextStyle = { font: 'regular', size: 7.5, colour: PAPER.ink3 };

/** The plot's rectangle, with the axes that lie on it. */
export interface Plot {
  x: number;
  y: number;
  width: number;
  height: number;
}

export const across = ({ x, width }: Plot, { min, max }: Axis, value: number): number =>
  x + ((value - min) / (max - min)) * width;
export const up = ({ y, height }: Plot, { min, max }: Axis, value: number): number =>
  y + height - ((value - min) / (max - min)) * height;

export function xAxis(page: Page, plot: Plot, axis: Axis, { grid }: { grid: boolean }): void {
  const { doc } = page;
  const base = plot.y + plot.height;
  for (const { value, label } of axis.ticks) {
    const x = across(plot, axis, value);
    if (grid) doc.moveTo(x, plot.y).lineTo(x, base).lineWidth(0.5).strokeColor(PAPER.grid).stroke();
    page.line(label, { ...SMALL, align: 'center' }, { x: x - 25, y: base + 3, width: 50 });
  }
  doc
    .moveTo(plot.x, base)
    .lineTo(plot.x + plot.width, base)
    .lineWidth(0.6)
    .strokeColor(PAPER.axis)
    .stroke();
  page.line(axis.title, { ...SMALL, align: 'center' }, { x: plot.x - 30, y: base + 14, width: plot.width + 60 });
}

export function yAxis(page: Page, plot: Plot, axis: Axis): void {
  const { doc } = page;
  for (const { value, label } of axis.ticks) {
    const y = up(plot, axis, value);
    doc
      .moveTo(plot.x, y)
      .lineTo(plot.x + plot.width, y)
      .lineWidth(0.5)
      .strokeColor(PAPER.grid)
      .stroke();
    page.line(label, { ...SMALL, align: 'right' }, { x: plot.x - 30, y: y - 4.5, width: 26 });
  }
  doc
    .moveTo(plot.x, plot.y)
    .lineTo(plot.x, plot.y + plot.height)
    .lineWidth(0.6)
    .strokeColor(PAPER.axis)
    .stroke();
}
