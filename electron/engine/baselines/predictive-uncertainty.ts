/**
 * Uncertainty of the prediction over Monte-Carlo samples: predictive entropy H = -Σ p̄ ln p̄ and mutual information
 * MI = H - mean_s(-Σ p ln p) (Gal 2016; NUMERICS section 8). Higher = more out-of-distribution, so a score is its negative.
 * 0 · ln 0 is 0 here; the reference gives NaN.
 */
import { softmax } from '../linalg/log-sum-exp.ts';
import type { Matrix } from '../linalg/matrix.ts';

export interface PredictiveUncertainty {
  /** [n] */
  entropy: Float64Array;
  mutualInformation: Float64Array;
}

/** @param logits [n · samples, C], the samples of an image one after the other. */
export function predictiveUncertainty({ rows, cols, data }: Matrix, samples: number): PredictiveUncertainty {
  if (rows % samples !== 0) throw new Error(`${rows} rows are not a multiple of ${samples} samples`);
  const images = rows / samples;
  const entropy = new Float64Array(images);
  const mutualInformation = new Float64Array(images);
  const mean = new Float64Array(cols);
  for (let i = 0; i < images; i++) {
    mean.fill(0);
    let within = 0;
    for (let s = 0; s < samples; s++) {
      const at = (i * samples + s) * cols;
      const p = softmax(data.subarray(at, at + cols));
      within += shannon(p) / samples;
      for (let c = 0; c < cols; c++) mean[c] += p[c] / samples;
    }
    entropy[i] = shannon(mean);
    mutualInformation[i] = entropy[i] - within;
  }
  return { entropy, mutualInformation };
}

function shannon(p: Float64Array): number {
  let sum = 0;
  for (const value of p) if (value > 0) sum -= value * Math.log(value);
  return sum;
}
