/** The mixture against a plain re-implementation of EM, and by the properties that EM and the BIC must have. */
import { afterAll, expect, test } from 'vitest';
import { seededClusters } from '../../../electron/engine/detectors/clusters.ts';
import { fitMixture, gaussianMixtureEstimator } from '../../../electron/engine/detectors/gaussian-mixture.ts';
import { loadDetector } from '../../../electron/engine/detectors/registry.ts';
import { createMatMul } from '../../../electron/engine/linalg/matmul.ts';
import { zeros, type Matrix } from '../../../electron/engine/linalg/matrix.ts';
import { philoxUniform } from '../../../electron/engine/sampling/philox.ts';

const matmul = createMatMul(1);
const work = { multiply: matmul.multiply };
afterAll(() => matmul.release());

/** Standard normal numbers by Box and Muller. */
function normal(seed: number, index: number): number {
  const radius = Math.sqrt(-2 * Math.log(1 - philoxUniform(seed, 1, 2 * index)));
  return radius * Math.cos(2 * Math.PI * philoxUniform(seed, 1, 2 * index + 1));
}

/** Rows around `centres`, correlated, with a scale of its own for each. */
function drawn(n: number, centres: readonly number[][], seed: number): Matrix {
  const d = centres[0].length;
  const rows = zeros(n, d);
  for (let r = 0; r < n; r++) {
    const k = r % centres.length;
    let before = 0;
    for (let j = 0; j < d; j++) {
      const value = normal(seed, r * d + j);
      rows.data[r * d + j] = centres[k][j] + (0.6 + 0.3 * k) * (value + 0.5 * before);
      before = value;
    }
  }
  return rows;
}

const THREE = [
  [0, 0, 0],
  [6, -4, 2],
  [-5, 5, 7],
];

/** EM with the textbook's sums: inverse and determinant by Gauss-Jordan, densities one by one. */
function plainEm(rows: number[][], shares: number[][], ridge: number, steps: number) {
  const d = rows[0].length;
  const K = shares[0].length;
  let model: { w: number; mean: number[]; inverse: number[][]; logDet: number }[] = [];
  const step = (): void => {
    model = Array.from({ length: K }, (_, k) => {
      const count = shares.reduce((sum, row) => sum + row[k], 0);
      const mean = Array.from({ length: d }, (_, j) => rows.reduce((sum, row, r) => sum + shares[r][k] * row[j], 0) / count);
      const cov = Array.from({ length: d }, (_, i) =>
        Array.from(
          { length: d },
          (_, j) =>
            rows.reduce((sum, row, r) => sum + shares[r][k] * (row[i] - mean[i]) * (row[j] - mean[j]), 0) / count +
            (i === j ? ridge : 0),
        ),
      );
      return { w: count / rows.length, mean, ...inverted(cov) };
    });
  };
  const logs = (x: number[]): number[] =>
    model.map(({ w, mean, inverse, logDet }) => {
      const diff = x.map((value, j) => value - mean[j]);
      const square = diff.reduce((sum, a, i) => sum + a * inverse[i].reduce((s, b, j) => s + b * diff[j], 0), 0);
      return Math.log(w) - (d * Math.log(2 * Math.PI) + logDet + square) / 2;
    });
  const density = (x: number[]): number => Math.log(logs(x).reduce((sum, value) => sum + Math.exp(value), 0));
  step();
  for (let i = 1; i < steps; i++) {
    shares = rows.map((x) => logs(x).map((value) => Math.exp(value - density(x))));
    step();
  }
  return { model, density };
}

