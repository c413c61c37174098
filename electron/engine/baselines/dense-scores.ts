/**
 * Image-level scores from the class scores of every pixel or box: MSP, energy, max logit and GEN at each position, then one
 * number for the image. What the aggregation is stands in the plan; there is no standard one, and none is the default.
 */
import type { Aggregate } from '../../shared/plan.ts';
import { logSumExp } from '../linalg/log-sum-exp.ts';
import { genScores } from './logit-shape.ts';

/** Baselines that read one row of class scores and nothing else: columns of the result. */
export const DENSE_BASELINES = ['msp', 'energy', 'maxlogit', 'gen'] as const;

export interface DenseLayout {
  classes: number;
  /** Class scores of a position stand together, as in [P, C] and [H, W, C]; else as in [C, H, W]. */
  classesLast: boolean;
}

/**
 * @param data class scores of one image: [positions * classes].
 * @returns one score for each of DENSE_BASELINES, higher = more in-distribution; NaN without positions.
 */
export function denseScores(data: Float32Array, { classes, classesLast }: DenseLayout, aggregate: Aggregate): Float64Array {
  const positions = data.length / classes;
  const scores = DENSE_BASELINES.map(() => new Float64Array(positions));
  const [msp, energy, maxLogit, gen] = scores;
  const row = new Float64Array(classes);
  for (let p = 0; p < positions; p++) {
    let most = -Infinity;
    for (let c = 0; c < classes; c++) {
      row[c] = data[classesLast ? p * classes + c : c * positions + p];
      most = Math.max(most, row[c]);
    }
    maxLogit[p] = most;
    energy[p] = logSumExp(row, 0, classes);
    msp[p] = Math.exp(most - energy[p]);
    gen[p] = genScores({ rows: 1, cols: classes, data: row })[0];
  }
  return Float64Array.from(scores, (values) => aggregated(values, aggregate));
}

/** mean over all positions; max: that of the most OoD-like position; top: mean over the most OoD-like share. */
function aggregated(scores: Float64Array, { rule, share }: Aggregate): number {
  if (scores.length === 0) return NaN;
  if (rule === 'max') return scores.reduce((least, score) => Math.min(least, score), Infinity);
  const kept = rule === 'mean' ? scores : scores.sort().subarray(0, Math.ceil(share * scores.length));
  return kept.reduce((sum, score) => sum + score, 0) / kept.length;
}
