/** Products on the runtime against sums by hand, and LaRED on top of them against its formula term by term. */
import { afterAll, describe, expect, test } from 'vitest';
import { laredEstimator } from '../../../electron/engine/detectors/lared.ts';
import { createMatMul, multiplyDense } from '../../../electron/engine/linalg/matmul.ts';
import { zeros, type Matrix } from '../../../electron/engine/linalg/matrix.ts';
import { addBlock, covariance, emptyMoments } from '../../../electron/engine/linalg/moments.ts';
import { numbers } from '../../helpers/onnx-surgery.ts';

const matmul = createMatMul(1);
const { multiply } = matmul;
afterAll(() => matmul.release());

function uneven(rows: number, cols: number, seed: number): Matrix {
  return { rows, cols, data: Float64Array.from(numbers(rows * cols, seed), (value) => 4 * value - 2) };
}

/** Above the size where typed arrays win, and below it. */
describe.each([
  [70, 40, 50],
  [3, 4, 5],
])('products of %d x %d x %d', (rows, inner, cols) => {
  const a = uneven(rows, inner, 1);
  const b = uneven(cols, inner, 2);
  const bias = uneven(1, cols, 3).data;
  const product = (r: number, c: number): number => {
    let sum = bias[c];
    for (let k = 0; k < inner; k++) sum += a.data[r * inner + k] * b.data[c * inner + k];
    return sum;
  };

  test('with a bias', async () => {
    const found = await multiply(a, b, { transposeB: true, bias });
    for (let r = 0; r < rows; r++)
      for (let c = 0; c < cols; c++) expect(Math.abs(found.data[r * cols + c] - product(r, c))).toBeLessThan(1e-12);
  });

  test('with rows reduced by log-sum-exp', async () => {
    const found = await multiply(a, b, { transposeB: true, bias, reduce: 'log-sum-exp' });
    expect([found.rows, found.cols]).toEqual([rows, 1]);
    for (let r = 0; r < rows; r++) {
      const terms = Array.from({ length: cols }, (_, c) => product(r, c));
      const max = Math.max(...terms);
      const wanted = max + Math.log(terms.reduce((sum, term) => sum + Math.exp(term - max), 0));
      expect(Math.abs(found.data[r] - wanted)).toBeLessThan(1e-11);
    }
  });

  test('a bias of another length is refused', async () => {
    await expect(multiply(a, b, { transposeB: true, bias: new Float64Array(cols + 1) })).rejects.toThrow('bias');
  });
});

test('rows of a blocked product do not depend on the block they are in', async () => {
  // 2^30 multiply-adds a block: two blocks here.
  const a = uneven(1500, 700, 4);
  const b = uneven(1200, 700, 5);
  const whole = await multiply(a, b, { transposeB: true });
  const last = { rows: 20, cols: 700, data: a.data.subarray(1480 * 700) };
  const alone = multiplyDense(last, b, { transposeB: true });
  for (let i = 0; i < alone.data.length; i++) expect(Math.abs(whole.data[1480 * 1200 + i] - alone.data[i])).toBeLessThan(1e-10);
});

test('LaRED: far rows, repeated rows and rows that are not finite', async () => {
  const bandwidth = 0.7;
  const train = uneven(400, 30, 6);
  const rows = uneven(12, 30, 7);
  rows.data.set(train.data.subarray(0, 30));
  for (let c = 0; c < 30; c++) rows.data[30 + c] = 500;
  rows.data[2 * 30 + 4] = NaN;
  rows.data[3 * 30 + 4] = Infinity;
  const detector = await laredEstimator(bandwidth).fit(train, { multiply });
  const scores = await detector.score(rows, { multiply });
  expect(scores[2]).toBeNaN();
  expect(scores[3]).toBeNaN();
  for (const r of [0, 1, 4, 11]) {
    const terms = Array.from({ length: train.rows }, (_, i) => {
      let square = 0;
      for (let c = 0; c < 30; c++) square += (rows.data[r * 30 + c] - train.data[i * 30 + c]) ** 2;
      return -square / (2 * bandwidth ** 2);
    });
    const max = Math.max(...terms);
    const sum = terms.reduce((total, term) => total + Math.exp(term - max), 0);
    const wanted = max + Math.log(sum / train.rows) - 15 * Math.log(2 * Math.PI * bandwidth ** 2);
    expect(Math.abs(scores[r] - wanted) / Math.abs(wanted), `row ${r}`).toBeLessThan(1e-11);
  }
});

test('moments of many rows at a large offset, taken in blocks, are those of two passes', async () => {
  const features = 3;
  const rows: Matrix = zeros(2 ** 19 / 2 + 17, features);
  const noise = numbers(rows.data.length, 8);
  rows.data.forEach((_, i) => (rows.data[i] = 1e6 * (i % features) + noise[i]));
  const moments = emptyMoments(features);
  await addBlock(moments, rows, multiply);
  const found = covariance(moments, 1);
  const mean = Array.from({ length: features }, (_, c) => {
    let sum = 0;
    for (let r = 0; r < rows.rows; r++) sum += noise[r * features + c];
    return sum / rows.rows;
  });
  for (let i = 0; i < features; i++) {
    expect(Math.abs(moments.mean[i] - 1e6 * i - mean[i])).toBeLessThan(1e-8);
    let sum = 0;
    for (let r = 0; r < rows.rows; r++) sum += (noise[r * features + i] - mean[i]) * (noise[r * features] - mean[0]);
    expect(Math.abs(found.data[i * features] - sum / (rows.rows - 1))).toBeLessThan(1e-9);
  }
});
