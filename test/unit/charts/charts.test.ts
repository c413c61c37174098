import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { caughtAt, rocBand } from '../../../electron/engine/metrics/roc-band.ts';
import { auroc } from '../../../electron/engine/metrics/curves.ts';
import { rank, reversed } from '../../../electron/engine/metrics/ranking.ts';
import { niceTicks } from '../../../electron/shared/charts/chart.ts';
import { scoreHistograms } from '../../../electron/shared/charts/histograms.ts';
import { pcaChart } from '../../../electron/shared/charts/pca-sizes.ts';
import { caughtCurve, rocChart } from '../../../electron/shared/charts/roc.ts';
import { stabilityChart } from '../../../electron/shared/charts/seed-stability.ts';
import { formats } from '../../../electron/shared/format.ts';
import type { MetricsRow } from '../../../electron/shared/results.ts';

/** A small seeded generator of its own: normal-looking scores without the product's draws. */
function scores(n: number, centre: number, spread: number, seed: number): Float64Array {
  let state = seed >>> 0;
  const next = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  return Float64Array.from({ length: n }, () => centre + spread * (next() + next() + next() + next() - 2));
}

const few = fc
  .array(fc.integer({ min: -20, max: 20 }), { minLength: 1, maxLength: 40 })
  .map((values) => Float64Array.from(values, (v) => v / 4));
const ind = { name: 'normal', oodIndex: null, scores: scores(1000, -70, 3, 1) };
const near = { name: 'near', oodIndex: 0, scores: scores(800, -74, 6, 2) };
const far = { name: 'far', oodIndex: 1, scores: Float64Array.from([...scores(230, -5000, 900, 3), ...scores(10, -76, 1, 4)]) };
const threshold = { value: -73.9, strict: false };

describe('score histograms', () => {
  const chart = scoreHistograms({ locale: 'en', sets: [ind, near, far], score: 'LaRED score', threshold });

  it('counts every image once, and its alarms as a plain loop does', () => {
    [ind, near, far].forEach(({ scores: all }, i) => {
      const row = chart.rows[i];
      expect(row.counts.reduce((a, b) => a + b, 0) + row.below + row.above).toBe(all.length);
      expect(row.alarms).toBe(all.filter((score) => score < -73.9).length);
      expect(row.peak).toBe(Math.max(...row.counts, row.below, row.above));
      row.counts.forEach((count, k) => {
        const last = k === row.counts.length - 1;
        const inBin = all.filter((s) => s >= chart.edges[k] && (s < chart.edges[k + 1] || (last && s === chart.edges[k + 1])));
        expect(count).toBe(inBin.length);
      });
    });
  });

  it('does not let a set that lies far away squeeze the others, and says what it left outside', () => {
    expect(chart.x.min).toBeGreaterThan(-120);
    expect(chart.rows[2].below).toBe(far.scores.filter((s) => s < chart.x.min).length);
    expect(chart.outside).toContain(`${chart.rows[2].below} of far below`);
    expect(chart.x.min).toBeLessThanOrEqual(-73.9);
    expect(chart.summary).toContain('Threshold −73.900');
  });

  it('stands any scores: equal ones, infinite ones, one image, a threshold that never alarms', () => {
    const value = fc.oneof(fc.double({ noNaN: true, min: -1e12, max: 1e12 }), fc.constant(-Infinity));
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 30 }), fc.oneof(value, fc.constant(-Infinity)), (raw, at) => {
        const set = { name: 'a', oodIndex: null, scores: Float64Array.from(raw) };
        const one = scoreHistograms({ locale: 'fr', sets: [set], score: 's', threshold: { value: at, strict: true } });
        const [row] = one.rows;
        expect(row.counts.reduce((a, b) => a + b, 0) + row.below + row.above).toBe(raw.length);
        expect(one.edges.every((edge, k) => k === 0 || edge > one.edges[k - 1])).toBe(true);
        expect(one.edges.length).toBeLessThan(400);
        expect(row.alarms).toBe(raw.filter((s) => s <= at).length);
      }),
    );
  });
});

