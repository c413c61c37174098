/** A set of images of one size in records of fixed length, in one or more binary files (CIFAR, STL-10). */
import { statSync } from 'node:fs';
import path from 'node:path';
import { AppError } from '../../shared/errors.ts';
import { openSource } from './byte-source.ts';
import { hashFiles } from './hash-files.ts';
import { ImageError } from './image-error.ts';
import { baseOf, relativeTo } from './layout-place.ts';
import { throwIfAborted } from './range.ts';
import type { ImageRange, ImageRecord, OpenedSet, OpenOptions } from './types.ts';

export interface RecordSet extends Pick<OpenedSet, 'layout' | 'name' | 'classNames'> {
  /** The path the user gave: `at` begins there. */
  given: string;
  files: readonly string[];
  /** Label files and the like: part of the hash. */
  beside: readonly string[];
  recordBytes: number;
  /** Width and height. */
  side: number;
  /** Offset of red, green, blue in a record. */
  pixelsAt: number;
  /** Stored column by column, as MATLAB does. */
  transposed: boolean;
  /** Of all records; null: no labels. */
  labels: Uint8Array | null;
  tagsOf(index: number): Record<string, string>;
}

export function recordSet(set: RecordSet, { limit }: OpenOptions): OpenedSet {
  const places = set.files.map((file) => ({ file, source: openSource(file, 0), count: recordsIn(file, set.recordBytes) }));
  const total = places.reduce((sum, { count }) => sum + count, 0);
  const count = Math.min(total, limit ?? total);
  const record = (index: number): ImageRecord => {
    let i = 0;
    let inFile = index;
    while (inFile >= places[i].count) inFile -= places[i++].count;
    const { file, source } = places[i];
    const at = `${relativeTo(baseOf(set.given, path.dirname(file)), file)}#${inFile}`;
    const label = set.labels?.[index] ?? null;
    return {
      index,
      at,
      label,
      labelName: label === null ? null : (set.classNames?.[label] ?? null),
      tags: set.tagsOf(index),
      async load() {
        const bytes = await source.read(inFile * set.recordBytes, set.recordBytes);
        if (bytes.length < set.recordBytes) throw new ImageError(at, 'the file is cut short');
        return { width: set.side, height: set.side, channels: 3, pixels: interleave(bytes.subarray(set.pixelsAt), set) };
      },
    };
  };
  const { layout, name, classNames } = set;
  return {
    layout,
    name,
    count,
    classNames,
    classCounts: countLabels(set, count),
    ignored: 0,
    contentSha256: (signal, onProgress) =>
      hashFiles([...set.files, ...set.beside], { limit: count < total ? count : null, signal, onProgress }),
    async *images({ from = 0, to = count, signal }: ImageRange = {}) {
      for (let index = from; index < Math.min(to, count); index++) {
        throwIfAborted(signal);
        yield record(index);
      }
    },
  };
}

/** Throws when a file does not hold whole records. */
export function recordsIn(file: string, recordBytes: number): number {
  const { size } = statSync(file);
  if (size > 0 && size % recordBytes === 0) return size / recordBytes;
  throw new AppError(
    'E_DATASET',
    `${path.basename(file)} is cut short or damaged: its ${size} bytes are no whole number of records of ${recordBytes} bytes.`,
    { next: 'Fetch the file again.' },
  );
}

/** Planes of red, green and blue to RGB. */
function interleave(planes: Uint8Array, { side, transposed }: RecordSet): Uint8Array {
  const area = side * side;
  const pixels = new Uint8Array(area * 3);
  for (let y = 0, o = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const at = transposed ? x * side + y : y * side + x;
      for (let c = 0; c < 3; c++) pixels[o++] = planes[c * area + at];
    }
  }
  return pixels;
}

function countLabels({ labels, classNames }: RecordSet, count: number): Record<string, number> | null {
  if (labels === null) return null;
  const counts = new Map<number, number>((classNames ?? []).map((_, label) => [label, 0]));
  for (const label of labels.subarray(0, count)) counts.set(label, (counts.get(label) ?? 0) + 1);
  const sorted = [...counts].sort(([a], [b]) => a - b);
  return Object.fromEntries(sorted.map(([label, n]) => [classNames?.[label] ?? String(label), n]));
}
