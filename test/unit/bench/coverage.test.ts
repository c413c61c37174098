/** A small version of the coverage study: `oodlab bench --only coverage` is the whole one. */
import { describe, expect, it } from 'vitest';
import { conformalHeld, intervalsHeld, normals, truthOf } from '../../../electron/engine/bench/coverage.ts';
import { delongVariance, normalInterval } from '../../../electron/engine/metrics/auroc-interval.ts';
import { aupr, auroc } from '../../../electron/engine/metrics/curves.ts';
import { rank, reversed } from '../../../electron/engine/metrics/ranking.ts';

describe('the coverage study', () => {
  it('knows the truth: figures of a very large sample come near it', () => {
    const { shift, fpr, aupr: area } = truthOf(0.9);
    const n = 200_000;
    const ind = normals(n, 1, 0).map((value) => value + shift);
    const ood = normals(n, 2, 0);
    expect(auroc(rank(ind, ood))).toBeCloseTo(0.9, 2);
    expect(aupr(rank(ind, ood))).toBeCloseTo(area, 2);
    expect(aupr(reversed(rank(ind, ood)))).toBeCloseTo(area, 2);
    const threshold = ind.slice().sort()[Math.floor(0.05 * n)];
    expect(ood.filter((value) => value >= threshold).length / n).toBeCloseTo(fpr, 2);
  });

  it('finds intervals of 50 images near AUROC 0.99 that hold, where A ± z·se does not', () => {
    const evaluations = 200;
    const held = intervalsHeld({ n: 50, area: 0.99, evaluations });
    // 95 % minus three standard errors of 200 evaluations.
    for (const [figure, count] of Object.entries(held)) expect(count / evaluations, figure).toBeGreaterThan(0.903);
    const { shift } = truthOf(0.99);
    let plain = 0;
    for (let e = 0; e < evaluations; e++) {
      const ind = normals(50, 1, e).map((value) => value + shift);
      const ood = normals(50, 2, e);
      const [low, high] = normalInterval(auroc(rank(ind, ood)), delongVariance(ind, ood));
      plain += Number(low <= 0.99 && 0.99 <= high);
    }
    expect(plain / evaluations).toBeLessThan(0.9);
  });

  it('finds the conformal promise and the one-sided bound kept', () => {
    const { notAlarmed, bounded } = conformalHeld(200, 300);
    expect(notAlarmed / 300).toBeGreaterThan(0.95 - 0.003);
    expect(bounded / 300).toBeGreaterThan(0.95);
  });
});
