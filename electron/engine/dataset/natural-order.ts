/**
 * The order of image files: natural (img2 before img10), the same on every machine. It decides which image gets which
 * random stream. The library decides; names that differ in one number only, as most do, are compared here, to the same
 * end and many times as fast. Sorting gives way to other work.
 */
import { setImmediate } from 'node:timers/promises';
import { compare } from 'natural-orderby';

// It must not depend on the user's language.
const natural = compare({ locale: 'en' });
const NUMBERED = /^((?:[A-Za-z_](?:.*[A-Za-z_])?)?)(\d{1,15})(\D*)$/s;
/** Items that are sorted or merged in one go: some ten milliseconds. */
const CHUNK = 4096;

/** Never 0 for different names: those that are equal in natural order (in case only) stand by their code units. */
export function compareNames(a: string, b: string): number {
  if (a === b) return 0;
  const left = NUMBERED.exec(a);
  const right = left && NUMBERED.exec(b);
  if (left !== null && right !== null && left[1] === right[1] && left[3] === right[3]) {
    const difference = Number(left[2]) - Number(right[2]);
    if (difference !== 0) return difference;
  }
  return natural(a, b) || (a < b ? -1 : 1);
}

/** Whole paths as a walk finds them: folder by folder. */
export function comparePaths(a: string, b: string): number {
  const [inA, inB] = [a.lastIndexOf('/') + 1, b.lastIndexOf('/') + 1];
  if (inA === inB && a.slice(0, inA) === b.slice(0, inB)) return compareNames(a.slice(inA), b.slice(inB));
  const [left, right] = [a.split('/'), b.split('/')];
  const at = left.findIndex((part, i) => part !== right[i]);
  return at < 0 || at >= right.length ? left.length - right.length : compareNames(left[at], right[at]);
}

/** A stable merge sort. */
export async function sortCalmly<T>(items: readonly T[], order: (a: T, b: T) => number): Promise<T[]> {
  let runs: T[][] = [];
  for (let from = 0; from < items.length; from += CHUNK) {
    runs.push(items.slice(from, from + CHUNK).sort(order));
    await setImmediate();
  }
  while (runs.length > 1) {
    const merged: T[][] = [];
    for (let i = 0; i < runs.length; i += 2)
      merged.push(i + 1 < runs.length ? await merge(runs[i], runs[i + 1], order) : runs[i]);
    runs = merged;
  }
  return runs[0] ?? [];
}

async function merge<T>(left: readonly T[], right: readonly T[], order: (a: T, b: T) => number): Promise<T[]> {
  const merged: T[] = [];
  let i = 0;
  let j = 0;
  while (i < left.length || j < right.length) {
    const fromLeft = j >= right.length || (i < left.length && order(left[i], right[j]) <= 0);
    merged.push(fromLeft ? left[i++] : right[j++]);
    if (merged.length % CHUNK === 0) await setImmediate();
  }
  return merged;
}
