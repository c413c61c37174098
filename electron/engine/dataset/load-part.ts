/** Reads, decodes and preprocesses a range of a set: what a loader thread does with a request. */
import { hash } from 'node:crypto';
import { AppError } from '../../shared/errors.ts';
import { emptyTraces, type FedImage, writeTrace } from '../hygiene/image-trace.ts';
import { reasonOf } from './image-error.ts';
import type { Part, ThreadSetup } from './loader-protocol.ts';
import { preprocessInto } from './preprocess.ts';
import type { ImageRange, ImageRecord, OpenedSet } from './types.ts';

/** An image that cannot be decoded is rejected with its reason; one that does not fit the model ends the load. */
export async function loadPart(set: OpenedSet, range: Required<ImageRange>, setup: ThreadSetup): Promise<Part> {
  const { preprocess, target } = setup;
  const size = target.channels * target.height * target.width;
  const rows = Math.max(0, Math.min(range.to, set.count) - range.from);
  const data = allocate(rows * size, target.dtype);
  const traces = emptyTraces(rows);
  const indices: number[] = [];
  const labels: number[] = [];
  const part: Pick<Part, 'sha256' | 'ats' | 'rejected'> = { sha256: [], ats: [], rejected: [] };
  for await (const record of set.images(range)) {
    const { index, at, label } = record;
    const image = await record.load().catch((error: unknown) => reject(error, record, part.rejected));
    if (image === null) continue;
    try {
      const offset = indices.length * size;
      preprocessInto(image, preprocess, target, { out: data, offset });
      writeTrace(traces, indices.length, image, fedImage(data, offset, target));
    } catch (error) {
      throw named(error, set.name, at);
    }
    indices.push(index);
    labels.push(label ?? -1);
    part.sha256.push(hash('sha256', image.pixels));
    part.ats.push(at);
  }
  return { ...part, ...traces, indices: Int32Array.from(indices), labels: Int32Array.from(labels), data };
}

function fedImage(values: Part['data'], offset: number, { channels, height, width, layout }: ThreadSetup['target']): FedImage {
  return { values, offset, channels, width, pixels: height * width, planar: layout === 'NCHW' };
}

function allocate(length: number, dtype: 'float32' | 'uint8'): Part['data'] {
  try {
    return dtype === 'uint8' ? new Uint8Array(length) : new Float32Array(length);
  } catch (error) {
    throw new AppError('E_OOM', `There is no memory for a batch of ${length} values.`, {
      next: 'Set a smaller runtime.batchSize.',
      cause: error,
    });
  }
}

function reject(error: unknown, { index, at }: ImageRecord, rejected: Part['rejected']): null {
  if (error instanceof AppError && error.code === 'E_CANCELLED') throw error;
  rejected.push({ index, at, reason: reasonOf(error) });
  return null;
}

/** Puts the set and the image in front of the sentence. */
function named(error: unknown, set: string, at: string): unknown {
  if (!(error instanceof AppError)) return error;
  return new AppError(error.code, `Data set "${set}", ${at}: ${error.message}`, {
    ...(error.next === undefined ? {} : { next: error.next }),
    cause: error,
  });
}