describe('ROC as caught against false alarms', () => {
  it('holds every pair of rates that a threshold gives, and the AUROC as its area', () => {
    fc.assert(
      fc.property(few, few, (a, b) => {
        const { x, y } = caughtCurve(a, b);
        let area = 0;
        for (let k = 1; k < x.length; k++) area += ((y[k] + y[k - 1]) / 2) * (x[k] - x[k - 1]);
        expect(area).toBeCloseTo(auroc(rank(a, b)), 12);
        for (const t of new Set([...a, ...b])) {
          const px = a.filter((s) => s <= t).length / a.length;
          const py = b.filter((s) => s <= t).length / b.length;
          const on = x.some((_, k) => k > 0 && between(px, x[k - 1], x[k]) && between(py, y[k - 1], y[k]));
          expect(on).toBe(true);
        }
      }),
    );
  });

  const band = rocBand(ind.scores, near.scores, { seed: 0 });
  const chart = rocChart({ locale: 'en', ind, oods: [near, far], threshold, band: { set: 'near', band } });

  it('marks the operating point with the rates of a plain count', () => {
    const alarms = ind.scores.filter((s) => s < -73.9).length / 10;
    expect(chart.operating).toBeCloseTo(alarms, 10);
    expect(chart.zoom.curves[0].point).toEqual({ x: chart.operating, y: near.scores.filter((s) => s < -73.9).length / 8 });
    expect(chart.table.rows.length).toBeGreaterThan(500);
  });

  it('draws what it left out no further than a thousandth of the panel away', () => {
    const { x, y } = caughtCurve(ind.scores, near.scores);
    for (const { curves, x: axis } of [chart.zoom, chart.full]) {
      const { line } = curves[0];
      expect(line.x.every((value) => value <= axis.max + 1e-9)).toBe(true);
      x.forEach((value, k) => {
        if (100 * value > axis.max) return;
        const closest = Math.min(
          ...line.x.map((lx, i) => Math.max(Math.abs(lx - 100 * value) / axis.max, Math.abs(line.y[i] - 100 * y[k]) / 100)),
        );
        expect(closest).toBeLessThan(1 / 500);
      });
    }
  });

  it('has a band that holds the curve, made of the resampled curves', () => {
    const own = caughtAt(reversed(rank(ind.scores, near.scores)), band.falseAlarms);
    own.forEach((caught, g) => {
      expect(band.low[g]).toBeLessThanOrEqual(caught + 1e-12);
      expect(band.high[g]).toBeGreaterThanOrEqual(caught - 1e-12);
    });
    expect(chart.zoom.band!.x.at(-1)).toBeLessThanOrEqual(12);
    expect(chart.bandText).toContain('400 draws, seed 0');
    // At a wide band's middle the normal approximation of both groups' noise gives about the same width.
    const g = band.falseAlarms.indexOf(0.05);
    const width = band.high[g] - band.low[g];
    expect(width).toBeGreaterThan(2 * 1.96 * Math.sqrt((own[g] * (1 - own[g])) / 800) * 0.9);
    expect(width).toBeLessThan(0.3);
  });

  it('reads the curve at given rates as a search over all thresholds does', () => {
    fc.assert(
      fc.property(few, few, fc.double({ min: 0, max: 1, noNaN: true }), (a, b, at) => {
        const [caught] = caughtAt(reversed(rank(a, b)), [at]);
        const { x, y } = caughtCurve(a, b);
        let expected = 0;
        for (let k = 1; k < x.length; k++) {
          if (x[k] <= at + 1e-12) expected = y[k];
          else if (x[k - 1] <= at)
            expected = Math.max(expected, y[k - 1] + ((at - x[k - 1]) / (x[k] - x[k - 1])) * (y[k] - y[k - 1]));
        }
        expect(caught).toBeCloseTo(expected, 9);
      }),
    );
  });
});

function between(value: number, a: number, b: number): boolean {
  return value >= a - 1e-12 && value <= b + 1e-12;
}

