/**
 * Class-conditional Mahalanobis (Lee et al. 2018): max over classes of -(t-μ_c) P (t-μ_c)ᵀ with one pooled covariance, and
 * its relative form (Ren et al. 2021), which takes off the distance to all rows together. NUMERICS section 10,
 * NUMERICS2 sections 1 and 2. OpenOOD and runia_core differ only where a class has no rows: there every score is NaN,
 * here such a class is left out, as runia_core does.
 */
import { classMeans, withinClass } from '../linalg/classes.ts';
import { centredRows, requireColumns, requireFinite, rowMatrix, zeros, type Matrix } from '../linalg/matrix.ts';
import { addBlock, columnMeans, covariance, emptyMoments } from '../linalg/moments.ts';
import { distanceBank, rowSquares, squaredDistances } from '../linalg/squared-distances.ts';
import { whiteningOf } from '../linalg/whitening.ts';
import type { MatMul } from '../linalg/matmul.ts';
import type { ClassEstimator, Detector, DetectorState, Work } from './detector.ts';

/** Of rows [n, D], pooled over their classes. */
interface Fit {
  centre: Float64Array;
  /** [D, r] */
  whitening: Matrix;
  /** Class means in the whitened axes, [classes with rows, r]. */
  means: Matrix;
  /** Of all rows together, for the relative form; null otherwise. */
  background: Matrix | null;
  facts: Record<string, number>;
}

class Mahalanobis implements Detector {
  private readonly fitted: Fit;
  readonly facts: Record<string, number>;

  constructor(fitted: Fit) {
    this.fitted = fitted;
    this.facts = fitted.facts;
  }

  async score(rows: Matrix, work: Work): Promise<Float64Array> {
    const { centre, whitening, means, background } = this.fitted;
    requireColumns(rows, centre.length, 'Mahalanobis');
    const centred = centredRows(rows, centre);
    const scores = new Float64Array(rows.rows);
    if (whitening.cols > 0) {
      const z = await work.multiply(centred, whitening, { signal: work.signal });
      for await (const { from, distances } of squaredDistances(z, distanceBank(means), work)) {
        for (let r = 0; r < distances.rows; r++) {
          scores[from + r] = -smallest(distances.data.subarray(r * distances.cols, (r + 1) * distances.cols));
        }
      }
    }
    if (background === null || background.cols === 0) return scores;
    const squares = rowSquares(await work.multiply(centred, background, { signal: work.signal }));
    return scores.map((score, r) => score + squares[r]);
  }

  state(): DetectorState {
    const { centre, whitening, means, background } = this.fitted;
    const matrices: Record<string, Matrix> = { centre: rowMatrix(centre), whitening, means };
    if (background !== null) matrices.background = background;
    return { type: background === null ? 'mahalanobis' : 'relative-mahalanobis', numbers: this.facts, matrices };
  }
}

function smallest(values: Float64Array): number {
  let least = Infinity;
  for (const value of values) {
    if (Number.isNaN(value)) return NaN;
    if (value < least) least = value;
  }
  return least;
}

async function whiteningOfRows(rows: Matrix, multiply: MatMul): Promise<ReturnType<typeof whiteningOf>> {
  const moments = emptyMoments(rows.cols);
  await addBlock(moments, rows, multiply);
  return whiteningOf(covariance(moments, 0));
}

function mahalanobisEstimator(relative: boolean): ClassEstimator {
  return {
    /** @param train [n, D]. @param labels [n]; rows without one (-1) only count for the background. */
    async fit(train: Matrix, labels: Int32Array, { multiply }: Work): Promise<Mahalanobis> {
      requireFinite(train, 'The Mahalanobis distance cannot be fitted');
      const classes = labels.reduce((most, label) => Math.max(most, label + 1), 0);
      const means = classMeans(train, labels, classes);
      const { factor, rank, conditionNumber } = await whiteningOfRows(withinClass(train, labels, means), multiply);
      const centre = columnMeans(train);
      const present = presentRows(means);
      const background = relative ? (await whiteningOfRows(train, multiply)).factor : null;
      return new Mahalanobis({
        centre,
        whitening: factor,
        means: await multiply(centredRows(present, centre), factor),
        background,
        facts: { rank, conditionNumber, classes: present.rows },
      });
    },
    load: ({ numbers, matrices }: DetectorState) =>
      new Mahalanobis({
        centre: matrices.centre.data,
        whitening: matrices.whitening,
        means: matrices.means,
        background: matrices.background ?? null,
        facts: numbers,
      }),
  };
}

function presentRows(means: Matrix): Matrix {
  const rows = Array.from({ length: means.rows }, (_, c) => c).filter((c) => !Number.isNaN(means.data[c * means.cols]));
  const out = zeros(rows.length, means.cols);
  rows.forEach((c, i) => out.data.set(means.data.subarray(c * means.cols, (c + 1) * means.cols), i * means.cols));
  return out;
}

export const mahalanobis = mahalanobisEstimator(false);
export const relativeMahalanobis = mahalanobisEstimator(true);
