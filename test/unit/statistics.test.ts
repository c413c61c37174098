/** The tests between detectors: against DeLong's estimate by its covariance over all pairs of images, and in words. */
import { describe, expect, it } from 'vitest';
import type { ScoredConfig } from '../../electron/engine/pipeline/evaluate-stage.ts';
import { evaluateConfig } from '../../electron/engine/pipeline/evaluate-stage.ts';
import { statisticsOf } from '../../electron/engine/pipeline/statistics-stage.ts';
import { philoxUniform } from '../../electron/engine/sampling/philox.ts';
import type { MetricsRow, PairedComparison, Statistics } from '../../electron/shared/results.ts';
import { falseAlarmSentences, pairSentence, statisticsReading } from '../../electron/shared/statistics-reading.ts';

const IND = 40;
const OOD = 30;

/** Detectors that see the same images with noise of their own: correlated, as real ones are. */
function detector(k: number, id = `d${k}`): ScoredConfig {
  const scores = (set: string, n: number, stream: number, shift: number): [string, Float64Array] => [
    set,
    Float64Array.from({ length: n }, (_, i) => {
      const image = philoxUniform(1, stream, i);
      const own = philoxUniform(2 + k, stream, i);
      return Math.round((image + 0.5 * own + shift) * 40) / 40;
    }),
  ];
  return {
    id,
    pca: null,
    key: id,
    threshold: { rule: 'conformal', value: 0.5, strict: false },
    scores: new Map([scores('test', IND, 1, 0.3), scores('svhn', OOD, 2, 0.02 * k), scores('lsun', OOD, 3, 0)]),
  };
}

function statistics(scored: readonly ScoredConfig[]): { result: Statistics; metrics: MetricsRow[] } {
  const sets = { testSets: ['test'], oodSets: ['svhn', 'lsun'] };
  const metrics = scored.flatMap((config) => evaluateConfig(config, { ...sets, seed: 0, warn: () => undefined }));
  const threshold = { rule: 'conformal', falseAlarm: 0.05 } as const;
  return { metrics, result: statisticsOf({ scored, metrics, ...sets, chosen: null, threshold, calibration: 100, seed: 0 }) };
}

/** Two-sided normal tail by Simpson's rule. */
function tail(z: number): number {
  const steps = 20000;
  const top = 12;
  let sum = 0;
  for (let i = 0; i <= steps; i++) {
    const x = Math.abs(z) + (i * (top - Math.abs(z))) / steps;
    sum += (i === 0 || i === steps ? 1 : i % 2 === 1 ? 4 : 2) * Math.exp((-x * x) / 2);
  }
  return (2 * sum * (top - Math.abs(z))) / steps / 3 / Math.sqrt(2 * Math.PI);
}

/** S10 and S01 of DeLong et al. (1988), entry by entry from psi(x, y) in { 0, ½, 1 }. */
function byDefinition(a: ScoredConfig, b: ScoredConfig, ood: string): { difference: number; p: number } {
  const psi = ({ scores }: ScoredConfig): number[][] =>
    Array.from(scores.get('test')!, (x) => Array.from(scores.get(ood)!, (y) => (x > y ? 1 : x === y ? 0.5 : 0)));
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const covariance = (x: readonly number[], y: readonly number[]): number =>
    x.reduce((sum, value, i) => sum + (value - mean(x)) * (y[i] - mean(y)), 0) / (x.length - 1);
  const [pa, pb] = [psi(a), psi(b)];
  const columns = (m: number[][]): number[] => m[0].map((_, j) => mean(m.map((row) => row[j])));
  const rows = (m: number[][]): number[] => m.map(mean);
  const entry = (m: number[][], n: number[][]): number =>
    covariance(rows(m), rows(n)) / IND + covariance(columns(m), columns(n)) / OOD;
  const difference = mean(rows(pa)) - mean(rows(pb));
  const variance = entry(pa, pa) + entry(pb, pb) - 2 * entry(pa, pb);
  return { difference, p: tail(difference / Math.sqrt(variance)) };
}

