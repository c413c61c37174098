import { beforeAll, describe, expect, it } from 'vitest';
import { holm, mcnemarExact, pairedRates } from '../../../electron/engine/metrics/paired.ts';
import { specialFunctions } from '../../../electron/engine/metrics/proportion.ts';

beforeAll(() => specialFunctions);

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
