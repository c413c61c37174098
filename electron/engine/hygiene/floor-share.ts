/** Share of the entropies of a set that lie at the floor of the estimator: features that the masks did not move. */
import { ENTROPY_TOLERANCE, entropyFloor } from '../entropy/kozachenko-leonenko.ts';
import { matrixBlocks } from '../pipeline/vectors.ts';
import type { SampleRepository } from '../storage/sample-repository.ts';

export function floorShare(samples: SampleRepository, setId: number, draws: number): number {
  const bound = entropyFloor(draws) + ENTROPY_TOLERANCE;
  let [at, count] = [0, 0];
  for (const { data } of matrixBlocks(samples, setId, 'entropy')) {
    for (const value of data) at += Number(value <= bound);
    count += data.length;
  }
  return count === 0 ? 0 : at / count;
}