function row(detector: string, pca: number | null, ood: string, value: number): MetricsRow {
  const estimate = { value, low: value - 0.02, high: Math.min(1, value + 0.02) };
  return {
    detector,
    pca,
    ood,
    nInd: 100,
    nOod: 50,
    auroc: estimate,
    auprInd: estimate,
    auprOod: estimate,
    fpr95IndPositive: estimate,
    fpr95OodPositive: estimate,
    threshold: -1,
    alarmRateInd: 0.05,
    alarmRateIndInterval: [0.03, 0.08],
    detectionRateOod: 0.6,
    detectionRateOodInterval: [0.5, 0.7],
  };
}

describe('AUROC against PCA size', () => {
  const metrics = [
    row('lared', 16, 'x', 0.9),
    row('lared', null, 'x', 0.95),
    row('lared', 4, 'x', 0.31),
    row('larem', 4, 'x', 0.7),
    row('msp', null, 'x', 0.8),
  ];

  it('orders sizes, puts "none" last, leaves baselines out, and shows what is below chance', () => {
    const chart = pcaChart(metrics, 'x', 'en')!;
    expect(chart.x.ticks.map(({ label }) => label)).toEqual(['4', '16', 'none']);
    expect(chart.series.map(({ name, points }) => [name, points.map(({ x, value }) => [x, value])])).toEqual([
      [
        'LaRED',
        [
          [0, 0.31],
          [1, 0.9],
          [2, 0.95],
        ],
      ],
      ['LaREM', [[0, 0.7]]],
    ]);
    expect(chart.y.min).toBeCloseTo(0.2, 12);
    expect(chart.summary).toBe('x: LaRED from 0.310 to 0.950, best without PCA; LaREM from 0.700 to 0.700, best with 4.');
    expect(chart.table.rows).toHaveLength(4);
    expect(pcaChart([row('lared', null, 'x', 0.9)], 'x', 'en')).toBeNull();
  });
});

describe('seed stability', () => {
  it('says which sets the seed moves more than the interval', () => {
    const metrics = [row('lared', null, 'a', 0.9), row('lared', null, 'b', 0.9)];
    const base = { detector: 'lared', pca: null, alarmRatesInd: [0.05, 0.05, 0.05], aurocs: [0.9, 0.9, 0.9] };
    const stability = {
      seeds: [0, 1, 2],
      rows: [
        { ...base, ood: 'a', detectionRatesOod: [0.6, 0.45, 0.66] },
        { ...base, ood: 'b', detectionRatesOod: [0.6, 0.58, 0.62] },
      ],
    };
    const chart = stabilityChart({ locale: 'en', stability, metrics, config: { detector: 'lared', pca: null }, ind: 'normal' })!;
    expect(chart.rows.map(({ name, label, wider }) => [name, label, wider])).toEqual([
      ['normal', '5.0\u202f% each time', false],
      ['a', '45.0 to 66.0\u202f%', true],
      ['b', '58.0 to 62.0\u202f%', false],
    ]);
    expect(chart.title).toBe('The same run with 3 seeds, LaRED');
    expect(chart.table.rows[1]).toEqual(['a', 0.6, 0.45, 0.66, 0.5, 0.7]);
  });
});

describe('ticks', () => {
  it('lie inside, at round values, no more than asked for', () => {
    const range = fc.tuple(fc.double({ min: -1e6, max: 1e6, noNaN: true }), fc.double({ min: 1e-3, max: 1e6, noNaN: true }));
    fc.assert(
      fc.property(range, fc.integer({ min: 2, max: 9 }), ([min, span], count) => {
        const ticks = niceTicks({ min, max: min + span }, count, formats('en'));
        expect(ticks.length).toBeLessThanOrEqual(count);
        for (const { value } of ticks) expect(value >= min - span * 1e-6 && value <= min + span * (1 + 1e-6)).toBe(true);
      }),
    );
    expect(niceTicks({ min: 0, max: 12 }, 7, formats('en')).map(({ label }) => label)).toEqual([
      '0',
      '2',
      '4',
      '6',
      '8',
      '10',
      '12',
    ]);
  });
});
