/** Leaving one image out, against ranking the remaining images afresh; and the BCa interval that is made of it. */
import { describe, expect, it } from 'vitest';
import { bca, bootstrapIntervals, logitBootstrap, REPLICATES, resamples } from '../../../electron/engine/metrics/bootstrap.ts';
import { aupr, fprAtTpr } from '../../../electron/engine/metrics/curves.ts';
import { fprWithoutOne, type Counts } from '../../../electron/engine/metrics/jackknife.ts';
import { rank } from '../../../electron/engine/metrics/ranking.ts';
import { philoxUniform } from '../../../electron/engine/sampling/philox.ts';

/** Scores with many ties when `steps` is small. */
function scores(n: number, { stream, shift, steps }: { stream: number; shift: number; steps: number }): Float64Array {
  return Float64Array.from({ length: n }, (_, i) => Math.round((philoxUniform(3, stream, i) + shift) * steps) / steps);
}

const without = (values: Float64Array, index: number): Float64Array => values.filter((_, i) => i !== index);
/** The order in which a ranking holds the images: best first. */
const descending = (values: Float64Array): Float64Array => values.slice().sort().reverse();

const CASES = [
  { name: 'without ties', m: 23, n: 31, shift: 0.2, steps: 1e9 },
  { name: 'with many ties', m: 40, n: 25, shift: 0.3, steps: 6 },
  { name: 'below chance', m: 20, n: 20, shift: -0.4, steps: 30 },
  { name: 'apart', m: 12, n: 9, shift: 3, steps: 50 },
  { name: 'two of each', m: 2, n: 2, shift: 0, steps: 4 },
];

describe.each(CASES)('leaving one out, $name', ({ m, n, shift, steps }) => {
  const positive = descending(scores(m, { stream: 1, shift, steps }));
  const negative = descending(scores(n, { stream: 2, shift: 0, steps }));
  const twin = (value: (counts: Counts) => number): number[][] => [
    Array.from(positive, (_, i) => value(rank(without(positive, i), negative))),
    Array.from(negative, (_, i) => value(rank(positive, without(negative, i)))),
  ];

  it.each([0.95, 0.5])('the rate at %d is that of the remaining images', (target) => {
    const found = fprWithoutOne(rank(positive, negative), target);
    twin((counts) => fprAtTpr(counts, target)).forEach((side, s) => expect(Array.from(found[s])).toEqual(side));
  });
});

describe('the interval', () => {
  const ranking = rank(scores(80, { stream: 5, shift: 0.25, steps: 1e9 }), scores(60, { stream: 6, shift: 0, steps: 1e9 }));

  /** BCa written out from Efron (1987), with the normal distribution by bisection over a series. */
  function bcaByHand(replicates: number[], estimate: number, jackknife: readonly Float64Array[]): [number, number] {
    const phi = (z: number): number => {
      let [term, sum] = [z, z];
      for (let k = 1; k < 200; k++) sum += term *= (-z * z * (2 * k - 1)) / (2 * k * (2 * k + 1));
      return 0.5 + sum / Math.sqrt(2 * Math.PI);
    };
    const inverse = (p: number): number => {
      let [low, high] = [-6, 6];
      for (let i = 0; i < 80; i++) {
        const middle = (low + high) / 2;
        if (phi(middle) < p) low = middle;
        else high = middle;
      }
      return (low + high) / 2;
    };
    const sorted = replicates.slice().sort((a, b) => a - b);
    const below = sorted.filter((value) => value < estimate - 1e-12).length;
    const ties = sorted.filter((value) => Math.abs(value - estimate) <= 1e-12).length;
    const z0 = inverse((below + ties / 2) / sorted.length);
    let [cubes, squares] = [0, 0];
    for (const values of jackknife) {
      const mean = values.reduce((a, b) => a + b, 0) / values.length;
      for (const value of values) {
        const u = ((values.length - 1) * (mean - value)) / values.length;
        cubes += u ** 3;
        squares += u ** 2;
      }
    }
    const a = cubes / squares ** 1.5 / 6;
    return [0.025, 0.975].map((level) => {
      const z = z0 + inverse(level);
      const at = phi(z0 + z / (1 - a * z)) * (sorted.length - 1);
      const low = Math.floor(at);
      return sorted[low] + (at - low) * (sorted[Math.min(low + 1, sorted.length - 1)] - sorted[low]);
    }) as [number, number];
  }

  const rate = (counts: Counts): number => fprAtTpr(counts, 0.5);
  const RATE = { value: rate, interval: bca((counts) => fprWithoutOne(counts, 0.5)) };
  const AUPR = { value: aupr, interval: logitBootstrap };
  const replicatesOf = (value: (counts: Counts) => number): number[] => {
    const replicates: number[] = [];
    resamples(ranking, 7, (counts) => replicates.push(value(counts)));
    return replicates;
  };

  it('of a rate is bias-corrected and accelerated', () => {
    const replicates = replicatesOf(rate);
    expect(replicates).toHaveLength(REPLICATES);
    const [found] = bootstrapIntervals(ranking, [RATE], 7);
    const wanted = bcaByHand(replicates, rate(ranking), fprWithoutOne(ranking, 0.5));
    expect(found[0]).toBeCloseTo(wanted[0], 9);
    expect(found[1]).toBeCloseTo(wanted[1], 9);
  });

  it('of AUPR is symmetric on the logit scale, as wide as the resamples spread', () => {
    const replicates = replicatesOf(aupr);
    const [[low, high]] = bootstrapIntervals(ranking, [AUPR], 7);
    const logit = (share: number): number => Math.log(share / (1 - share));
    const estimate = aupr(ranking);
    expect((logit(low) + logit(high)) / 2).toBeCloseTo(logit(estimate), 9);
    const mean = replicates.reduce((a, b) => a + b, 0) / REPLICATES;
    const sd = Math.sqrt(replicates.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (REPLICATES - 1));
    expect((logit(high) - logit(low)) / 2).toBeCloseTo((1.959963984540054 * sd) / (estimate * (1 - estimate)), 9);
  });

  it('is percentiles where no image matters, and of a perfect AUPR the bound over the smaller group', () => {
    const apart = rank(Float64Array.of(3, 4, 5), Float64Array.of(0, 1, 2, -1));
    const [flat, perfect] = bootstrapIntervals(apart, [RATE, AUPR], 1);
    expect(flat).toEqual([0, 0]);
    // Three of three: the chance of none missed is 5 % at this share.
    expect(perfect[0] ** 3).toBeCloseTo(0.05, 9);
    expect(perfect[1]).toBe(1);
  });
});
