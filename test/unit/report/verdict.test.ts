import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judge } from '../../../electron/engine/report/verdict.ts';
import { requirementSchema, type Requirement } from '../../../electron/shared/report-fields.ts';

const threshold = { rule: 'conformal' as const, value: 0, strict: false };
const requirement = (change: Partial<Requirement>): Requirement =>
  requirementSchema.parse({ id: 'R', text: 't', metric: 'false-alarm-rate', bound: 0.1, ...change });
/** k alarms (score -1) among n. */
const alarms = (k: number, n: number): Float64Array => Float64Array.from({ length: n }, (_, i) => (i < k ? -1 : 1));

/** P(X <= k) of n trials, summed term by term in logarithms. */
function binomialAtMost(k: number, n: number, p: number): number {
  let sum = 0;
  let log = n * Math.log1p(-p);
  for (let i = 0; i <= k; i++) {
    sum += Math.exp(log);
    log += Math.log((n - i) / (i + 1)) + Math.log(p / (1 - p));
  }
  return sum;
}

describe('verdicts', () => {
  it('decide as the exact binomial test does, on both sides, for every count', () => {
    const cases = fc.record({
      n: fc.integer({ min: 1, max: 120 }),
      share: fc.double({ min: 0, max: 1, noNaN: true }),
      bound: fc.double({ min: 0.02, max: 0.98, noNaN: true }),
      confidence: fc.constantFrom(0.8, 0.9, 0.95, 0.99),
    });
    fc.assert(
      fc.property(cases, ({ n, share, bound, confidence }) => {
        const k = Math.round(share * n);
        const alpha = 1 - confidence;
        // "At most": the rate is shown to be below the bound when so few alarms are improbable at the bound itself.
        const few = binomialAtMost(k, n, bound);
        const many = k === 0 ? 1 : 1 - binomialAtMost(k - 1, n, bound);
        if (Math.abs(few - alpha) < 1e-9 || Math.abs(many - alpha) < 1e-9) return;
        const most = judge(requirement({ bound, confidence }), { threshold, ind: alarms(k, n), ood: new Map() });
        expect(most.verdict).toBe(k < n && few <= alpha ? 'pass' : k > 0 && many < alpha ? 'fail' : 'inconclusive');
        const least = judge(requirement({ metric: 'detection-rate', set: 'x', bound, confidence }), {
          threshold,
          ind: alarms(0, 1),
          ood: new Map([['x', alarms(k, n)]]),
        });
        expect(least.verdict).toBe(k > 0 && many <= alpha ? 'pass' : k < n && few < alpha ? 'fail' : 'inconclusive');
        const miss = judge(requirement({ metric: 'miss-rate', set: 'x', bound: 1 - bound, confidence }), {
          threshold,
          ind: alarms(0, 1),
          ood: new Map([['x', alarms(k, n)]]),
        });
        expect(miss.verdict).toBe(least.verdict);
        expect(miss.found).toBeCloseTo(1 - least.found, 12);
      }),
      { numRuns: 400 },
    );
  });

  it('says how many images would decide, and no number where none would', () => {
    const open = judge(requirement({ bound: 0.08 }), { threshold, ind: alarms(72, 1000), ood: new Map() });
    expect(open.verdict).toBe('inconclusive');
    const n = open.needed!;
    expect(binomialAtMost(Math.round(0.072 * n), n, 0.08)).toBeLessThanOrEqual(0.05);
    const fewer = Math.floor(n * 0.93);
    expect(binomialAtMost(Math.round(0.072 * fewer), fewer, 0.08)).toBeGreaterThan(0.05);
    expect(judge(requirement({ bound: 0.072 }), { threshold, ind: alarms(72, 1000), ood: new Map() }).needed).toBeNull();
  });

  it('bounds an AUROC by DeLong on the logit scale, and a perfect one by its smaller group', () => {
    const ind = Float64Array.from([1, 2, 3, 4, 5, 6, 7, 8]);
    const ood = Float64Array.from([0, 1.5, 2.5, -1, -2, -3]);
    // Placements by hand: share of the other group that each score beats.
    const v10 = Array.from(ind, (a) => ood.reduce((sum, b) => sum + (a > b ? 1 : a === b ? 0.5 : 0), 0) / ood.length);
    const v01 = Array.from(ood, (b) => ind.reduce((sum, a) => sum + (a > b ? 1 : a === b ? 0.5 : 0), 0) / ind.length);
    const mean = (v: number[]): number => v.reduce((a, b) => a + b, 0) / v.length;
    const variance = (v: number[]): number => v.reduce((sum, x) => sum + (x - mean(v)) ** 2, 0) / (v.length - 1);
    const area = mean(v10);
    const se = Math.sqrt(variance(v10) / v10.length + variance(v01) / v01.length);
    const low = 1 / (1 + Math.exp(-(Math.log(area / (1 - area)) - (1.6448536269514722 * se) / (area * (1 - area)))));
    const evidence = { threshold, ind, ood: new Map([['x', ood]]) };
    const auroc = (bound: number) => judge(requirement({ metric: 'auroc', set: 'x', bound }), evidence);
    expect(auroc(low - 1e-9).verdict).toBe('pass');
    expect(auroc(low + 1e-9).verdict).toBe('inconclusive');
    expect(auroc(0.9999).verdict).toBe('fail');
    expect(auroc(0.5).bound).toBeCloseTo(low, 12);
    const perfect = { threshold, ind, ood: new Map([['x', Float64Array.from([-1, -2])]]) };
    expect(judge(requirement({ metric: 'auroc', set: 'x', bound: 0.9 }), perfect).bound).toBeCloseTo(Math.sqrt(0.05), 12);
  });

  it('names the sets that were measured when a requirement names another', () => {
    const evidence = { threshold, ind: alarms(1, 10), ood: new Map([['fog', alarms(1, 10)]]) };
    expect(() => judge(requirement({ metric: 'detection-rate', set: 'rain' }), evidence)).toThrow(
      '"rain", which was not measured',
    );
    expect(() => judge(requirement({ metric: 'detection-rate' }), evidence)).toThrow('names no OoD set');
  });
});
