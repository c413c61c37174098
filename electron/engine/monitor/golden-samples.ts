/** A few images with what the file answers for them: a deployment that gives the same answers is wired up rightly. */
import type { MonitorCard } from '../../shared/monitor-card.ts';
import type { ScoredPart } from '../pipeline/roles.ts';
import type { SampleRepository } from '../storage/sample-repository.ts';
import type { MonitorRunner } from './run-monitor.ts';

const FROM_EACH = 2;

/** The first accepted images of the first test set and of the first ood set; of whatever was scored if there are none. */
export async function goldenSamples(
  runner: MonitorRunner,
  parts: readonly ScoredPart[],
  { samples, signal }: { samples: SampleRepository; signal?: AbortSignal | undefined },
): Promise<MonitorCard['golden']> {
  const measured = (['test', 'ood'] as const).flatMap((role) => parts.find((part) => part.role === role) ?? []);
  const golden: MonitorCard['golden'] = [];
  for (const { set } of measured.length > 0 ? measured : parts.slice(0, 1)) {
    for (const index of firstIndices(samples, set.id)) {
      const sample = await runner.sample({ set: set.set.name, index }, signal);
      if (sample !== null) golden.push({ set: set.set.name, ...sample });
    }
  }
  return golden;
}

/** The first accepted entries of a set, as many as there are up to two. */
export function firstIndices(samples: SampleRepository, setId: number): number[] {
  const found: number[] = [];
  for (const { indices } of samples.chunkHeads(setId)) {
    found.push(...indices.subarray(0, FROM_EACH - found.length));
    if (found.length === FROM_EACH) break;
  }
  return found;
}
