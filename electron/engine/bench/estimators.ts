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
import { alternate, type Way } from './measure.ts';
import { atLeast, benchRow, type BenchRow } from './bench-report.ts';
import type { PartOptions } from './bench-options.ts';
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
    const x = seededRows(fit, features, 0);
    const y = seededRows(test, features, 1);
    const { multiply } = matmul;
    const peak = peakAbove();
    const seconds = await alternate(
      {
        laredProducts: () => multiply(y, x, { transposeB: true, signal }),
        lared: fitAndScore(laredEstimator(), { x, y, multiply }),
        laremProducts: () => laremProducts(x, y, multiply),
        larem: fitAndScore(larem, { x, y, multiply }),
      },
      { rounds, warmUp, signal },
    );
    const megabytes = peak();
    const flops = { lared: 2 * fit * features * test, larem: 2 * fit * features ** 2 + 2 * test * features ** 2 };
    const note = (taken: number, products: number): string =>
      `${taken.toFixed(2)} s, its products alone ${products.toFixed(2)} s`;
    const both = seconds.lared + seconds.larem;
    const products = seconds.laredProducts + seconds.laremProducts;
    const row = (id: string, what: string, [own, alone]: [number, number]): BenchRow =>
      benchRow({
        id: `estimators.${id}`,
        what: `${what} fit and score / matrix-product rate, ${shape}`,
        measured: alone / own,
        unit: 'x',
        target: atLeast(RATE_TARGET),
        note: note(own, alone),
      });
    return [
      row('both', 'LaRED and LaREM', [both, products]),
      row('lared', 'LaRED', [seconds.lared, seconds.laredProducts]),
      row('larem', 'LaREM', [seconds.larem, seconds.laremProducts]),
      benchRow({
        id: 'estimators.rate',
        what: "the machine's float64 matrix products",
        measured: (flops.lared + flops.larem) / products / 1e9,
        unit: 'GFLOP/s',
      }),
      benchRow({
        id: 'estimators.memory',
        what: 'peak resident size of fit and score, and of the products, beside the vectors',
        measured: megabytes,
        unit: 'MB',
        note: `the ${count(fit)} x ${count(test)} product alone is ${((fit * test * 8) / 1e6).toFixed(0)} MB`,
      }),
    ];
  } finally {
    await matmul.release();
  }
}

function fitAndScore(estimator: Estimator, { x, y, multiply }: { x: Matrix; y: Matrix; multiply: MatMul }): Way {
  return async () => (await estimator.fit(x, { multiply })).score(y, { multiply });
}

/** The covariance, and the test rows in the whitened axes (here any D x D matrix: the first rows of X). */
async function laremProducts(x: Matrix, y: Matrix, multiply: MatMul): Promise<void> {
  await multiply(x, x, { transposeA: true });
  await multiply(y, rowRange(x, 0, x.cols));
}

/** Megabytes that this process grows to from here on, above what it has now. */
function peakAbove(): () => number {
  const before = residentOf(process.pid)!.now;
  resetPeak();
  return () => Math.max(0, residentOf(process.pid)!.peak - before) / 1e6;
}

const count = (value: number): string => value.toLocaleString('en');
