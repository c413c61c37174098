/**
 * One Gaussian a class, without class weights: the density of DDU (Mukhoti et al. 2023) and of runia_core's "GMM", which
 * is not a mixture fitted by EM. NUMERICS2 section 1: covariance with divisor n_c - 1, one jitter for all classes, the
 * first of 0, 1e-20 … 1e-1 for which every covariance has a Cholesky factor. score(t) = ln Σ_c N(t; μ_c, Σ_c + εI).
 */
import { cholesky, halfLogDeterminant, solvedSquare } from '../linalg/cholesky.ts';
import { rowsOfClass } from '../linalg/classes.ts';
import { logSumExp } from '../linalg/log-sum-exp.ts';
import { requireColumns, requireFinite, zeros, type Matrix } from '../linalg/matrix.ts';
import { addBlock, emptyMoments } from '../linalg/moments.ts';
import { AppError } from '../../shared/errors.ts';
import type { ClassEstimator, Detector, DetectorState, Work } from './detector.ts';

const JITTERS = [0, ...Array.from({ length: 20 }, (_, i) => 10 ** (i - 20))];

class ClassGaussians implements Detector {
  /** [classes, D] */
  private readonly means: Matrix;
  /** Lower factors, one a class, [D, D]. */
  private readonly factors: Matrix[];
  readonly facts: Record<string, number>;

  constructor(means: Matrix, factors: Matrix[], jitter: number) {
    this.means = means;
    this.factors = factors;
    this.facts = { classes: means.rows, jitter };
  }

  score(rows: Matrix, { signal }: Work): Promise<Float64Array> {
    const { cols } = this.means;
    requireColumns(rows, cols, 'Class Gaussians');
    const constants = this.factors.map((factor) => -halfLogDeterminant(factor) - (cols / 2) * Math.log(2 * Math.PI));
    const logs = new Float64Array(this.factors.length);
    const difference = new Float64Array(cols);
    const scratch = new Float64Array(cols);
    const scores = new Float64Array(rows.rows);
    for (let r = 0; r < rows.rows; r++) {
      if (r % 256 === 0) signal?.throwIfAborted();
      this.factors.forEach((factor, c) => {
        for (let j = 0; j < cols; j++) difference[j] = rows.data[r * cols + j] - this.means.data[c * cols + j];
        logs[c] = constants[c] - solvedSquare(factor, difference, scratch) / 2;
      });
      scores[r] = logSumExp(logs);
    }
    return Promise.resolve(scores);
  }

  state(): DetectorState {
    const factors = Object.fromEntries(this.factors.map((factor, c) => [`factor${c}`, factor]));
    return { type: 'class-gaussians', numbers: this.facts, matrices: { means: this.means, ...factors } };
  }
}

export const classGaussians: ClassEstimator = {
  /** Throws E_INPUT when a value is not finite or no jitter makes every covariance positive definite. */
  async fit(train: Matrix, labels: Int32Array, { multiply }: Work): Promise<ClassGaussians> {
    requireFinite(train, 'Class Gaussians cannot be fitted');
    const present = [...new Set(labels)].filter((label) => label >= 0).sort((a, b) => a - b);
    const means = zeros(present.length, train.cols);
    const covariances: Matrix[] = [];
    for (const [i, label] of present.entries()) {
      const moments = emptyMoments(train.cols);
      await addBlock(moments, rowsOfClass(train, labels, label), multiply);
      means.data.set(moments.mean, i * train.cols);
      const divisor = Math.max(moments.n - 1, 1);
      covariances.push({ ...moments.scatter, data: moments.scatter.data.map((value) => value / divisor) });
    }
    for (const jitter of JITTERS) {
      const factors = covariances.map((matrix) => cholesky(matrix, jitter));
      if (factors.every((factor) => factor !== null)) return new ClassGaussians(means, factors, jitter);
    }
    throw new AppError('E_INPUT', 'Class Gaussians cannot be fitted: the covariance of a class has no Cholesky factor.', {
      next: 'Choose a PCA size below the number of images of the smallest class.',
    });
  },
  load({ numbers, matrices: { means, ...factors } }: DetectorState): ClassGaussians {
    const ordered = Array.from({ length: means.rows }, (_, c) => factors[`factor${c}`]);
    return new ClassGaussians(means, ordered, numbers.jitter);
  },
};
