/**
 * Does a number that needs no network separate an OoD set? Then a detector that reads the same number looks good and is
 * not: sets that differ in how they were saved are the known pitfall of OoD benchmarks (Tack et al. 2020, section 3.1, on
 * resized LSUN and ImageNet).
 */
import { CUES, type CueRow } from '../../shared/hygiene.ts';
import { aurocInterval } from '../metrics/auroc-interval.ts';
import { auroc } from '../metrics/curves.ts';
import { quantile } from '../metrics/quantile.ts';
import { rank } from '../metrics/ranking.ts';
import { concatenate } from '../pipeline/vectors.ts';
import { cueValues, type SetTraces } from './set-traces.ts';

/** From this AUROC on a cue is warned of. */
export const CUE_BOUND = 0.8;

/** A row for each OoD set and each cue that is known of images on both sides. */
export function trivialCues(tests: readonly SetTraces[], oods: readonly SetTraces[]): CueRow[] {
  return oods.flatMap((ood) =>
    CUES.flatMap((cue): CueRow[] => {
      const inside = concatenate(tests.map((test) => cueValues(test, cue)));
      const outside = cueValues(ood, cue);
      if (inside.length === 0 || outside.length === 0) return [];
      const value = auroc(rank(outside, inside));
      const [low, high] = aurocInterval(value, outside, inside);
      const separates = Math.max(value, 1 - value) >= CUE_BOUND && (low > 0.5 || high < 0.5);
      return [
        {
          ood: ood.set.set.name,
          cue,
          nInd: inside.length,
          nOod: outside.length,
          auroc: { value, low, high },
          medianInd: median(inside),
          medianOod: median(outside),
          separates,
        },
      ];
    }),
  );
}

const median = (values: Float64Array): number => quantile(values.slice().sort(), 0.5);
