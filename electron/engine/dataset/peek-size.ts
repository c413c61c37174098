/** The size of the first image of a set that can be decoded: fills free dimensions of a model's input. */
import { AppError } from '../../shared/errors.ts';
import { openDataset } from './open-dataset.ts';

export interface ImageSize {
  width: number;
  height: number;
  channels: 1 | 3;
}

export async function peekSize(path: string, format: string, signal?: AbortSignal): Promise<ImageSize> {
  const set = await openDataset(path, { format, limit: null, verify: false, ...(signal && { signal }) });
  let first: unknown;
  for await (const record of set.images(signal && { signal })) {
    try {
      const { width, height, channels } = await record.load();
      return { width, height, channels };
    } catch (error) {
      first ??= error;
    }
  }
  const why = first instanceof Error ? ` The first one: ${first.message}` : '';
  throw new AppError('E_DATASET', `${path}: none of ${set.count} images can be decoded.${why}`, {
    next: 'Check the files of this data set.',
  });
}
