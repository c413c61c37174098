/**
 * A quick look at how well LaRED on these entropies tells two small groups apart: in-distribution rows are scored by the
 * density of the others (leave-one-out), the rest by the density of all. For choosing a hook; no figure of a report.
 */
import { aurocInterval } from '../metrics/auroc-interval.ts';
import { auroc } from '../metrics/curves.ts';
import { rank } from '../metrics/ranking.ts';
import { logSumExp } from '../linalg/log-sum-exp.ts';
import type { Matrix } from '../linalg/matrix.ts';
import type { Estimate } from '../../shared/results.ts';

/** @param ind [n, D], n >= 2. @param ood [m, D], m >= 1; both finite. */
export function quickSeparability(ind: Matrix, ood: Matrix): Estimate {
  const { inside, outside } = quickScores(ind, [ood]);
  const value = auroc(rank(inside, outside[0]));
  const [low, high] = aurocInterval(value, inside, outside[0]);
  return { value, low, high };
}

/** Scores of in-distribution rows, each by the others, and of the rows of every other group. */
export function quickScores(ind: Matrix, groups: readonly Matrix[]): { inside: Float64Array; outside: Float64Array[] } {
  return {
    inside: Float64Array.from({ length: ind.rows }, (_, r) => logDensity(ind, ind, { row: r, without: r })),
    outside: groups.map((rows) =>
      Float64Array.from({ length: rows.rows }, (_, r) => logDensity(ind, rows, { row: r, without: -1 })),
    ),
  };
}

/** ln mean exp(-|t - x|²/2) but for a constant that all rows share. */
function logDensity(train: Matrix, rows: Matrix, { row, without }: { row: number; without: number }): number {
  const { cols } = train;
  const terms: number[] = [];
  for (let i = 0; i < train.rows; i++) {
    if (i === without) continue;
    let square = 0;
    for (let j = 0; j < cols; j++) square += (rows.data[row * cols + j] - train.data[i * cols + j]) ** 2;
    terms.push(-square / 2);
  }
  return logSumExp(terms) - Math.log(terms.length);
}
