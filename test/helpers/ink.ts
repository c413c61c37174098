/** Whether two pictures of a page hold the same ink in the same places, however their edges are smoothed. */
import type { DecodedPng } from 'fast-png';

/** How dark each whole square of 12 pixels is, row by row: two drawers of the same text set its letters up to a pixel apart. */
export function ink({ width, height, channels, data }: DecodedPng): number[] {
  const SIDE = 12;
  const [across, down] = [Math.floor(width / SIDE), Math.floor(height / SIDE)];
  const dark = new Array<number>(across * down).fill(0);
  for (let y = 0; y < down * SIDE; y++) {
    for (let x = 0; x < across * SIDE; x++) {
      dark[Math.floor(y / SIDE) * across + Math.floor(x / SIDE)] += 255 - data[(y * width + x) * channels + 1];
    }
  }
  return dark;
}

/** Pearson's. */
export function correlation(a: number[], b: number[]): number {
  const centred = (values: number[]): number[] => {
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    return values.map((value) => value - mean);
  };
  const [p, q] = [centred(a), centred(b)];
  const dot = (u: number[], v: number[]): number => u.reduce((sum, value, i) => sum + value * v[i], 0);
  return dot(p, q) / Math.sqrt(dot(p, p) * dot(q, q));
}
