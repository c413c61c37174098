/** Topic ood_metrics_extra. */
import { autc, correctAtFpr, detectionError, tprAtFpr } from '../metrics/detection-error.ts';
import { rank, reversed } from '../metrics/ranking.ts';
import { calibrationError, riskCoverage, selectiveCounts, selectiveRates } from '../metrics/selective.ts';
import { byKind } from './sampling.ts';
import { numberOf, numbersOf, type TopicCheck } from './types.ts';

const KINDS: Record<string, TopicCheck> = {
  detection(golden, check, context) {
    const tolerance = { rtol: context.tolerance('rtol'), atol: context.tolerance('atol') };
    const [ind, ood] = [numbersOf(golden.ind), numbersOf(golden.ood)];
    const ranking = rank(ind, ood);
    const { error, threshold } = detectionError(ranking);
    check.close('detection error', error, golden.detection_error, tolerance);
    check.close('threshold', threshold, golden.threshold, { rtol: 0, atol: 0 });
    for (const [positive, percent, best, interpolated] of golden.tpr_at_fpr as [string, number, unknown, unknown][]) {
      const got = tprAtFpr(positive === 'ind' ? ranking : reversed(ranking), percent / 100);
      check.close(`TPR at ${percent} %`, got.best, best, tolerance);
      check.close(`TPR at ${percent} %, interpolated`, got.interpolated, interpolated, { rtol: 1e-11, atol: 1e-12 });
    }
    if (golden.autc === undefined) return;
    const area = autc(ind, ood);
    check.close('AUTC', [area.autc, area.aufpr, area.aufnr], [golden.autc, golden.aufpr, golden.aufnr], tolerance);
  },
  ccr(golden, check, context) {
    const tolerance = { rtol: context.tolerance('rtol'), atol: context.tolerance('atol') };
    const [ind, ood, right] = [numbersOf(golden.ind), numbersOf(golden.ood), numbersOf(golden.right)];
    for (const [f, wanted] of golden.rows as [number, unknown][]) {
      if (f > 0) check.close(`CCR at ${f}`, correctAtFpr(ind, right, ood, f), wanted, tolerance);
    }
  },
  risk_coverage(golden, check, context) {
    const close = { rtol: 1e-11, atol: 1e-12 };
    const got = riskCoverage(numbersOf(golden.confidence), numbersOf(golden.error));
    check.close('coverages', got.coverages, golden.coverages, {
      rtol: context.tolerance('rtol'),
      atol: context.tolerance('atol'),
    });
    check.close('selective risks', got.selectiveRisks, golden.selective_risks, close);
    check.close('generalised risks', got.generalizedRisks, golden.generalized_risks, close);
    check.close('areas', [got.aurc, got.augrc], [golden.aurc, golden.augrc], close);
    if (golden.eaurc === undefined) return;
    const wanted = [golden.aurc_optimal, golden.augrc_optimal];
    check.close('optimal areas', [got.aurcOptimal, got.augrcOptimal], wanted, { rtol: 1e-12, atol: 1e-14 });
    const excess = [got.aurc - got.aurcOptimal, got.augrc - got.augrcOptimal];
    check.close('excess', excess, [golden.eaurc, golden.eaugrc], { rtol: 1e-10, atol: 1e-12 });
  },
  ece(golden, check, context) {
    const tolerance = { rtol: context.tolerance('rtol'), atol: context.tolerance('atol') };
    const [confidence, right, bins] = [numbersOf(golden.confidence), numbersOf(golden.right), numberOf(golden.bins)];
    check.close('edges lower', calibrationError(confidence, right, { bins }), golden.ece, tolerance);
    check.close('edges upper', calibrationError(confidence, right, { bins, edges: 'upper' }), golden.ece_edges_up, tolerance);
  },
  selective(golden, check, context) {
    const tolerance = { rtol: context.tolerance('rtol'), atol: context.tolerance('atol') };
    const counts = selectiveCounts(numbersOf(golden.confidence), numbersOf(golden.right), numberOf(golden.threshold));
    const { rightAccepted, wrongAccepted, rightRejected, wrongRejected } = counts;
    const wanted = [golden.right_accepted, golden.wrong_accepted, golden.right_rejected, golden.wrong_rejected];
    check.same('counts', [rightAccepted, wrongAccepted, rightRejected, wrongRejected], wanted);
    const names = ['coverage', 'selective_risk', 'generalized_risk', 'right_accepted_rate', 'wrong_rejected_rate'];
    names.push('rejection_precision', 'classification_quality', 'rejection_quality');
    const rates = Object.values(selectiveRates(counts));
    check.close(
      'rates',
      rates,
      names.map((name) => golden[name]),
      tolerance,
    );
  },
};

export const extraMetricsTopic: TopicCheck = (golden, check, context) => byKind(KINDS, golden, check, context);
