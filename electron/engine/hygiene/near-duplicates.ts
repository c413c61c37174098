/**
 * Images that stand, resaved, resized or brightened, in sets of two roles. Candidates share one of seven bands of the hash,
 * which finds every pair that differs in at most six bits (pigeonhole; Norouzi et al. 2012); the thumbnails decide. Never
 * n x n: in a band an image is held against the images next to it in hash order, at most NEIGHBOURS of them.
 */
import { setImmediate } from 'node:timers/promises';
import type { NearDuplicate } from '../../shared/hygiene.ts';
import { HASH_BYTES, PRINT_BYTES } from './image-print.ts';
import type { SetTraces } from './set-traces.ts';

const BANDS = 7;
const BAND_BITS = 9;
/** Largest difference of two hashes, of 63 bits. */
export const MOST_BITS = 6;
/** Least correlation of two thumbnails. Distinct garments of Fashion-MNIST reach 0.994 at 28 x 28 pixels; JPEG 75 keeps 0.996. */
export const LEAST_CORRELATION = 0.995;
const NEIGHBOURS = 4096;
/** Pairs that are told. */
const SHOWN = 50;
/** Pairs that are held against each other between two chances for a signal to arrive. */
const BREATH = 2 ** 22;

interface Index {
  sets: readonly SetTraces[];
  /** Of each image: its set, its row there, and the two halves of its hash. */
  owner: Uint16Array;
  row: Uint32Array;
  low: Uint32Array;
  high: Uint32Array;
  count: number;
}

export interface FoundDuplicates {
  counts: Record<string, number>;
  pairs: NearDuplicate[];
}

export async function nearDuplicates(sets: readonly SetTraces[], signal?: AbortSignal): Promise<FoundDuplicates> {
  const index = indexOf(sets);
  const found = new Uint8Array(index.count);
  const pairs: NearDuplicate[] = [];
  let work = 0;
  for (let band = 0; band < BANDS; band++) {
    for (const bucket of bucketsOf(index, band)) {
      for (let i = 0; i < bucket.length; i++) {
        const stop = Math.min(bucket.length, i + 1 + NEIGHBOURS);
        work += stop - i;
        for (let j = i + 1; j < stop; j++) compare(index, [bucket[i], bucket[j]], { found, pairs });
        if (work < BREATH) continue;
        work = 0;
        await setImmediate();
        signal?.throwIfAborted();
      }
    }
  }
  const counts: Record<string, number> = Object.fromEntries(sets.map(({ set }) => [set.set.name, 0]));
  found.forEach((hit, i) => (counts[sets[index.owner[i]].set.set.name] += hit));
  pairs.sort((a, b) => b.correlation - a.correlation || a.bits - b.bits || (key(a) < key(b) ? -1 : 1));
  return { counts, pairs: pairs.slice(0, SHOWN) };
}

const key = ({ a, b }: NearDuplicate): string => JSON.stringify([a, b]);

/** Every image that is not flat. */
function indexOf(sets: readonly SetTraces[]): Index {
  const total = sets.reduce((sum, { rows }) => sum + rows, 0);
  const index: Index = {
    sets,
    owner: new Uint16Array(total),
    row: new Uint32Array(total),
    low: new Uint32Array(total),
    high: new Uint32Array(total),
    count: 0,
  };
  sets.forEach(({ prints, rows }, owner) => {
    const view = new DataView(prints.buffer, prints.byteOffset, prints.byteLength);
    for (let row = 0; row < rows; row++) {
      const low = view.getUint32(row * PRINT_BYTES, true);
      const high = view.getUint32(row * PRINT_BYTES + 4, true);
      if (low === 0 && high === 0) continue;
      const at = index.count++;
      index.owner[at] = owner;
      index.row[at] = row;
      index.low[at] = low;
      index.high[at] = high;
    }
  });
  return index;
}

/** Bit 0 of the hash is always 0, so the bands begin at bit 1. */
function bandOf({ low, high }: Index, i: number, band: number): number {
  const from = 1 + band * BAND_BITS;
  const bits = from >= 32 ? high[i] >>> (from - 32) : (low[i] >>> from) | (high[i] << (32 - from));
  return bits & (2 ** BAND_BITS - 1);
}

/** Images with the same band, in the order of their hashes: the likest ones are neighbours. */
function* bucketsOf(index: Index, band: number): Generator<Uint32Array> {
  const { low, high, count } = index;
  const buckets: number[][] = Array.from({ length: 2 ** BAND_BITS }, () => []);
  for (let i = 0; i < count; i++) buckets[bandOf(index, i, band)].push(i);
  for (const bucket of buckets) {
    if (bucket.length < 2) continue;
    yield Uint32Array.from(bucket.sort((a, b) => high[a] - high[b] || low[a] - low[b] || a - b));
  }
}

interface Found {
  found: Uint8Array;
  pairs: NearDuplicate[];
}

/** Marks two images of different roles that are alike. Once both are marked nothing new can be learnt. */
function compare({ sets, owner, row, low, high }: Index, [i, j]: [number, number], { found, pairs }: Found): void {
  if (owner[i] === owner[j] || (found[i] & found[j]) === 1) return;
  const bits = ones(low[i] ^ low[j]) + ones(high[i] ^ high[j]);
  if (bits > MOST_BITS) return;
  const [first, second] = owner[i] < owner[j] ? [i, j] : [j, i];
  const [a, b] = [sets[owner[first]], sets[owner[second]]];
  if (a.set.set.role === b.set.set.role || isDerived(a, b) || isDerived(b, a) || samePixels(a, row[first], b, row[second]))
    return;
  const correlation = correlationOf(a.prints, row[first] * PRINT_BYTES, b.prints, row[second] * PRINT_BYTES);
  if (correlation < LEAST_CORRELATION) return;
  found[i] = found[j] = 1;
  pairs.push({ a: place(a, row[first]), b: place(b, row[second]), bits, correlation });
}

const place = ({ set, ats }: SetTraces, row: number): NearDuplicate['a'] => ({ set: set.set.name, at: ats[row] });

/** An anomaly that was drawn onto an image leaves it alike. */
const isDerived = (a: SetTraces, from: SetTraces): boolean => a.set.set.derive?.from === from.set.set.name;

/** Those are counted as exact duplicates. */
function samePixels(a: SetTraces, rowA: number, b: SetTraces, rowB: number): boolean {
  for (let i = 0; i < 32; i++) if (a.hashes[32 * rowA + i] !== b.hashes[32 * rowB + i]) return false;
  return true;
}

/** Number of bits that are set in a 32-bit number (Warren, Hacker's Delight, figure 5-2). */
function ones(value: number): number {
  let x = value - ((value >>> 1) & 0x55555555);
  x = (x & 0x33333333) + ((x >>> 2) & 0x33333333);
  return (((x + (x >>> 4)) & 0x0f0f0f0f) * 0x01010101) >>> 24;
}

/** Pearson's, of two thumbnails. */
function correlationOf(a: Uint8Array, fromA: number, b: Uint8Array, fromB: number): number {
  const n = PRINT_BYTES - HASH_BYTES;
  let [sumA, sumB, squaresA, squaresB, products] = [0, 0, 0, 0, 0];
  for (let i = HASH_BYTES; i < PRINT_BYTES; i++) {
    const x = a[fromA + i];
    const y = b[fromB + i];
    sumA += x;
    sumB += y;
    squaresA += x * x;
    squaresB += y * y;
    products += x * y;
  }
  return (n * products - sumA * sumB) / Math.sqrt((n * squaresA - sumA * sumA) * (n * squaresB - sumB * sumB));
}
