/** Topic intervals: what the results use. Kinds of later work are named as not built yet. */
import { aupr, auroc, fprAtTpr } from '../metrics/curves.ts';
import { delongVariance, hanleyMcNeilVariance, logitInterval, normalInterval } from '../metrics/auroc-interval.ts';
import { percentileInterval } from '../metrics/bootstrap.ts';
import { clopperPearson, clopperPearsonHigh, clopperPearsonLow } from '../metrics/proportion.ts';
import { rank } from '../metrics/ranking.ts';
import { conformalRank, isAlarm, thresholdOf } from '../metrics/threshold.ts';
import { byKind } from './sampling.ts';
import { matrixOf, numberOf, numbersOf, type GoldenCase, type TopicCheck } from './types.ts';

const later: TopicCheck = (golden, check) => check.notBuilt(golden.kind ?? golden.name);

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
    }
  },
  bootstrap(golden, check, context) {
    const groups = [resamples(golden.pos, golden.index_pos), resamples(golden.neg, golden.index_neg)];
    const tolerance = { rtol: context.tolerance('rtol'), atol: 1e-12 };
    const metrics = golden.metrics as Record<string, Record<string, unknown>>;
    const statistics = { auroc, aupr, fpr95: fprAtTpr };
    for (const [name, statistic] of Object.entries(statistics)) {
      check.close(name, statistic(rank(numbersOf(golden.pos), numbersOf(golden.neg))), metrics[name].estimate, tolerance);
      const replicates = Float64Array.from(groups[0], (positive, b) => statistic(rank(positive, groups[1][b])));
      check.close(`${name}, replicates`, replicates, metrics[name].replicates, tolerance);
      check.close(
        `${name}, percentile interval`,
        percentileInterval(replicates, numberOf(golden.level)),
        metrics[name].percentile,
        tolerance,
      );
    }
    check.notBuilt('basic and BCa intervals, average precision');
  },
  conformal_k(golden, check) {
    for (const row of rowsOf(golden)) check.same(`k at n ${row.n}, alpha ${row.alpha}`, conformalRank(row.n, row.alpha), row.k);
    check.notBuilt('distribution of the realised false-alarm rate');
  },
  conformal(golden, check) {
    const calibration = numbersOf(golden.calibration);
    const alpha = numberOf(golden.alpha);
    const threshold = thresholdOf(calibration, { rule: 'conformal', falseAlarm: alpha });
    check.same('k', conformalRank(calibration.length, alpha), golden.k);
    check.close('threshold', threshold.value, golden.threshold, { rtol: 0, atol: 0 });
    const alarms = Array.from(numbersOf(golden.test), (score) => Number(isAlarm(score, threshold)));
    check.close('alarms', alarms, golden.alarm, { rtol: 0, atol: 0 });
  },
  delong_paired: later,
  bootstrap_degenerate: later,
  holm: later,
  conditional_p: later,
  mcnemar: later,
};

export const intervalsTopic: TopicCheck = (golden, check, context) => byKind(KINDS, golden, check, context);

function rowsOf(golden: GoldenCase): Record<string, number>[] {
  const names = golden.columns as string[];
  return (golden.rows as unknown[][]).map((row) => Object.fromEntries(names.map((name, i) => [name, numberOf(row[i])])));
}

/** The resampled scores of each replicate. */
function resamples(scores: unknown, index: unknown): Float64Array[] {
  const values = numbersOf(scores);
  const { rows, cols, data } = matrixOf(index);
  return Array.from({ length: rows }, (_, b) => Float64Array.from(data.subarray(b * cols, (b + 1) * cols), (i) => values[i]));
}
