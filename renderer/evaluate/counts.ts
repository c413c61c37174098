/** How many images of the draft's sets do what. */
import type { DatasetView } from '../../electron/shared/app/views.ts';
import type { Role } from '../../electron/shared/domain.ts';
import { HELD_OUT_SHARE } from '../../electron/shared/hold-out.ts';

/** Images of a set, as far as it has been read. */
export function imagesOf({ facts }: DatasetView): number {
  return facts.state === 'ready' ? facts.value.count : 0;
}

export function countOf(sets: readonly DatasetView[], role: Role): number {
  return sets.filter((set) => set.role === role).reduce((sum, set) => sum + imagesOf(set), 0);
}

/** Images that set the threshold: without a calibrate set, the part of the fit images that is held out. */
export function calibrateCount(sets: readonly DatasetView[]): number {
  const own = countOf(sets, 'calibrate');
  return own > 0 ? own : Math.round(HELD_OUT_SHARE * countOf(sets, 'fit'));
}