describe('paired tests between detectors', () => {
  const scored = [0, 1, 2, 3].map((k) => detector(k));

  it('are those of the definition, for every pair on every OoD set', () => {
    const { result } = statistics(scored);
    expect(result.pairs).toBe('all');
    expect(result.comparisons).toHaveLength(12);
    for (const { a, b, ood, difference, p } of result.comparisons) {
      const find = (name: string): ScoredConfig => scored.find(({ id }) => id === name)!;
      const wanted = byDefinition(find(a.detector), find(b.detector), ood);
      expect(difference.value).toBeCloseTo(wanted.difference, 12);
      expect(p).toBeCloseTo(wanted.p, 6);
      expect((difference.low + difference.high) / 2).toBeCloseTo(wanted.difference, 12);
      expect(p < 0.05).toBe(difference.low > 0 || difference.high < 0);
    }
  });

  it('are adjusted on each OoD set by itself: the smallest p times their number, and never in another order', () => {
    const { result } = statistics(scored);
    for (const ood of ['svhn', 'lsun']) {
      const own = result.comparisons.filter((test) => test.ood === ood).sort((x, y) => x.p - y.p);
      expect(own[0].pHolm).toBeCloseTo(Math.min(1, own.length * own[0].p), 12);
      for (let i = 1; i < own.length; i++) expect(own[i].pHolm).toBeGreaterThanOrEqual(own[i - 1].pHolm);
      for (const { p, pHolm } of own) expect(pHolm).toBeGreaterThanOrEqual(p);
    }
  });

  it('with 25 detectors hold one of them against the 24 others, whatever the scores', () => {
    const many = Array.from({ length: 25 }, (_, k) => detector(k, k === 7 ? 'lared' : `d${k}`));
    const { result } = statistics(many);
    expect(result).toMatchObject({ pairs: 'with-main', testsPerSet: 24, main: { detector: 'lared', pca: null } });
    expect(result.comparisons).toHaveLength(48);
    expect(new Set(result.comparisons.map(({ a }) => a.detector))).toEqual(new Set(['lared']));
    expect(result.reading[0]).toMatch(/^On svhn, LaRED is above \d+ of the 24 others and below \d+; \d+ cannot be told apart/);
  });

  it('have nothing to say of a single image', () => {
    const lonely = scored.slice(0, 2).map((config) => ({ ...config, scores: new Map(config.scores) }));
    for (const { scores } of lonely) scores.set('svhn', scores.get('svhn')!.slice(0, 1));
    expect(statistics(lonely).result.comparisons.map(({ ood }) => ood)).toEqual(['lsun']);
  });
});

const comparison = (p: number, value: number): PairedComparison => ({
  ood: 'svhn',
  a: { detector: 'lared', pca: null },
  b: { detector: 'larem', pca: null },
  difference: { value, low: value - 0.01, high: value + 0.01 },
  p: p / 2,
  pHolm: p,
});

describe('in words', () => {
  it.each([
    ['en', 0.21, 0.004, 'LaRED and LaREM cannot be told apart on svhn: p = 0.21.'],
    ['en', 0.0004, 0.024, 'LaRED separates better than LaREM on svhn: by 0.024 (0.014 to 0.034), p < 0.001.'],
    ['en', 0.012, -0.024, 'LaREM separates better than LaRED on svhn: by 0.024 (0.014 to 0.034), p = 0.012.'],
    ['fr', 0.21, 0.004, 'LaRED et LaREM ne se distinguent pas sur svhn : p = 0,21.'],
  ] as const)('a pair in %s, p %d', (locale, p, value, sentence) => {
    expect(pairSentence(comparison(p, value), locale)).toBe(sentence);
  });

  it('an AUROC of 0.2 is said to be 0.2', () => {
    const scored = [detector(0, 'lared'), detector(1, 'larem')];
    const { result, metrics } = statistics(scored);
    const low = metrics.map((row) => ({ ...row, auroc: { value: 0.2, low: 0.1, high: 0.3 } }));
    expect(statisticsReading(result, low, 'en')).toContain('On svhn, LaRED lies below chance: AUROC 0.200, shown as it is.');
  });

  it('what a threshold from 100 images promises: the mean is 5 of 101, by counting orders', () => {
    const { falseAlarm } = statistics([detector(0)]).result;
    expect(falseAlarm).toMatchObject({ asked: 0.05, rank: 5, calibration: 100 });
    expect(falseAlarm!.mean).toBeCloseTo(5 / 101, 14);
    // P(rate > α) = P(fewer than 5 of 100 uniforms lie below α): a binomial sum.
    let [sum, ways] = [0, 1];
    for (let j = 0; j < 5; j++) {
      sum += ways * 0.05 ** j * 0.95 ** (100 - j);
      ways *= (100 - j) / (j + 1);
    }
    expect(falseAlarm!.probabilityAbove).toBeCloseTo(sum, 10);
    expect(falseAlarmSentences(falseAlarm!, 'en')[0]).toContain('Set on 100 images for 5.0');
  });
});
