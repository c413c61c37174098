/**
 * LaRED with the bandwidth that gives held-out rows the largest log density: 5 folds over a grid around Scott's factor
 * times the rows' own scale. Folds are drawn by seed, because sets often come sorted by class, and contiguous folds
 * would hold out whole classes.
 */
import { columnMeans } from '../linalg/moments.ts';
import { centredRows, requireFinite, zeros, type Matrix } from '../linalg/matrix.ts';
import { rowSquares } from '../linalg/squared-distances.ts';
import { philoxUniform } from '../sampling/philox.ts';
import { bandwidthFactor, crossValidate } from './bandwidth.ts';
import type { Detector, DetectorState, Estimator, Work } from './detector.ts';
import { laredEstimator } from './lared.ts';

const FOLDS = 5;
/** Rows that vote on the bandwidth; the fit takes all of them. */
const MOST_ROWS = 4000;
/** Steps of a quarter octave around the centre of the grid. */
const STEPS = Array.from({ length: 21 }, (_, i) => 2 ** ((i - 10) / 4));
/** Stream number of the draw: no data set uses it. */
const STREAM = 0x80000003;

export function crossValidatedLared(seed = 0): Estimator {
  return {
    /** @param train [n, D]. Throws E_INPUT when a value is not finite. */
    async fit(train: Matrix, work: Work): Promise<Detector> {
      requireFinite(train, 'LaRED cannot be fitted');
      const rows = shuffled(train, seed, MOST_ROWS);
      if (rows.rows < FOLDS) return laredEstimator().fit(train, work);
      const scale = Math.sqrt(rowSquares(centredRows(rows, columnMeans(rows))).reduce((a, b) => a + b, 0) / rows.data.length);
      const centre = bandwidthFactor('scott', rows.rows, rows.cols) * (scale || 1);
      const grid = STEPS.map((step) => step * centre);
      const { best } = await crossValidate(rows, grid, { folds: FOLDS, work });
      const facts = { folds: FOLDS, rowsCompared: rows.rows };
      return laredEstimator(grid[best], facts).fit(train, work);
    },
    load: (state: DetectorState) => laredEstimator().load(state),
  };
}

/** At most `most` rows in a seeded order. */
function shuffled(matrix: Matrix, seed: number, most: number): Matrix {
  const draws = Float64Array.from({ length: matrix.rows }, (_, r) => philoxUniform(seed, STREAM, r));
  const order = Array.from(draws.keys()).sort((a, b) => draws[a] - draws[b] || a - b);
  const out = zeros(Math.min(most, matrix.rows), matrix.cols);
  for (let i = 0; i < out.rows; i++) {
    out.data.set(matrix.data.subarray(order[i] * matrix.cols, (order[i] + 1) * matrix.cols), i * matrix.cols);
  }
  return out;
}
