/**
 * Wrong answers against rejected ones: risk over coverage (Geifman & El-Yaniv 2017; Traub et al. 2024), calibration error
 * (Naeini 2015; Guo et al. 2017), and the counts behind a threshold (Condessa et al. 2017). NUMERICS2 section 8.
 * An answer is accepted when its confidence is at least the threshold.
 */
export interface RiskCoverage {
  /** At the distinct confidences, ascending, then coverage 0 with the last selective risk and generalised risk 0. */
  coverages: Float64Array;
  selectiveRisks: Float64Array;
  generalizedRisks: Float64Array;
  /** Areas by the trapezoid rule, and those of a perfect order. */
  aurc: number;
  augrc: number;
  aurcOptimal: number;
  augrcOptimal: number;
}

/** @param error 1 for a wrong answer, [n]. */
export function riskCoverage(confidence: Float64Array, error: Float64Array): RiskCoverage {
  const n = confidence.length;
  const order = Array.from(confidence.keys()).sort((a, b) => confidence[a] - confidence[b]);
  const coverages: number[] = [];
  const selective: number[] = [];
  const generalized: number[] = [];
  let errors = error.reduce((a, b) => a + b, 0);
  const rate = errors / n;
  order.forEach((image, at) => {
    if (at === 0 || confidence[image] !== confidence[order[at - 1]]) {
      coverages.push((n - at) / n);
      selective.push(errors / (n - at));
      generalized.push(errors / n);
    }
    errors -= error[image];
  });
  coverages.push(0);
  selective.push(selective[selective.length - 1]);
  generalized.push(0);
  const area = (risks: readonly number[]): number =>
    risks.slice(1).reduce((sum, risk, i) => sum + ((coverages[i] - coverages[i + 1]) * (risks[i] + risk)) / 2, 0);
  return {
    coverages: Float64Array.from(coverages),
    selectiveRisks: Float64Array.from(selective),
    generalizedRisks: Float64Array.from(generalized),
    aurc: area(selective),
    augrc: area(generalized),
    aurcOptimal: rate + (1 - rate) * Math.log(1 - rate + Number.EPSILON),
    augrcOptimal: (rate * rate) / 2,
  };
}

/** Σ |Σ confidence - Σ right| / n over equal-width bins; a confidence on an edge belongs to the lower bin, or the upper. */
export function calibrationError(
  confidence: Float64Array,
  right: ArrayLike<number>,
  { bins = 15, edges = 'lower' }: { bins?: number; edges?: 'lower' | 'upper' } = {},
): number {
  const gaps = new Float64Array(bins);
  const inner = Array.from({ length: bins - 1 }, (_, i) => (i + 1) * (1 / bins));
  confidence.forEach((value, i) => {
    const bin = inner.filter((edge) => (edges === 'lower' ? edge < value : edge <= value)).length;
    gaps[bin] += value - right[i];
  });
  return gaps.reduce((sum, gap) => sum + Math.abs(gap), 0) / confidence.length;
}

export interface SelectiveCounts {
  rightAccepted: number;
  wrongAccepted: number;
  rightRejected: number;
  wrongRejected: number;
}

export function selectiveCounts(confidence: Float64Array, right: ArrayLike<number>, threshold: number): SelectiveCounts {
  const counts = { rightAccepted: 0, wrongAccepted: 0, rightRejected: 0, wrongRejected: 0 };
  confidence.forEach((value, i) => {
    const [isRight, accepted] = [right[i] !== 0, value >= threshold];
    counts[isRight ? (accepted ? 'rightAccepted' : 'rightRejected') : accepted ? 'wrongAccepted' : 'wrongRejected']++;
  });
  return counts;
}

/** Rates of the counts; 0/0 is NaN, x/0 infinite. */
export function selectiveRates({ rightAccepted: ra, wrongAccepted: wa, rightRejected: rr, wrongRejected: wr }: SelectiveCounts) {
  const n = ra + wa + rr + wr;
  return {
    coverage: (ra + wa) / n,
    selectiveRisk: wa / (ra + wa),
    generalizedRisk: wa / n,
    rightAcceptedRate: ra / (ra + rr),
    wrongRejectedRate: wr / (wa + wr),
    rejectionPrecision: wr / (rr + wr),
    classificationQuality: (ra + wr) / n,
    rejectionQuality: (wr * (ra + rr)) / (rr * (wa + wr)),
  };
}
