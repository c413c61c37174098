/**
 * Who does what in an evaluation: the rows detectors are fitted on, the parts that are scored, and where the threshold
 * comes from. Without a calibrate set a seeded part of the fit images is held out for it, and the results say so.
 */
import type { ModelWarning, Role } from '../../shared/domain.ts';
import { AppError } from '../../shared/errors.ts';
import type { Plan } from '../../shared/plan.ts';
import { HELD_OUT_SHARE } from '../../shared/hold-out.ts';
import type { CalibrationResult } from '../../shared/results.ts';
import { conformalRank } from '../metrics/threshold.ts';
import type { FitRows } from './fit-stage.ts';
import type { SampledSet } from './sampled-set.ts';
import { heldOut, setAside } from './split.ts';
import { concatenate } from './vectors.ts';

/** A set, or the held-out part of a fit set, that gets scores. */
export interface ScoredPart {
  set: SampledSet;
  role: Role;
  /** By accepted row of the set, 1 = belongs to the part; null: all. */
  keep: Uint8Array | null;
  /** Names the part for the content key. */
  split: unknown;
}

export interface Roles {
  sets: SampledSet[];
  fit: FitRows;
  parts: ScoredPart[];
  calibration: CalibrationResult;
  warnings: ModelWarning[];
}

/** Throws E_DATASET when a role that is needed holds no usable image. */
export function planRoles(plan: Plan, sets: SampledSet[], { sealed = false }: { sealed?: boolean } = {}): Roles {
  const withRole = (role: Role): SampledSet[] => sets.filter(({ set }) => set.role === role);
  const fitSets = withRole('fit');
  for (const { set, count, rejected } of sets) {
    if (count > 0) continue;
    throw new AppError(
      'E_DATASET',
      `Every image of "${set.name}" was rejected, the first because: ${rejected[0]?.reason ?? 'it is empty'}.`,
      {
        next: 'Mend the images, or take the set out of the plan.',
      },
    );
  }
  const calibrate = withRole('calibrate');
  const whole = (['calibrate', 'select', 'test', 'ood'] as const).flatMap((role) =>
    withRole(role).map((set): ScoredPart => ({ set, role, keep: null, split: null })),
  );
  const unsealed = plan.selection.rule === 'split' ? whole.flatMap((part, i) => splitForSelection(part, plan, i)) : whole;
  const measured = sealed ? unsealed.filter(({ role }) => role !== 'test' && role !== 'ood') : unsealed;
  const held = calibrate.length > 0 ? null : splitFit(fitSets, plan.sampling.seed);
  const calibration: CalibrationResult = {
    source: held === null ? 'calibrate sets' : 'held out of the fit sets',
    count: held === null ? calibrate.reduce((sum, set) => sum + set.count, 0) : held.marks.reduce((a, b) => a + b, 0),
    heldOutShare: held === null ? null : HELD_OUT_SHARE,
  };
  return {
    sets,
    fit: {
      setIds: fitSets.map(({ id }) => id),
      keys: fitSets.map(({ key }) => key),
      heldOut: held?.marks ?? null,
      split: held?.split ?? null,
    },
    parts: [...(held?.parts ?? []), ...measured],
    calibration,
    warnings: roleWarnings(plan, sets, calibration),
  };
}

function splitFit(fitSets: readonly SampledSet[], seed: number): { marks: Uint8Array; parts: ScoredPart[]; split: unknown } {
  const total = fitSets.reduce((sum, set) => sum + set.count, 0);
  const marks = heldOut(total, seed);
  const split = { seed, share: HELD_OUT_SHARE, sets: fitSets.map(({ key }) => key) };
  let from = 0;
  const parts = fitSets.map((set): ScoredPart => {
    const keep = marks.subarray(from, from + set.count);
    from += set.count;
    return { set, role: 'calibrate', keep, split };
  });
  return { marks, parts, split };
}

/** A seeded share of a test or OoD set stands in front of the rest as a select set of its own. */
function splitForSelection(part: ScoredPart, { selection: { share }, sampling: { seed } }: Plan, of: number): ScoredPart[] {
  const { set, role } = part;
  if (role !== 'test' && role !== 'ood') return [part];
  const marks = setAside(set.count, { seed, share, of });
  const aside = marks.reduce((sum, mark) => sum + mark, 0);
  if (aside === 0 || aside === set.count) {
    throw new AppError('E_DATASET', `"${set.set.name}" has ${set.count} images: a share of ${share} cannot be set aside.`, {
      next: 'Change selection.share, or add images to the set.',
    });
  }
  const select = { ...set.set, name: `${set.set.name} (select)`, role: 'select', side: role === 'ood' ? 'ood' : 'ind' } as const;
  const split = (kept: string): unknown => ({ seed, share, of, kept });
  return [
    { set: { ...set, set: select }, role: 'select', keep: marks, split: split('select') },
    { ...part, keep: marks.map((mark) => 1 - mark), split: split('rest') },
  ];
}

/** The scores that set the threshold. @param scores by set name. */
export function calibrationScores({ parts }: Roles, scores: ReadonlyMap<string, Float64Array>): Float64Array {
  return concatenate(parts.filter(({ role }) => role === 'calibrate').map(({ set }) => scores.get(set.set.name)!));
}

function roleWarnings(plan: Plan, sets: readonly SampledSet[], calibration: CalibrationResult): ModelWarning[] {
  const warnings: ModelWarning[] = [];
  for (const { set, count, rejected, missing } of sets) {
    for (const { at, reason } of missing ?? []) {
      warnings.push({ code: 'LISTED_IMAGES_MISSING', message: `${set.name}, ${at}: ${reason}. They took no part.` });
    }
    if (rejected.length === 0) continue;
    warnings.push({
      code: 'REJECTED_IMAGES',
      message: `${set.name}: ${rejected.length} of ${count + rejected.length} images were rejected; results.json lists them with reasons.`,
    });
  }
  const { rule, falseAlarm } = plan.threshold;
  if (rule === 'conformal' && conformalRank(calibration.count, falseAlarm) === 0) {
    warnings.push({
      code: 'CALIBRATION_TOO_SMALL',
      message: `${calibration.count} calibration images cannot hold a false-alarm rate of ${falseAlarm}: at least ${Math.ceil(1 / falseAlarm) - 1} are needed. No alarm is ever raised.`,
    });
  }
  if (calibration.heldOutShare !== null) {
    warnings.push({
      code: 'CALIBRATION_HELD_OUT',
      message: `The plan has no calibrate set: ${calibration.count} of the fit images (${100 * calibration.heldOutShare} %) were held out to set the threshold and took no part in the fit.`,
    });
  }
  return warnings;
}
