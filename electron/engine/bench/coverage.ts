/**
 * Do intervals hold what they promise? Evaluations of scores whose truth is known (binormal: InD N(d, 1), OoD N(0, 1)) are
 * simulated with seeded draws, and it is counted how often a 95 % interval holds the truth and a bound is kept.
 */
import type { Estimate } from '../../shared/results.ts';
import { evaluatePair } from '../metrics/evaluate.ts';
import { clopperPearsonHigh, normalQuantile, specialFunctions } from '../metrics/proportion.ts';
import { cephes } from '../metrics/special-functions.ts';
import { conformalRank, isAlarm, thresholdOf } from '../metrics/threshold.ts';
import { normals as philoxNormals } from '../sampling/normals.ts';
import { atLeast, benchRow, within, type BenchRow, type Target } from './bench-report.ts';
import type { PartOptions } from './bench-options.ts';

const SIZES = [50, 200, 1000];
const AREAS = [0.8, 0.95, 0.99];
const WANTED = 0.95;
const FALSE_ALARM = 0.05;
const SEED = 1979;
/** Of the streams, so that calibration, InD and OoD scores are independent. */
const STREAM = { ind: 1, ood: 2, calibration: 3 };

/** Standard normal draws [n]. */
export function normals(n: number, stream: number, evaluation: number): Float64Array {
  return philoxNormals(n, { seed: SEED }, { stream, image: evaluation, sample: 0 });
}

export async function coverage({ effort, signal, onStep }: PartOptions): Promise<BenchRow[]> {
  await specialFunctions;
  const { evaluations } = effort;
  // 93 to 97 % is asked of 1,000 evaluations; fewer are too rough for a verdict.
  const judged = (target: Target): Target | null => (evaluations >= 1000 ? target : null);
  const rows: BenchRow[] = [];
  for (const n of SIZES) {
    for (const area of AREAS) {
      signal?.throwIfAborted();
      onStep(`coverage of intervals, ${n} images a side, AUROC ${area}`);
      const held = intervalsHeld({ n, area, evaluations });
      for (const [figure, count] of Object.entries(held)) {
        rows.push(
          share(`coverage.${figure}.${n}.${area}`, `95 % interval of ${figure} holds the truth, n ${n}, AUROC ${area}`, {
            count,
            evaluations,
            target: judged(within(0.93, 0.97)),
          }),
        );
      }
    }
    rows.push(...conformalRows(n, evaluations, judged));
  }
  return rows;
}

/**
 * True figures of the binormal pair whose AUROC is `area`, with as many images on either side: both FPR@95 and both AUPR are
 * the same, for the spreads are equal.
 */
export function truthOf(area: number): { shift: number; fpr: number; aupr: number } {
  const shift = Math.SQRT2 * normalQuantile(area);
  return { shift, fpr: cephes.ndtr(normalQuantile(0.95) - shift), aupr: auprOf(shift) };
}

/** ∫ precision d recall by the midpoint rule over the threshold; beyond nine standard deviations there is nothing. */
function auprOf(shift: number): number {
  const [from, to, steps] = [-9, 9 + shift, 20_000];
  const at = (step: number): number => from + ((to - from) * step) / steps;
  let area = 0;
  for (let step = 0; step < steps; step++) {
    const [up, down] = [cephes.ndtr(shift - at(step + 0.5)), cephes.ndtr(-at(step + 0.5))];
    area += (up / (up + down)) * (cephes.ndtr(shift - at(step)) - cephes.ndtr(shift - at(step + 1)));
  }
  return area;
}

/** In how many evaluations the interval of each figure holds its truth. */
export function intervalsHeld({
  n,
  area,
  evaluations,
}: {
  n: number;
  area: number;
  evaluations: number;
}): Record<string, number> {
  const { shift, fpr, aupr } = truthOf(area);
  const held = {
    AUROC: 0,
    'AUPR, InD positive': 0,
    'AUPR, OoD positive': 0,
    'FPR@95, InD positive': 0,
    'FPR@95, OoD positive': 0,
  };
  const holds = ({ low, high }: Estimate, truth: number): number => Number(low <= truth && truth <= high);
  for (let e = 0; e < evaluations; e++) {
    const ind = normals(n, STREAM.ind, e).map((value) => value + shift);
    const figures = evaluatePair(ind, normals(n, STREAM.ood, e), { seed: e });
    held.AUROC += holds(figures.auroc, area);
    held['AUPR, InD positive'] += holds(figures.auprInd, aupr);
    held['AUPR, OoD positive'] += holds(figures.auprOod, aupr);
    held['FPR@95, InD positive'] += holds(figures.fpr95IndPositive, fpr);
    held['FPR@95, OoD positive'] += holds(figures.fpr95OodPositive, fpr);
  }
  return held;
}

/** The conformal promise, and the one-sided bound that verdicts rest on. */
export function conformalHeld(n: number, evaluations: number): { notAlarmed: number; bounded: number } {
  let [notAlarmed, bounded] = [0, 0];
  for (let e = 0; e < evaluations; e++) {
    const threshold = thresholdOf(normals(n, STREAM.calibration, e), { rule: 'conformal', falseAlarm: FALSE_ALARM });
    const realised = cephes.ndtr(threshold.value);
    const alarms = normals(n, STREAM.ind, e).reduce((sum, score) => sum + Number(isAlarm(score, threshold)), 0);
    notAlarmed += 1 - realised;
    bounded += Number(realised <= clopperPearsonHigh(alarms, n, WANTED));
  }
  return { notAlarmed, bounded };
}

function conformalRows(n: number, evaluations: number, judged: (target: Target) => Target | null): BenchRow[] {
  const { notAlarmed, bounded } = conformalHeld(n, evaluations);
  const rank = conformalRank(n, FALSE_ALARM);
  // The law of the realised rate is Beta(k, n + 1 - k): its mean over this many draws is known to three standard errors.
  const p = rank / (n + 1);
  const slack = 3 * Math.sqrt((p * (1 - p)) / (n + 2) / evaluations);
  return [
    share(`coverage.conformal.${n}`, `new InD images that raise no alarm, conformal threshold at 5 % from ${n} scores`, {
      count: notAlarmed,
      evaluations,
      target: judged(atLeast(1 - FALSE_ALARM - slack)),
    }),
    share(`coverage.bound.${n}`, `one-sided 95 % bound of the false-alarm rate is kept, n ${n}`, {
      count: bounded,
      evaluations,
      target: judged(atLeast(WANTED)),
    }),
  ];
}

function share(
  id: string,
  what: string,
  { count, evaluations, target }: { count: number; evaluations: number; target: Target | null },
): BenchRow {
  return benchRow({
    id,
    what,
    measured: count / evaluations,
    unit: 'share',
    target,
    note: `${evaluations} simulated evaluations`,
  });
}
