/** A set of images of one size in records of fixed length, in one or more binary files (CIFAR, STL-10, SVHN, NPY). */
import { statSync } from 'node:fs';
import path from 'node:path';
import { AppError } from '../../shared/errors.ts';
import { openSource, type ByteSource } from './byte-source.ts';
import { hashFiles } from './hash-files.ts';
import { ImageError } from './image-error.ts';
import { baseOf, relativeTo } from './layout-place.ts';
import { toImage, type PixelOrder } from './pixel-order.ts';
import { throwIfAborted } from './range.ts';
import type { ImageRange, ImageRecord, OpenedSet, OpenOptions } from './types.ts';

export interface RecordPart {
  file: string;
  /** Begins at the first record. */
  source: ByteSource;
  count: number;
  /** Of an archive, when the records lie in a member of it. */
  member?: string;
}

export interface RecordSet extends Pick<OpenedSet, 'layout' | 'name' | 'classNames'> {
  /** The path the user gave: `at` begins there. */
  given: string;
  parts: readonly RecordPart[];
  /** Label files and the like: part of the hash. */
  beside: readonly string[];
  recordBytes: number;
  /** Where the pixels begin in a record. */
  pixelsAt: number;
  pixels: PixelOrder;
  /** Of all records, below 0 where there is none; null: no labels. */
  labels: ArrayLike<number> | null;
  tagsOf(index: number): Record<string, string>;
}

export function recordSet(set: RecordSet, { limit }: OpenOptions): OpenedSet {
  const { parts, layout, name, classNames } = set;
  const total = parts.reduce((sum, { count }) => sum + count, 0);
  const count = Math.min(total, limit ?? total);
  const files = [...new Set(parts.map(({ file }) => file))];
  return {
    layout,
    name,
    count,
    classNames,
    classCounts: countLabels(set, count),
    ignored: 0,
    contentSha256: (signal, onProgress) =>
      hashFiles([...files, ...set.beside], { limit: count < total ? count : null, signal, onProgress }),
    async *images({ from = 0, to = count, signal }: ImageRange = {}) {
      for (let index = from; index < Math.min(to, count); index++) {
        throwIfAborted(signal);
        yield recordOf(set, index);
      }
    },
  };
}

function recordOf(set: RecordSet, index: number): ImageRecord {
  let part = 0;
  let inPart = index;
  while (inPart >= set.parts[part].count) inPart -= set.parts[part++].count;
  const { file, source, member } = set.parts[part];
  const name = relativeTo(baseOf(set.given, path.dirname(file)), file);
  const at = `${name}${member === undefined ? '' : `!/${member}`}#${inPart}`;
  const stored = set.labels?.[index] ?? -1;
  const label = stored < 0 ? null : stored;
  return {
    index,
    at,
    label,
    labelName: label === null ? null : (set.classNames?.[label] ?? null),
    tags: set.tagsOf(index),
    async load() {
      const bytes = await source.read(inPart * set.recordBytes, set.recordBytes);
      if (bytes.length < set.recordBytes) throw new ImageError(at, 'the file is cut short');
      return toImage(bytes.subarray(set.pixelsAt), set.pixels);
    },
  };
}

/** Files that hold records and nothing else. */
export function plainParts(files: readonly string[], recordBytes: number): RecordPart[] {
  return files.map((file) => ({ file, source: openSource(file, 0), count: recordsIn(file, recordBytes) }));
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

function countLabels({ labels, classNames }: RecordSet, count: number): Record<string, number> | null {
  if (labels === null) return null;
  const counts = new Map<number, number>((classNames ?? []).map((_, label) => [label, 0]));
  for (let i = 0; i < count; i++) if (labels[i] >= 0) counts.set(labels[i], (counts.get(labels[i]) ?? 0) + 1);
  const sorted = [...counts].sort(([a], [b]) => a - b);
  return Object.fromEntries(sorted.map(([label, n]) => [classNames?.[label] ?? String(label), n]));
}
