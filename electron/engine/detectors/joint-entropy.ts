/**
 * The joint entropy h(Z) of an image's samples as a detector of its own: the more the samples scatter, the less the image
 * is like those of training, so the score is -h. Computed where the samples are (entropy/joint-entropy.ts), fitted on nothing.
 */
import { requireColumns, type Matrix } from '../linalg/matrix.ts';
import type { Detector, Estimator } from './detector.ts';

const detector: Detector = {
  /** @param rows [n, 1]: h of each image. */
  score(rows: Matrix): Promise<Float64Array> {
    requireColumns(rows, 1, 'The joint entropy');
    return Promise.resolve(rows.data.map((value) => -value));
  },
  state: () => ({ type: 'joint-entropy', numbers: {}, matrices: {} }),
  facts: {},
};

export const jointEntropyEstimator: Estimator = { fit: () => Promise.resolve(detector), load: () => detector };
