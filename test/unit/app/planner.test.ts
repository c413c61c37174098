/** What the planner says could be claimed, against draws of what it speaks of. */
import { describe, expect, it } from 'vitest';
import { claim } from '../../../electron/engine/app/planner.ts';
import { fillUniforms } from '../../../electron/engine/sampling/philox.ts';

const TRIALS = 2000;

function uniforms(count: number, sample: number): Float32Array {
  const out = new Float32Array(count);
  fillUniforms(out, { seed: 11 }, { stream: 0, image: 0, sample });
  return out;
}

const share = (hits: number): number => hits / TRIALS;

describe('planner', () => {
  it.each([
    [0.8, 200, 100],
    [0.95, 150, 150],
    [0.98, 300, 80],
  ])('an AUROC of %f with %i and %i images: the interval holds what would be measured', (value, ind, ood) => {
    // Exponential scores, for which Hanley and McNeil's variance is exact: P(X > Y) = value for rates 1 - value and value.
    const { low, high, bound } = claim({ figure: 'auroc', value, ind, ood });
    let within = 0;
    let above = 0;
    for (let trial = 0; trial < TRIALS; trial++) {
      const drawn = uniforms(ind + ood, trial);
      const x = Array.from(drawn.subarray(0, ind), (u) => -Math.log(1 - u) / (1 - value));
      const y = Array.from(drawn.subarray(ind), (u) => -Math.log(1 - u) / value);
      let wins = 0;
      for (const a of x) for (const b of y) wins += Number(a > b);
      const measured = wins / (ind * ood);
      within += Number(measured >= low && measured <= high);
      above += Number(measured >= bound);
    }
    expect(share(within)).toBeGreaterThan(0.92);
    expect(share(within)).toBeLessThan(0.98);
    expect(share(above)).toBeGreaterThan(0.92);
    expect(bound).toBeGreaterThan(low);
  });

  it('a rate: both ends leave at most 2.5 % of the binomial law outside, and the bound 5 %', () => {
    const of = 120;
    const k = 6;
    const { low, high, bound } = claim({ figure: 'rate', value: k / of, of, side: 'most' });
    const atMost = (p: number, count: number): number => {
      let [term, sum] = [(1 - p) ** of, 0];
      for (let i = 0; i <= count; i++) {
        sum += term;
        term *= ((of - i) / (i + 1)) * (p / (1 - p));
      }
      return sum;
    };
    expect(atMost(high, k)).toBeCloseTo(0.025, 9);
    expect(1 - atMost(low, k - 1)).toBeCloseTo(0.025, 9);
    expect(atMost(bound, k)).toBeCloseTo(0.05, 9);
  });

  it('a conformal threshold: its real false-alarm rate lies below the bound in 95 % of the draws', () => {
    const { low, high, bound } = claim({ figure: 'conformal', falseAlarm: 0.05, of: 199 });
    let below = 0;
    let within = 0;
    for (let trial = 0; trial < TRIALS; trial++) {
      // Scores that are uniform: the real rate of a threshold is the threshold itself.
      const threshold = uniforms(199, trial).sort()[Math.floor(0.05 * 200) - 1];
      below += Number(threshold <= bound);
      within += Number(threshold >= low && threshold <= high);
    }
    expect(share(below)).toBeGreaterThan(0.935);
    expect(share(below)).toBeLessThan(0.965);
    expect(share(within)).toBeGreaterThan(0.935);
  });

  it('perfect separation and no images', () => {
    expect(claim({ figure: 'auroc', value: 1, ind: 100, ood: 50 })).toMatchObject({ high: 1 });
    expect(() => claim({ figure: 'auroc', value: 0.9, ind: 0, ood: 50 })).toThrow('no images');
  });
});
