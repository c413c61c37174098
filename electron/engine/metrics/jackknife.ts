/**
 * The figures of a ranking with one image left out, for each image: what the acceleration of a BCa interval is made of
 * (Efron 1987). One pass over the ranking a figure, since a left-out image changes every later count by one.
 */
import type { Ranking } from './ranking.ts';

export type Counts = Pick<Ranking, 'positives' | 'negatives' | 'nPositive' | 'nNegative'>;

/** By image: with a positive left out, and with a negative left out. */
export type Jackknife = [positive: Float64Array, negative: Float64Array];

interface Cumulative {
  truePositives: Float64Array;
  falsePositives: Float64Array;
}

function cumulative({ positives, negatives }: Counts): Cumulative {
  let [tp, fp] = [0, 0];
  return {
    truePositives: Float64Array.from(positives, (count) => (tp += count)),
    falsePositives: Float64Array.from(negatives, (count) => (fp += count)),
  };
}

/** One value a distinct score becomes one value an image. */
function expand(values: (at: number) => number, counts: Int32Array, total: number): Float64Array {
  const all = new Float64Array(total);
  let from = 0;
  counts.forEach((count, at) => {
    if (count > 0) all.fill(values(at), from, from + count);
    from += count;
  });
  return all;
}

/** Of `fprAtTpr`: a positive may move the threshold, a negative leaves it. */
export function fprWithoutOne(counts: Counts, target = 0.95): Jackknife {
  const { positives, negatives, nPositive, nNegative } = counts;
  const { truePositives: tp, falsePositives: fp } = cumulative(counts);
  /** First score that reaches the target when a positive at `left` is missing; -1: none is. */
  const reached = (left: number, n: number): number => {
    let [low, high] = [0, tp.length - 1];
    while (low < high) {
      const middle = (low + high) >>> 1;
      const up = tp[middle] - (left >= 0 && middle >= left ? 1 : 0);
      if (up / n >= target) high = middle;
      else low = middle + 1;
    }
    return low;
  };
  const whole = reached(-1, nPositive);
  return [
    expand((j) => fp[reached(j, nPositive - 1)] / nNegative, positives, nPositive),
    expand((j) => (fp[whole] - (j <= whole ? 1 : 0)) / (nNegative - 1), negatives, nNegative),
  ];
}
