/**
 * The hash stage: opens every data set, counts its entries and hashes its bytes. What a set holds, and not what it is
 * called, decides whether vectors that were sampled before may be used again.
 */
import type { RejectedImage } from '../../shared/domain.ts';
import type { PlanDataset } from '../../shared/plan.ts';
import { AppError } from '../../shared/errors.ts';
import { derived, openSet } from '../dataset/set-source.ts';
import type { OpenedSet } from '../dataset/types.ts';
import type { StageProgress } from './progress.ts';

export interface HashedSet {
  set: PlanDataset;
  layout: string;
  entries: number;
  sha256: string;
  classNames: string[] | null;
  /** What its list names and is not there; told once, and not again for what is derived from it. */
  missing: readonly RejectedImage[];
}

export async function hashSets(
  sets: readonly PlanDataset[],
  progress: StageProgress,
  signal?: AbortSignal,
): Promise<HashedSet[]> {
  const hashed: HashedSet[] = [];
  // Sets that are derived from one are listed and hashed with it once.
  const sources = new Map<string, Promise<OpenedSet>>();
  for (const set of sets) {
    const files = JSON.stringify([set.path, set.format, set.limit]);
    const source = sources.get(files) ?? openSource(set, signal);
    sources.set(files, source);
    const opened = derived(await source, set.derive);
    if (opened.count === 0) {
      throw new AppError('E_DATASET', `The data set "${set.name}" (${set.path}) holds no images.`, {
        next: 'Check its path and format.',
      });
    }
    const sha256 = await opened.contentSha256(signal);
    const { layout, count, classNames } = opened;
    const missing = set.derive === undefined ? (opened.missing ?? []) : [];
    hashed.push({ set, layout, entries: count, sha256, classNames, missing });
    progress.advance(1, set.name);
  }
  return hashed;
}

/** The files of a set, hashed once however often they are asked for. */
async function openSource({ name, path, format, limit }: PlanDataset, signal?: AbortSignal): Promise<OpenedSet> {
  const opened = await openSet({ path, format, limit }, { name, ...(signal && { signal }) });
  let sha256: Promise<string> | undefined;
  return { ...opened, contentSha256: (...given) => (sha256 ??= opened.contentSha256(...given)) };
}
