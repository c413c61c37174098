/**
 * Scores of two groups merged into runs of equal values, best first. Every curve and rate is read from it, so ties are
 * exact: equal scores always stand or fall together (NUMERICS section 7).
 */
import { AppError } from '../../shared/errors.ts';

export interface Ranking {
  /** Distinct scores, descending. */
  values: Float64Array;
  /** How many positives, and negatives, have each of them. */
  positives: Int32Array;
  negatives: Int32Array;
  nPositive: number;
  nNegative: number;
}

/** Throws E_INPUT when a group is empty or holds NaN. */
export function rank(positive: Float64Array, negative: Float64Array): Ranking {
  const up = sorted(positive, 'in-distribution');
  const down = sorted(negative, 'out-of-distribution');
  const values = new Float64Array(up.length + down.length);
  const positives = new Int32Array(values.length);
  const negatives = new Int32Array(values.length);
  let i = up.length - 1;
  let j = down.length - 1;
  let count = 0;
  for (; i >= 0 || j >= 0; count++) {
    const value = Math.max(i >= 0 ? up[i] : -Infinity, j >= 0 ? down[j] : -Infinity);
    values[count] = value;
    for (; i >= 0 && up[i] === value; i--) positives[count]++;
    for (; j >= 0 && down[j] === value; j--) negatives[count]++;
  }
  return {
    values: values.subarray(0, count),
    positives: positives.subarray(0, count),
    negatives: negatives.subarray(0, count),
    nPositive: up.length,
    nNegative: down.length,
  };
}

/** The same scores seen from the other side: negatives become the positive class, and scores are negated. */
export function reversed(ranking: Ranking): Ranking {
  return {
    values: ranking.values.map((value) => -value).reverse(),
    positives: Int32Array.from(ranking.negatives).reverse(),
    negatives: Int32Array.from(ranking.positives).reverse(),
    nPositive: ranking.nNegative,
    nNegative: ranking.nPositive,
  };
}

function sorted(scores: Float64Array, who: string): Float64Array {
  if (scores.length === 0) {
    throw new AppError('E_INPUT', `There are no ${who} scores to compare.`, { next: 'Add images to that set.' });
  }
  if (scores.some((score) => Number.isNaN(score))) {
    throw new AppError('E_INPUT', `The ${who} scores hold NaN.`, { next: 'Leave out the images whose score is not a number.' });
  }
  // + 0 turns -0 into 0: they are the same score.
  return scores.map((score) => score + 0).sort();
}
