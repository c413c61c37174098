/** Opens a data set whatever its layout. Called by the pipeline, the loader's threads and `oodlab data`. */
import { AppError } from '../../shared/errors.ts';
import { throwIfAborted } from './range.ts';
import { findReader } from './readers.ts';
import type { OpenedSet, OpenOptions } from './types.ts';

export type { ImageRange, ImageRecord, OpenedSet, OpenOptions } from './types.ts';

/** Throws E_DATASET when there is nothing to read, and when several sets lie under the path: they are never merged. */
export async function openDataset(path: string, options: OpenOptions): Promise<OpenedSet> {
  throwIfAborted(options.signal);
  const reader = await findReader(path, options.format, options.signal);
  const choices = await reader.choices(path);
  if (choices.length > 0) {
    throw new AppError('E_DATASET', `${path} holds ${choices.length} data sets: ${choices.join(', ')}.`, {
      next: 'Point at one of them.',
    });
  }
  return reader.open(path, options);
}
