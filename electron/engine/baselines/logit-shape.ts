/** Baselines on the shape of the softmax: GEN (Liu et al. 2023), KL matching (Hendrycks et al. 2022). NUMERICS section 12. */
import { softmax } from '../linalg/log-sum-exp.ts';
import { zeros, type Matrix } from '../linalg/matrix.ts';
import { predictions } from './logit-scores.ts';

/** -Σ p^γ (1-p)^γ over the M largest probabilities of each row. */
export function genScores({ rows, cols, data }: Matrix, { gamma = 0.1, classes = 100 } = {}): Float64Array {
  return Float64Array.from({ length: rows }, (_, r) => {
    const p = softmax(data.subarray(r * cols, (r + 1) * cols)).sort();
    return -p.subarray(Math.max(0, cols - classes)).reduce((sum, value) => sum + value ** gamma * (1 - value) ** gamma, 0);
  });
}

/** Mean softmax of the rows predicted as each class; one-hot for a class that is never predicted. [C, C] */
export function klTemplates(logits: Matrix): Matrix {
  const { rows, cols, data } = logits;
  const predicted = predictions(logits);
  const templates = zeros(cols, cols);
  const counts = new Int32Array(cols);
  for (let r = 0; r < rows; r++) {
    const p = softmax(data.subarray(r * cols, (r + 1) * cols));
    counts[predicted[r]]++;
    for (let c = 0; c < cols; c++) templates.data[predicted[r] * cols + c] += p[c];
  }
  for (let k = 0; k < cols; k++) {
    if (counts[k] === 0) templates.data[k * cols + k] = 1;
    else for (let c = 0; c < cols; c++) templates.data[k * cols + c] /= counts[k];
  }
  return templates;
}

/** -min_c KL(softmax ‖ template_c), with 0 · ln 0 = 0 and a zero in the template infinite. */
export function klMatchingScores({ rows, cols, data }: Matrix, templates: Matrix): Float64Array {
  return Float64Array.from({ length: rows }, (_, r) => {
    const p = softmax(data.subarray(r * cols, (r + 1) * cols));
    let least = Infinity;
    for (let k = 0; k < templates.rows; k++) {
      let divergence = 0;
      for (let c = 0; c < cols; c++) if (p[c] > 0) divergence += p[c] * Math.log(p[c] / templates.data[k * cols + c]);
      least = Math.min(least, divergence);
    }
    return -least;
  });
}
