/** What a path is recognised as, every image decoded: behind `oodlab data`. */
import { hash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { AppError } from '../../shared/errors.ts';
import { reasonOf } from './image-error.ts';
import { findReader } from './readers.ts';
import { throwIfAborted } from './range.ts';
import type { DecodedImage, RejectedImage } from '../../shared/domain.ts';
import type { ImageRecord, OpenedSet } from './types.ts';

export interface DescribedImage {
  at: string;
  /** [h, w] gray or [h, w, 3] RGB. */
  shape: number[];
  /** Of the decoded pixels. */
  sha256: string;
  label: number | null;
  labelName: string | null;
  tags: Record<string, string>;
}

export interface DescribedSet {
  name: string;
  /** Images that could be decoded. */
  count: number;
  classCounts: Record<string, number> | null;
  rejected: RejectedImage[];
  ignored: number;
  images?: DescribedImage[];
}

export interface DatasetDescription {
  layout: string;
  sets: DescribedSet[];
  /** Paths of several data sets found, one of which must be chosen; then nothing is decoded. */
  choices: string[];
}

interface Options {
  /** List every image. */
  images: boolean;
  signal?: AbortSignal;
}

/** Milliseconds of decoding between two chances for a signal, or anything else, to arrive. */
const BREATH_MS = 15;

export interface DescribeOptions {
  /** List every image. */
  images: boolean;
  signal?: AbortSignal | undefined;
  /** Told about each image that could be decoded. */
  onImage?: (record: ImageRecord, image: DecodedImage) => void;
  onProgress?: (done: number, total: number) => void;
}

export async function describeDataset(path: string, { images, signal }: Options): Promise<DatasetDescription> {
  throwIfAborted(signal);
  const reader = await findReader(path, 'auto', signal);
  const choices = await reader.choices(path);
  if (choices.length > 0) return { layout: reader.id, sets: [], choices };
  const set = await reader.open(path, { format: reader.id, limit: null, ...(signal && { signal }) });
  return { layout: set.layout, sets: [await describeSet(set, { images, signal })], choices: [] };
}

/** Decodes every image of a set, one after the other. */
export async function describeSet(set: OpenedSet, options: DescribeOptions): Promise<DescribedSet> {
  const { images: listed, signal, onImage, onProgress } = options;
  let breath = performance.now();
  const images: DescribedImage[] = [];
  const rejected: RejectedImage[] = [...(set.missing ?? [])];
  const counts = new Map(Object.entries(set.classCounts ?? {}));
  let count = 0;
  for await (const record of set.images(signal && { signal })) {
    const { index, at, label, labelName, tags } = record;
    if (performance.now() - breath > BREATH_MS) {
      onProgress?.(index, set.count);
      await setImmediate();
      breath = performance.now();
    }
    try {
      const image = await record.load();
      const { width, height, channels, pixels } = image;
      count++;
      onImage?.(record, image);
      if (!listed) continue;
      const shape = channels === 1 ? [height, width] : [height, width, channels];
      images.push({ at, shape, sha256: hash('sha256', pixels), label, labelName, tags });
    } catch (error) {
      if (error instanceof AppError && error.code === 'E_CANCELLED') throw error;
      rejected.push({ at, reason: reasonOf(error) });
      const name = labelName ?? String(label);
      if (counts.has(name)) counts.set(name, counts.get(name)! - 1);
    }
  }
  return {
    name: set.name,
    count,
    classCounts: set.classCounts === null ? null : Object.fromEntries(counts),
    rejected,
    ignored: set.ignored,
    ...(listed && { images }),
  };
}