function inverted(matrix: number[][]): { inverse: number[][]; logDet: number } {
  const d = matrix.length;
  const a = matrix.map((row, i) => [...row, ...Array.from({ length: d }, (_, j) => Number(i === j))]);
  let logDet = 0;
  for (let c = 0; c < d; c++) {
    const pivot = a[c][c];
    logDet += Math.log(pivot);
    a[c] = a[c].map((value) => value / pivot);
    for (let r = 0; r < d; r++) if (r !== c) a[r] = a[r].map((value, j) => value - a[r][c] * a[c][j] || 0);
    for (let r = 0; r < d; r++) if (r !== c && Math.abs(a[r][c]) > 1e-12) throw new Error('elimination failed');
  }
  return { inverse: a.map((row) => row.slice(d)), logDet };
}

const listed = ({ rows, cols, data }: Matrix): number[][] =>
  Array.from({ length: rows }, (_, r) => Array.from(data.subarray(r * cols, (r + 1) * cols)));

test('EM from the same start gives what plain sums give', async () => {
  const train = drawn(300, THREE, 3);
  const shares = seededClusters(train, 3, 0);
  const start = listed(shares);
  const { components, likelihoods } = await fitMixture(train, shares, work);
  const mean = [0, 1, 2].map((j) => listed(train).reduce((sum, row) => sum + row[j] / 300, 0));
  const variance = listed(train).reduce((sum, row) => sum + row.reduce((s, x, j) => s + (x - mean[j]) ** 2, 0), 0) / 900;
  const plain = plainEm(listed(train), start, 1e-6 * variance, likelihoods.length);
  components.forEach(({ weight, mean: own }, k) => {
    expect(weight).toBeCloseTo(plain.model[k].w, 9);
    own.forEach((value, j) => expect(value).toBeCloseTo(plain.model[k].mean[j], 8));
  });
  const last = listed(train).reduce((sum, x) => sum + plain.density(x) / 300, 0);
  expect(likelihoods.at(-1)).toBeCloseTo(last, 9);
});

test('the likelihood never falls', async () => {
  for (const seed of [1, 2, 3, 4]) {
    const train = drawn(200, [THREE[0], [1.5, 1, 0]], seed);
    const { likelihoods } = await fitMixture(train, seededClusters(train, 4, seed), work);
    likelihoods.slice(1).forEach((value, i) => expect(value).toBeGreaterThanOrEqual(likelihoods[i] - 1e-6));
  }
});

test.each([
  ['one', [THREE[0]], 1],
  ['three', THREE, 3],
])('the BIC finds %s where there are so many, and far rows score lower', async (_name, centres, count) => {
  const train = drawn(600, centres, 7);
  const detector = await gaussianMixtureEstimator().fit(train, work);
  expect(detector.facts.components).toBe(count);
  const test = { rows: 3, cols: 3, data: Float64Array.from([...centres[0], 30, 30, 30, NaN, 0, 0]) };
  const [near, far, lost] = await detector.score(test, work);
  expect(near).toBeGreaterThan(far + 20);
  expect(lost).toBeNaN();
  expect(await loadDetector(detector.state()).score(test, work)).toEqual(Float64Array.of(near, far, lost));
});

test('scores are a density: they add up to one', async () => {
  const train = drawn(400, [[0], [5]], 11);
  const detector = await gaussianMixtureEstimator().fit(train, work);
  const step = 0.01;
  const grid = { rows: 4000, cols: 1, data: Float64Array.from({ length: 4000 }, (_, i) => -15 + i * step) };
  const total = (await detector.score(grid, work)).reduce((sum, score) => sum + Math.exp(score) * step, 0);
  expect(total).toBeCloseTo(1, 6);
});

test('equal rows and seed give equal bits; too few rows leave one component', async () => {
  const train = drawn(240, THREE, 5);
  const [first, second] = [
    await gaussianMixtureEstimator({ seed: 4 }).fit(train, work),
    await gaussianMixtureEstimator({ seed: 4 }).fit(train, work),
  ];
  expect(second.state()).toEqual(first.state());
  const few = await gaussianMixtureEstimator().fit(drawn(7, THREE, 5), work);
  expect(few.facts.components).toBe(1);
});
