/**
 * LaRED with a bandwidth by rule: rows are whitened by their own covariance (ddof 1), the factor of Scott or Silverman is
 * the bandwidth there, and the density is carried back: log p(t) = log p_white(tW) + ln|W|. This is the Gaussian kernel
 * estimate with kernel covariance factor² · cov. Directions that do not vary are left out.
 */
import { centredRows, requireColumns, requireFinite, rowMatrix, type Matrix } from '../linalg/matrix.ts';
import { addBlock, covariance, emptyMoments } from '../linalg/moments.ts';
import { whiteningOf } from '../linalg/whitening.ts';
import { bandwidthFactor, type BandwidthRule } from './bandwidth.ts';
import type { Detector, DetectorState, Estimator, Work } from './detector.ts';
import { laredEstimator } from './lared.ts';

class WhitenedLared implements Detector {
  private readonly mean: Float64Array;
  private readonly factor: Matrix;
  private readonly density: Detector;
  private readonly rule: BandwidthRule;
  readonly facts: Record<string, number>;

  constructor(rule: BandwidthRule, parts: { mean: Float64Array; factor: Matrix; density: Detector; logDeterminant: number }) {
    this.rule = rule;
    this.mean = parts.mean;
    this.factor = parts.factor;
    this.density = parts.density;
    this.facts = { ...parts.density.facts, rank: parts.factor.cols, logDeterminant: parts.logDeterminant };
  }

  async score(rows: Matrix, work: Work): Promise<Float64Array> {
    requireColumns(rows, this.mean.length, 'LaRED');
    const z = await work.multiply(centredRows(rows, this.mean), this.factor, { signal: work.signal });
    const scores = await this.density.score(z, work);
    return scores.map((score) => score + this.facts.logDeterminant);
  }

  state(): DetectorState {
    const { matrices } = this.density.state();
    return {
      type: `lared-${this.rule}`,
      numbers: this.facts,
      matrices: { mean: rowMatrix(this.mean), factor: this.factor, centre: matrices.centre, train: matrices.train },
    };
  }
}

export function whitenedLared(rule: BandwidthRule): Estimator {
  return {
    /** @param train [n, D], n >= 2. Throws E_INPUT when a value is not finite. */
    async fit(train: Matrix, work: Work): Promise<WhitenedLared> {
      requireFinite(train, 'LaRED cannot be fitted');
      const moments = emptyMoments(train.cols);
      await addBlock(moments, train, work.multiply);
      const { factor, rank, logDeterminant } = whiteningOf(covariance(moments, 1));
      const z = await work.multiply(centredRows(train, moments.mean), factor, { signal: work.signal });
      const density = await laredEstimator(bandwidthFactor(rule, train.rows, rank)).fit(z, work);
      return new WhitenedLared(rule, { mean: moments.mean, factor, density, logDeterminant });
    },
    load({ numbers, matrices: { mean, factor, centre, train } }: DetectorState): WhitenedLared {
      const density = laredEstimator().load({
        type: 'lared',
        numbers: { bandwidth: numbers.bandwidth },
        matrices: { centre, train },
      });
      return new WhitenedLared(rule, { mean: mean.data, factor, density, logDeterminant: numbers.logDeterminant });
    },
  };
}
