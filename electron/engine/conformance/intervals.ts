/** Topic intervals. */
import { acceleration, basicInterval, bcaInterval, biasCorrection } from '../metrics/bca.ts';
import {
  asymptoticSequence,
  conditionalPValues,
  conformalPValues,
  dkwPValues,
  guaranteedRank,
  realisedRate,
  simesSequence,
} from '../metrics/conformal.ts';
import { aupr, auroc, averagePrecision, fprAtTpr } from '../metrics/curves.ts';
import { delongVariance, hanleyMcNeilVariance, logitInterval, normalInterval } from '../metrics/auroc-interval.ts';
import { percentileInterval } from '../metrics/quantile.ts';
import { delongPaired, holm, holmRejects, mcnemarChiSquare, mcnemarExact } from '../metrics/paired.ts';
import { clopperPearson, clopperPearsonHigh, clopperPearsonLow, wilsonInterval } from '../metrics/proportion.ts';
import { rank } from '../metrics/ranking.ts';
import { conformalRank, isAlarm, thresholdOf } from '../metrics/threshold.ts';
import { byKind } from './sampling.ts';
import { matrixOf, numberOf, numbersOf, type GoldenCase, type TopicCheck } from './types.ts';

const KINDS: Record<string, TopicCheck> = {
  auc(golden, check, context) {
    const pos = numbersOf(golden.pos);
    const neg = numbersOf(golden.neg);
    const tolerance = { rtol: context.tolerance('rtol'), atol: context.tolerance('atol') };
    const area = auroc(rank(pos, neg));
    const variance = delongVariance(pos, neg);
    check.close('auroc', area, golden.auroc, tolerance);
    check.close('Hanley-McNeil', hanleyMcNeilVariance(area, pos.length, neg.length), golden.hanley_mcneil, tolerance);
    check.close('DeLong', variance, golden.delong, tolerance);
    check.close('interval', normalInterval(area, variance), golden.ci, tolerance);
    check.close('logit interval', logitInterval(area, variance), golden.ci_logit, tolerance);
  },
  hanley_mcneil(golden, check, context) {
    const got = hanleyMcNeilVariance(numberOf(golden.auroc), numberOf(golden.n_pos), numberOf(golden.n_neg));
    check.close('variance', got, golden.variance, { rtol: context.tolerance('rtol'), atol: context.tolerance('atol') });
  },
  proportion(golden, check, context) {
    const tolerance = { rtol: context.tolerance('interval_rtol'), atol: context.tolerance('interval_atol') };
    for (const row of rowsOf(golden)) {
      const [k, n, level] = [row.k, row.n, row.level];
      check.close('Clopper-Pearson', clopperPearson(k, n, level), [row.cp_low, row.cp_high], tolerance);
      check.close('lower bound', clopperPearsonLow(k, n, level), row.cp_lower_bound, tolerance);
      check.close('upper bound', clopperPearsonHigh(k, n, level), row.cp_upper_bound, tolerance);
      check.close('Wilson', wilsonInterval(k, n, (1 + level) / 2), [row.wilson_low, row.wilson_high], tolerance);
      const oneSided = wilsonInterval(k, n, level);
      check.close('Wilson bounds', oneSided, [row.wilson_lower_bound, row.wilson_upper_bound], tolerance);
    }
  },
  bootstrap(golden, check, context) {
    const pos = numbersOf(golden.pos);
    const neg = numbersOf(golden.neg);
    const groups = [resamples(golden.pos, golden.index_pos), resamples(golden.neg, golden.index_neg)];
    const tolerance = { rtol: context.tolerance('rtol'), atol: 1e-12 };
    const metrics = golden.metrics as Record<string, Record<string, unknown>>;
    const level = numberOf(golden.level);
    const statistics = { auroc, aupr, average_precision: averagePrecision, fpr95: fprAtTpr };
    for (const [name, statistic] of Object.entries(statistics)) {
      const wanted = metrics[name];
      const of = (positive: Float64Array, negative: Float64Array): number => statistic(rank(positive, negative));
      const estimate = of(pos, neg);
      const replicates = Float64Array.from(groups[0], (positive, b) => of(positive, groups[1][b]));
      const jackknife = [leaveOneOut(pos, (rest) => of(rest, neg)), leaveOneOut(neg, (rest) => of(pos, rest))];
      check.close(name, estimate, wanted.estimate, tolerance);
      check.close(`${name}, replicates`, replicates, wanted.replicates, tolerance);
      check.close(`${name}, percentile interval`, percentileInterval(replicates, level), wanted.percentile, tolerance);
      check.close(`${name}, basic interval`, basicInterval(estimate, replicates, level), wanted.basic, tolerance);
      check.close(`${name}, z0`, biasCorrection({ estimate, replicates }), wanted.z0, { rtol: 1e-9, atol: 1e-10 });
      const a = acceleration(jackknife);
      if (Number.isNaN(a)) continue; // 0/0, or rounding by rounding in the reference: not required (NUMERICS2 section 3).
      check.close(`${name}, acceleration`, a, wanted.acceleration, { rtol: 1e-8, atol: 1e-10 });
      const bca = bcaInterval({ estimate, replicates, jackknife }, level);
      check.close(`${name}, BCa interval`, bca, wanted.bca, { rtol: 1e-7, atol: 1e-8 });
    }
  },
  bootstrap_degenerate(golden, check) {
    const pos = numbersOf(golden.pos);
    const neg = numbersOf(golden.neg);
    const [positive, negative] = [resamples(golden.pos, golden.index_pos), resamples(golden.neg, golden.index_neg)];
    const replicates = Float64Array.from(positive, (scores, b) => auroc(rank(scores, negative[b])));
    const of = (left: Float64Array, right: Float64Array): number => auroc(rank(left, right));
    const jackknife = [leaveOneOut(pos, (rest) => of(rest, neg)), leaveOneOut(neg, (rest) => of(pos, rest))];
    check.close('percentile', percentileInterval(replicates), golden.percentile, { rtol: 0, atol: 0 });
    check.close('BCa', bcaInterval({ estimate: of(pos, neg), replicates, jackknife }), golden.bca, { rtol: 0, atol: 0 });
  },
  conformal_k(golden, check, context) {
    const tolerance = { rtol: context.tolerance('interval_rtol'), atol: context.tolerance('interval_atol') };
    for (const row of rowsOf(golden)) {
      const { n, alpha } = row;
      const k = conformalRank(n, alpha);
      check.same(`k at n ${n}, alpha ${alpha}`, k, row.k);
      const { mean, q05, q50, q95, probabilityAbove } = realisedRate(k, n, alpha);
      const wanted = [row.rate_mean, row.rate_q05, row.rate_q50, row.rate_q95, row.prob_rate_above_alpha];
      check.close('law of the realised rate', [mean, q05, q50, q95, probabilityAbove], wanted, tolerance);
      check.same('k with 90 % confidence', guaranteedRank(n, alpha), row.k_with_90_percent_confidence);
    }
  },
  conformal(golden, check) {
    const calibration = numbersOf(golden.calibration);
    const alpha = numberOf(golden.alpha);
    const threshold = thresholdOf(calibration, { rule: 'conformal', falseAlarm: alpha });
    check.same('k', conformalRank(calibration.length, alpha), golden.k);
    check.close('threshold', threshold.value, golden.threshold, { rtol: 0, atol: 0 });
    const alarms = Array.from(numbersOf(golden.test), (score) => Number(isAlarm(score, threshold)));
    check.close('alarms', alarms, golden.alarm, { rtol: 0, atol: 0 });
    const p = conformalPValues(calibration, numbersOf(golden.test));
    const delta = numberOf(golden.delta);
    const simes = conditionalPValues(p, simesSequence(calibration.length, delta));
    check.close('p-values', p, golden.p_values, { rtol: 1e-14, atol: 0 });
    check.close('Simes p-values', simes, golden.p_simes, { rtol: 1e-10, atol: 1e-12 });
    check.close('DKW p-values', dkwPValues(p, calibration.length, delta), golden.p_dkw, { rtol: 1e-12, atol: 1e-14 });
  },
  delong_paired(golden, check, context) {
    const tolerance = { rtol: 1e-9, atol: 1e-12 };
    const positive: [Float64Array, Float64Array] = [numbersOf(golden.pos1), numbersOf(golden.pos2)];
    const negative: [Float64Array, Float64Array] = [numbersOf(golden.neg1), numbersOf(golden.neg2)];
    const { low, high, z, p } = delongPaired({ positive, negative });
    for (const i of [0, 1]) {
      check.close('area', auroc(rank(positive[i], negative[i])), golden[`auroc${i + 1}`], tolerance);
      const variance = delongVariance(positive[i], negative[i]);
      check.close('variance', variance, golden[`var${i + 1}`], { rtol: context.tolerance('rtol'), atol: 1e-15 });
    }
    check.close('z', z, golden.z, tolerance);
    check.close('p', p, golden.p, { rtol: 1e-9, atol: 1e-13 });
    check.close('interval of the difference', [low, high], golden.difference_ci, tolerance);
  },
  holm(golden, check) {
    const p = Array.from(numbersOf(golden.p));
    check.close('adjusted', holm(p), golden.adjusted, { rtol: 1e-12, atol: 1e-15 });
    check.close('rejected', holmRejects(p, numberOf(golden.alpha)).map(Number), golden.reject, { rtol: 0, atol: 0 });
  },
  conditional_p(golden, check) {
    const n = numberOf(golden.n);
    const delta = numberOf(golden.delta);
    const p = Float64Array.from({ length: n + 1 }, (_, i) => (i + 1) / (n + 1));
    const simes = simesSequence(n, delta);
    const close = { rtol: 1e-10, atol: 1e-12 };
    check.close('Simes sequence', simes, golden.a, close);
    check.close('Simes', conditionalPValues(p, simes), golden.simes, close);
    check.close('asymptotic', conditionalPValues(p, asymptoticSequence(n, delta)), golden.asymptotic, close);
    check.close('DKW', dkwPValues(p, n, delta), golden.dkw, { rtol: 1e-12, atol: 1e-14 });
  },
  mcnemar(golden, check) {
    for (const row of rowsOf(golden)) {
      const { b, c } = row;
      const plain = mcnemarChiSquare(b, c);
      const corrected = mcnemarChiSquare(b, c, true);
      check.close('exact p', mcnemarExact(b, c), row.exact_p, { rtol: 1e-11, atol: 0 });
      check.close('chi-square', [plain.chiSquare, plain.p], [row.chi2, row.chi2_p], { rtol: 1e-9, atol: 1e-14 });
      const wanted = [row.chi2_corrected_r, row.p_corrected_r];
      check.close('corrected', [corrected.chiSquare, corrected.p], wanted, { rtol: 1e-9, atol: 1e-14 });
    }
  },
};

export const intervalsTopic: TopicCheck = (golden, check, context) => byKind(KINDS, golden, check, context);

function rowsOf(golden: GoldenCase): Record<string, number>[] {
  const names = golden.columns as string[];
  return (golden.rows as unknown[][]).map((row) => Object.fromEntries(names.map((name, i) => [name, numberOf(row[i])])));
}

function leaveOneOut(values: Float64Array, statistic: (rest: Float64Array) => number): Float64Array {
  return values.map((_, i) => statistic(values.filter((_value, j) => j !== i)));
}

/** The resampled scores of each replicate. */
function resamples(scores: unknown, index: unknown): Float64Array[] {
  const values = numbersOf(scores);
  const { rows, cols, data } = matrixOf(index);
  return Array.from({ length: rows }, (_, b) => Float64Array.from(data.subarray(b * cols, (b + 1) * cols), (i) => values[i]));
}
