/**
 * LaRED and LaREM against the rate of the machine's float64 matrix product, for the same shapes on the same runtime.
 * The products that an estimator cannot do without are timed alone: X_test X_fitᵀ for LaRED, XᵀX and X_test W for LaREM.
 */
import type { Estimator } from '../detectors/detector.ts';
import { laredEstimator } from '../detectors/lared.ts';
import { larem } from '../detectors/larem.ts';
import { createMatMul, type MatMul } from '../linalg/matmul.ts';
import { rowRange, zeros, type Matrix } from '../linalg/matrix.ts';
import { fillUniforms } from '../sampling/philox.ts';
import { alternate } from './measure.ts';
import { atLeast, benchRow, type BenchRow } from './bench-report.ts';
import { type PartOptions, PROMISED } from './bench-options.ts';
import { residentOf, resetPeak } from './resident-size.ts';

export const RATE_TARGET = 0.5;

/** Rows of variance 1, uniform. @param stream names the draw. */
export function seededRows(rows: number, cols: number, stream: number): Matrix {
  const out = zeros(rows, cols);
  const row = new Float32Array(cols);
  for (let r = 0; r < rows; r++) {
    fillUniforms(row, { seed: 3 }, { stream, image: r, sample: 0 });
    for (let c = 0; c < cols; c++) out.data[r * cols + c] = (row[c] - 0.5) * Math.sqrt(12);
  }
  return out;
}

export async function estimators({ effort, threads, signal, onStep }: PartOptions): Promise<BenchRow[]> {
  const { fit, features, test, rounds, warmUp } = effort.estimators;
  const shape = `${count(fit)} x ${features} fit, ${count(test)} test`;
  onStep(`LaRED and LaREM, ${shape}`);
  const matmul = createMatMul(threads);
  try {
    const rows: Rows = { x: seededRows(fit, features, 0), y: seededRows(test, features, 1), multiply: matmul.multiply, signal };
    const seconds = await alternate(
      {
        laredProducts: () => laredProducts(rows),
        lared: fitAndScore(laredEstimator(), rows),
        laremProducts: () => laremProducts(rows),
        larem: fitAndScore(larem, rows),
      },
      { rounds, warmUp, signal },
    );
    const ratio = (id: string, what: string, [own, alone]: [number, number]): BenchRow =>
      benchRow({
        id: `estimators.${id}`,
        what: `${what} at the matrix-product rate, ${shape}`,
        measured: alone / own,
        unit: 'x',
        // The promise is about both together: the eigenvectors that LaREM needs are no matrix product.
        target: id === 'both' && fit >= PROMISED.estimators.fit ? atLeast(RATE_TARGET) : null,
        note: `products ${alone.toFixed(2)} s / fit and score ${own.toFixed(2)} s`,
      });
    const both = seconds.lared + seconds.larem;
    const products = seconds.laredProducts + seconds.laremProducts;
    const flops = 2 * fit * features * test + 2 * fit * features ** 2 + 2 * test * features ** 2;
    return [
      ratio('both', 'LaRED and LaREM together', [both, products]),
      ratio('lared', 'LaRED', [seconds.lared, seconds.laredProducts]),
      ratio('larem', 'LaREM', [seconds.larem, seconds.laremProducts]),
      benchRow({ id: 'estimators.rate', what: 'float64 matrix products', measured: flops / products / 1e9, unit: 'GFLOP/s' }),
      await memoryRow(rows),
    ];
  } finally {
    await matmul.release();
  }
}

interface Rows {
  x: Matrix;
  y: Matrix;
  multiply: MatMul;
  signal: AbortSignal | undefined;
}

async function memoryRow(rows: Rows): Promise<BenchRow> {
  const before = residentOf(process.pid)!.now;
  resetPeak();
  await fitAndScore(laredEstimator(), rows)();
  await fitAndScore(larem, rows)();
  const { x, y } = rows;
  return benchRow({
    id: 'estimators.memory',
    what: 'memory that fit and score take beside the vectors',
    measured: Math.max(0, residentOf(process.pid)!.peak - before) / 1e6,
    unit: 'MB',
    note: `a ${count(x.rows)} x ${count(y.rows)} matrix would be ${((x.rows * y.rows * 8) / 1e6).toFixed(0)} MB`,
  });
}

function fitAndScore(estimator: Estimator, { x, y, ...work }: Rows): () => Promise<Float64Array> {
  return async () => (await estimator.fit(x, work)).score(y, work);
}

/** Block by block as LaRED goes, and nothing is kept: a whole product would mostly measure how memory is handed out. */
async function laredProducts({ x, y, multiply, signal }: Rows): Promise<void> {
  const step = Math.max(1, Math.floor(2 ** 22 / x.rows));
  for (let from = 0; from < y.rows; from += step)
    await multiply(rowRange(y, from, Math.min(y.rows, from + step)), x, { transposeB: true, signal });
}

/** The covariance, and the test rows in the whitened axes (here any D x D matrix: the first rows of X). */
async function laremProducts({ x, y, multiply, signal }: Rows): Promise<void> {
  await multiply(x, x, { transposeA: true, signal });
  await multiply(y, rowRange(x, 0, x.cols), { signal });
}

const count = (value: number): string => value.toLocaleString('en');
