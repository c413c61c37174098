/** Reader of IDX sets: an images file, or a folder that holds one; labels are found by the name beside it. */
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { openSource } from './byte-source.ts';
import { checkIdxSize, idxRank, isFile, labelsFileOf, readIdxHeader, readLabels } from './idx.ts';
import { hashFiles } from './hash-files.ts';
import { ImageError } from './image-error.ts';
import { hasImageExtension } from './image-format.ts';
import { throwIfAborted } from './range.ts';
import type { ImageRange, ImageRecord, OpenedSet, OpenOptions, Reader } from './types.ts';

const NAMED = /idx3|idx1/i;

export const idxReader: Reader = {
  id: 'idx',
  looksFor: 'IDX files (plain or .gz)',
  async recognise(given) {
    if (isFile(given)) return NAMED.test(path.basename(given)) || (!hasImageExtension(given) && idxRank(given) > 0);
    return imageFilesIn(given).length > 0;
  },
  async choices(given) {
    const files = isFile(given) ? [] : imageFilesIn(given);
    return files.length > 1 ? files : [];
  },
  async open(given, options) {
    return openIdx(isFile(given) ? given : imageFilesIn(given)[0], given, options);
  },
};

/** IDX images directly in a folder, in the order of their names. */
function imageFilesIn(folder: string): string[] {
  const names = readdirSync(folder).filter((name) => !name.startsWith('.') && !hasImageExtension(name));
  return names
    .sort()
    .map((name) => path.join(folder, name))
    .filter((file) => isFile(file) && (/images[-.]idx3/i.test(path.basename(file)) || idxRank(file) === 3));
}

async function openIdx(file: string, given: string, options: OpenOptions): Promise<OpenedSet> {
  const header = readIdxHeader(file, 3);
  if (options.verify !== false) await checkIdxSize(file, header, options.signal);
  const [total, height, width] = header.shape;
  const labelsFile = labelsFileOf(file);
  const labels = labelsFile === null ? null : await readLabels(labelsFile, total, options.signal);
  const count = Math.min(total, options.limit ?? total);
  const source = openSource(file, header.totalBytes);
  const name = path.basename(file);
  const imageBytes = height * width;

  const record = (index: number): ImageRecord => ({
    index,
    at: `${name}#${index}`,
    label: labels?.[index] ?? null,
    labelName: null,
    tags: {},
    async load() {
      const pixels = await source.read(header.headerBytes + index * imageBytes, imageBytes);
      if (pixels.length < imageBytes) throw new ImageError(`${name}#${index}`, 'the file is cut short');
      return { width, height, channels: 1, pixels: pixels.slice() };
    },
  });

  return {
    layout: 'idx',
    name: options.name ?? path.basename(given),
    count,
    classNames: null,
    classCounts: labels === null ? null : countLabels(labels.subarray(0, count)),
    ignored: 0,
    contentSha256: (signal, onProgress) =>
      hashFiles(labelsFile === null ? [file] : [file, labelsFile], { limit: count < total ? count : null, signal, onProgress }),
    async *images({ from = 0, to = count, signal }: ImageRange = {}) {
      for (let index = from; index < Math.min(to, count); index++) {
        throwIfAborted(signal);
        yield record(index);
      }
    },
  };
}

function countLabels(labels: Uint8Array): Record<string, number> {
  const counts = new Map<number, number>();
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
  return Object.fromEntries([...counts].sort(([a], [b]) => a - b).map(([label, count]) => [String(label), count]));
}
