/** How many images of the draft's sets do what. */
import type { DatasetView } from '../../electron/shared/app/views.ts';
import type { Role } from '../../electron/shared/domain.ts';

/** Images of a set, as far as it has been read. */
export function imagesOf({ facts }: DatasetView): number {
  return facts.state === 'ready' ? facts.value.count : 0;
}

export function countOf(sets: readonly DatasetView[], role: Role): number {
  return sets.filter((set) => set.role === role).reduce((sum, set) => sum + imagesOf(set), 0);
}

/** Without a calibrate set a fifth of the fit images is held out (engine/pipeline/split.ts). */
export function calibrateCount(sets: readonly DatasetView[]): number {
  const own = countOf(sets, 'calibrate');
  return own > 0 ? own : Math.round(0.2 * countOf(sets, 'fit'));
}
