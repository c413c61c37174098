import { describe, expect, it } from 'vitest';
import { normals } from '../../../electron/engine/bench/coverage.ts';
import {
  delongPaired,
  delongParts,
  differenceOverDraws,
  holm,
  mcnemarExact,
  meanArea,
  meanDelongDifference,
  meanDelongVariance,
  pairedRates,
  type PairedScores,
} from '../../../electron/engine/metrics/paired.ts';

const LOG_FACTORIALS = [0];
for (let i = 1; i <= 60; i++) LOG_FACTORIALS.push(LOG_FACTORIALS[i - 1] + Math.log(i));

/** Probability of b, c and n - b - c images in the three cells. */
function multinomial(b: number, c: number, n: number, [pb, pc]: [number, number]): number {
  const rest = n - b - c;
  const ways = LOG_FACTORIALS[n] - LOG_FACTORIALS[b] - LOG_FACTORIALS[c] - LOG_FACTORIALS[rest];
  return Math.exp(ways + b * Math.log(pb) + c * Math.log(pc) + rest * Math.log(1 - pb - pc));
}

describe('paired alarm rates', () => {
  it.each([
    [0.1, 0.1],
    [0.25, 0.05],
    [0.3, 0.3],
  ])('the interval holds the true difference of %d and %d in 93 to 99.5 %% of all outcomes', (pb, pc) => {
    const n = 60;
    let covered = 0;
    for (let b = 0; b <= n; b++) {
      for (let c = 0; c <= n - b; c++) {
        const { low, high } = pairedRates(b, c, n);
        if (low <= pb - pc && pb - pc <= high) covered += multinomial(b, c, n, [pb, pc]);
      }
    }
    expect(covered).toBeGreaterThan(0.93);
    expect(covered).toBeLessThan(0.995);
  });

  it('has a width where no image differs, and is mirrored when the detectors change places', () => {
    const none = pairedRates(0, 0, 50);
    expect(none).toMatchObject({ difference: 0, p: 1 });
    expect(none.high).toBeGreaterThan(0.01);
    const [one, other] = [pairedRates(9, 2, 50), pairedRates(2, 9, 50)];
    expect(other.difference).toBe(-one.difference);
    expect(other.low).toBeCloseTo(-one.high, 14);
    expect(other.p).toBe(one.p);
  });

  it('is the binomial sum', () => {
    expect(mcnemarExact(3, 7)).toBeCloseTo((2 * (1 + 10 + 45 + 120)) / 1024, 14);
  });
});

describe('Holm', () => {
  it('leaves a comparison without a p-value out of the count', () => {
    expect(holm([0.01, NaN, 0.04])).toEqual([0.02, NaN, 0.04]);
  });
});

describe('differences over draws', () => {
  const normal = (stream: number, n: number): Float64Array => normals(n, stream, 1);
  const pairOf = (k: number): PairedScores => {
    const [ind, ood] = [normal(100, 40), normal(101, 60)];
    const noisy = (values: Float64Array, stream: number, shift: number): Float64Array =>
      values.map((value, i) => value + shift + normal(stream, values.length)[i] / 2);
    return {
      positive: [noisy(ind, 10 * k, 1.5), noisy(ind, 10 * k + 1, 1)],
      negative: [noisy(ood, 10 * k + 2, 0), noisy(ood, 10 * k + 3, 0)],
    };
  };

  it('of one pair are the paired DeLong test', () => {
    const one = pairOf(1);
    const { difference, low, high, p } = delongPaired(one);
    const found = differenceOverDraws([one]);
    expect(found.difference).toBe(difference);
    for (const [value, wanted] of [
      [found.low, low],
      [found.high, high],
      [found.p, p],
    ])
      expect(value).toBeCloseTo(wanted, 12);
  });

  it('add the spread between draws to the variance of the images, which more draws do not lessen', () => {
    const pairs = [1, 2, 3, 4].map(pairOf);
    const each = pairs.map(delongPaired);
    const images = each.map(({ low, high }) => ((high - low) / 2 / 1.959963984540054) ** 2);
    const mean = (values: number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
    const centre = mean(each.map(({ difference }) => difference));
    const between = each.reduce((sum, { difference }) => sum + (difference - centre) ** 2, 0) / 3 / 4;
    const found = differenceOverDraws(pairs);
    expect(found.difference).toBeCloseTo(centre, 12);
    expect(found.high - found.low).toBeCloseTo(2 * 1.959963984540054 * Math.sqrt(mean(images) + between), 10);
    const again = differenceOverDraws([1, 1, 1, 1].map(pairOf));
    expect(again.high - again.low).toBeCloseTo(each[0].high - each[0].low, 12);
  });

  it('are certain where both ways rank alike', () => {
    const [positive, negative] = [Float64Array.of(1, 2, 3), Float64Array.of(0, 1.5, 2.5)];
    const same: PairedScores = { positive: [positive, positive], negative: [negative, negative] };
    expect(differenceOverDraws([same, same])).toEqual({ difference: 0, low: 0, high: 0, p: 1 });
  });
});

describe('mean AUROC over several OoD sets against the same images', () => {
  const draws = Array.from({ length: 400 }, (_, trial) => {
    const scores = normals(60 + 40 + 25, 77, trial);
    const [ind, near, far] = [scores.slice(0, 60), scores.slice(60, 100), scores.slice(100)];
    const parts = [near.map((value) => value - 1), far.map((value) => value - 2)].map((ood) => delongParts(ind, ood));
    return { ind, near, parts, area: meanArea(parts), variance: meanDelongVariance(parts) };
  });

  it('has the variance that repeated draws show', () => {
    const mean = draws.reduce((sum, { area }) => sum + area, 0) / draws.length;
    const seen = draws.reduce((sum, { area }) => sum + (area - mean) ** 2, 0) / (draws.length - 1);
    const said = draws.reduce((sum, { variance }) => sum + variance, 0) / draws.length;
    // Standard error of a variance over 400 draws: 7 %.
    expect(said / seen).toBeGreaterThan(0.8);
    expect(said / seen).toBeLessThan(1.25);
  });

  it('with one set is the paired test of DeLong', () => {
    const [{ ind, near }, other] = draws;
    const pair: PairedScores = { positive: [ind, other.ind], negative: [near, other.near] };
    expect(meanDelongDifference([delongParts(ind, near)], [delongParts(other.ind, other.near)])).toEqual(delongPaired(pair));
  });
});
