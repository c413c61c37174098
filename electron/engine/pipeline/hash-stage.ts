/**
 * The hash stage: opens every data set, counts its entries and hashes its bytes. What a set holds, and not what it is
 * called, decides whether vectors that were sampled before may be used again.
 */
import type { PlanDataset } from '../../shared/plan.ts';
import { AppError } from '../../shared/errors.ts';
import { openDataset } from '../dataset/open-dataset.ts';
import type { StageProgress } from './progress.ts';

export interface HashedSet {
  set: PlanDataset;
  layout: string;
  entries: number;
  sha256: string;
  classNames: string[] | null;
}

export async function hashSets(
  sets: readonly PlanDataset[],
  progress: StageProgress,
  signal?: AbortSignal,
): Promise<HashedSet[]> {
  const hashed: HashedSet[] = [];
  for (const set of sets) {
    const opened = await openDataset(set.path, {
      format: set.format,
      limit: set.limit,
      name: set.name,
      ...(signal && { signal }),
    });
    if (opened.count === 0) {
      throw new AppError('E_DATASET', `The data set "${set.name}" (${set.path}) holds no images.`, {
        next: 'Check its path and format.',
      });
    }
    const sha256 = await opened.contentSha256(signal);
    hashed.push({ set, layout: opened.layout, entries: opened.count, sha256, classNames: opened.classNames });
    progress.advance(1, set.name);
  }
  return hashed;
}
