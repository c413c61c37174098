/** What every detector can do. Scores are natural-log densities or negated distances: higher means in-distribution. */
import type { MatMul } from '../linalg/matmul.ts';
import type { Matrix } from '../linalg/matrix.ts';

export interface Work {
  multiply: MatMul;
  signal?: AbortSignal | undefined;
}

/** Everything a fitted detector is, as plain data: what is stored, and what `load` takes. */
export interface DetectorState {
  type: string;
  numbers: Record<string, number>;
  matrices: Record<string, Matrix>;
}

export interface Detector {
  /** Scores of rows [n, D]; a row with a value that is not finite scores NaN. */
  score(rows: Matrix, work: Work): Promise<Float64Array>;
  state(): DetectorState;
  /** Figures of the fit that a reader may question. */
  readonly facts: Record<string, number>;
}

/** The same for detectors that need to know which class a row is of. */
export interface ClassEstimator {
  /** @param labels [n], -1: none. */
  fit(train: Matrix, labels: Int32Array, work: Work): Promise<Detector>;
  load(state: DetectorState): Detector;
}

/** Fits on rows [n, D] and loads what was fitted. */
export interface Estimator {
  fit(train: Matrix, work: Work): Promise<Detector>;
  load(state: DetectorState): Detector;
}
