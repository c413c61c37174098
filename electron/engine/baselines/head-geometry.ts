/**
 * Baselines on where a feature lies against the decision borders, the training rows and the class patterns: fDBD (Liu &
 * Qin 2024), NNGuide (Park et al. 2023), SHE (Zhang et al. 2023). NUMERICS2 section 2.
 */
import { centredRows, zeros, type Matrix } from '../linalg/matrix.ts';
import type { MatMul } from '../linalg/matmul.ts';
import { classMeans } from '../linalg/classes.ts';
import { rowSquares } from '../linalg/squared-distances.ts';
import { energyScores, predictions } from './logit-scores.ts';
import { logitsOf, type Head } from './head.ts';

/**
 * Σ_{c≠p} (l_p - l_c) / |w_c - w_p| over |t - centre|, p the predicted class: a sum, not a mean, as published.
 * @param centre mean of the training features, or null to divide by |t|.
 */
export async function fdbdScores(
  features: Matrix,
  { head, centre }: { head: Head; centre: Float64Array | null },
  multiply: MatMul,
): Promise<Float64Array> {
  const logits = await logitsOf(features, head, multiply);
  const predicted = predictions(logits);
  const lengths = rowSquares(centre === null ? features : centredRows(features, centre));
  const { cols } = logits;
  const borders = new Map<number, Float64Array>();
  return Float64Array.from({ length: features.rows }, (_, r) => {
    const p = predicted[r];
    if (!borders.has(p)) borders.set(p, weightGaps(head.weight, p));
    const gaps = borders.get(p)!;
    let sum = 0;
    for (let c = 0; c < cols; c++) if (c !== p) sum += (logits.data[r * cols + p] - logits.data[r * cols + c]) / gaps[c];
    return sum / Math.sqrt(lengths[r]);
  });
}

function weightGaps(weight: Matrix, p: number): Float64Array {
  return rowSquares(centredRows(weight, weight.data.subarray(p * weight.cols, (p + 1) * weight.cols))).map(Math.sqrt);
}

/** x/|x| + 1e-10 on every coordinate, as OpenOOD has it: a zero row is NaN. */
function guideUnit(features: Matrix): Matrix {
  const lengths = rowSquares(features).map(Math.sqrt);
  const out = zeros(features.rows, features.cols);
  for (let r = 0; r < features.rows; r++) {
    for (let at = r * features.cols; at < (r + 1) * features.cols; at++) out.data[at] = features.data[at] / lengths[r] + 1e-10;
  }
  return out;
}

/** Directions of bank rows, each weighted by the energy of its logits. @param bank [n, F]. */
export async function guideBank(bank: Matrix, head: Head, multiply: MatMul): Promise<Matrix> {
  const energies = energyScores(await logitsOf(bank, head, multiply));
  const unit = guideUnit(bank);
  for (let r = 0; r < unit.rows; r++) for (let at = r * unit.cols; at < (r + 1) * unit.cols; at++) unit.data[at] *= energies[r];
  return unit;
}

/** Mean of the K largest products with the bank, times the energy of the logits. */
export async function nnGuideScores(
  features: Matrix,
  { head, bank, neighbours }: { head: Head; bank: Matrix; neighbours: number },
  multiply: MatMul,
): Promise<Float64Array> {
  const energies = energyScores(await logitsOf(features, head, multiply));
  const products = await multiply(guideUnit(features), bank, { transposeB: true });
  return energies.map((energy, r) => {
    const largest = products.data
      .slice(r * products.cols, (r + 1) * products.cols)
      .sort()
      .subarray(Math.max(0, products.cols - neighbours));
    return (largest.reduce((a, b) => a + b, 0) / neighbours) * energy;
  });
}

/** Mean features of the training rows of each class that are classified correctly: [C, F]. */
export async function shePatterns(train: Matrix, labels: Int32Array, head: Head, multiply: MatMul): Promise<Matrix> {
  const predicted = predictions(await logitsOf(train, head, multiply));
  const right = labels.map((label, r) => (label === predicted[r] ? label : -1));
  return classMeans(train, right, head.weight.rows);
}

/** Inner product with the pattern of the predicted class. */
export async function sheScores(features: Matrix, patterns: Matrix, head: Head, multiply: MatMul): Promise<Float64Array> {
  const predicted = predictions(await logitsOf(features, head, multiply));
  const { cols } = features;
  return Float64Array.from({ length: features.rows }, (_, r) => {
    let sum = 0;
    for (let j = 0; j < cols; j++) sum += features.data[r * cols + j] * patterns.data[predicted[r] * cols + j];
    return sum;
  });
}
