/** What every detector can do. Scores are natural-log densities or negated distances: higher means in-distribution. */
import type { MatMul } from '../linalg/matmul.ts';
import type { Matrix } from '../linalg/matrix.ts';

export interface Work {
  multiply: MatMul;
  signal?: AbortSignal | undefined;
}

export interface Detector {
  /** Scores of rows [n, D]; a row with a value that is not finite scores NaN. */
  score(rows: Matrix, work: Work): Promise<Float64Array>;
  /** Plain data for `load`; exact to the bit. */
  toJSON(): DetectorJson;
  /** Figures of the fit that a reader may question. */
  readonly facts: Record<string, number>;
}

export interface DetectorJson {
  type: string;
  [field: string]: unknown;
}

/** Fits on rows [n, D] and loads what was fitted. */
export interface Estimator {
  fit(train: Matrix, work: Work): Promise<Detector>;
  load(json: DetectorJson): Detector;
}
