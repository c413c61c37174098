/** The digest of an RGB image given by its pixels, built without any reader. */
import { hash } from 'node:crypto';

export function rgbHash(side: number, value: (y: number, x: number, c: number) => number): string {
  const bytes: number[] = [];
  for (let y = 0; y < side; y++) for (let x = 0; x < side; x++) for (let c = 0; c < 3; c++) bytes.push(value(y, x, c));
  return hash('sha256', Uint8Array.from(bytes));
}
