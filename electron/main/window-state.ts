/** Where the window was. A display may be gone since: the window comes back where it can be seen and reached. */
import type { Rectangle } from 'electron';
import { z } from 'zod';
import { MIN_HEIGHT, MIN_WIDTH } from './window-options.ts';

export const windowStateSchema = z.object({
  x: z.int(),
  y: z.int(),
  width: z.int().min(1),
  height: z.int().min(1),
  maximized: z.boolean(),
});
export type WindowState = z.infer<typeof windowStateSchema>;

const PREFERRED = { width: 1280, height: 800 };

/** Saved bounds moved and shrunk into the work area they overlap most; without any: the preferred size, centred on the first. */
export function clampToDisplays(saved: Rectangle | null, areas: readonly Rectangle[]): Rectangle {
  const [primary] = areas;
  const area =
    saved === null ? primary : areas.reduce((best, next) => (overlap(saved, next) > overlap(saved, best) ? next : best), primary);
  const seen = saved !== null && overlap(saved, area) > 0;
  const wanted = saved ?? PREFERRED;
  const width = Math.min(Math.max(wanted.width, MIN_WIDTH), area.width);
  const height = Math.min(Math.max(wanted.height, MIN_HEIGHT), area.height);
  if (!seen) return { width, height, ...centre(area, { width, height }) };
  return {
    width,
    height,
    x: Math.min(Math.max(saved.x, area.x), area.x + area.width - width),
    y: Math.min(Math.max(saved.y, area.y), area.y + area.height - height),
  };
}

function overlap(a: Rectangle, b: Rectangle): number {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  return Math.max(0, width) * Math.max(0, height);
}

function centre(area: Rectangle, size: { width: number; height: number }): { x: number; y: number } {
  return { x: area.x + Math.floor((area.width - size.width) / 2), y: area.y + Math.floor((area.height - size.height) / 2) };
}
