/** A data set whose vectors are in the project, and what the later stages ask about it. */
import type { RejectedImage } from '../../shared/domain.ts';
import type { PlanDataset } from '../../shared/plan.ts';
import type { SampleRepository } from '../storage/sample-repository.ts';

export interface SampledSet {
  set: PlanDataset;
  layout: string;
  entries: number;
  sha256: string;
  classNames: string[] | null;
  /** What its list names and is not there; absent when the set was not opened anew. */
  missing?: readonly RejectedImage[];
  /** Row id in the project, and the content key it was found by. */
  id: number;
  key: string;
  /** Images accepted, rejected, masks drawn again, seconds of inference: over all chunks. */
  count: number;
  rejected: RejectedImage[];
  redraws: number;
  seconds: number;
}

/** Reads what the chunks of a set add up to. */
export function tally(repository: SampleRepository, id: number): Pick<SampledSet, 'count' | 'rejected' | 'redraws' | 'seconds'> {
  const total: Pick<SampledSet, 'count' | 'rejected' | 'redraws' | 'seconds'> = {
    count: 0,
    rejected: [],
    redraws: 0,
    seconds: 0,
  };
  for (const chunk of repository.chunkHeads(id)) {
    total.count += chunk.rows;
    total.redraws += chunk.redraws;
    total.seconds += chunk.seconds;
    for (const { at, reason } of chunk.rejected) total.rejected.push({ at, reason });
  }
  return total;
}

/** For each set, how many of its images stand, pixel for pixel, in a set of another role too. */
export function duplicatesAcrossRoles(repository: SampleRepository, sets: readonly SampledSet[]): number[] {
  const rolesOf = new Map<string, Set<string>>();
  for (const { set, id } of sets) {
    for (const hash of hashes(repository, id)) {
      const roles = rolesOf.get(hash);
      if (roles === undefined) rolesOf.set(hash, new Set([set.role]));
      else roles.add(set.role);
    }
  }
  return sets.map(({ id }) => {
    let count = 0;
    for (const hash of hashes(repository, id)) if (rolesOf.get(hash)!.size > 1) count++;
    return count;
  });
}

/** Half of each SHA-256 is plenty to tell images apart, and half the memory. */
function* hashes(repository: SampleRepository, id: number): Generator<string> {
  for (const chunk of repository.chunkHeads(id)) {
    const bytes = Buffer.from(chunk.hashes.buffer, chunk.hashes.byteOffset, chunk.hashes.byteLength);
    for (let row = 0; row < chunk.rows; row++) yield bytes.toString('latin1', row * 32, row * 32 + 16);
  }
}
