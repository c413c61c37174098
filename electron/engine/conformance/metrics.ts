/** Topics metrics and msp_energy. */
import { energyScores, maxLogitScores, mspScores } from '../baselines/logit-scores.ts';
import { logSumExp } from '../linalg/log-sum-exp.ts';
import { aupr, auroc, fprAtTpr, prCurve, rocCurve } from '../metrics/curves.ts';
import { rank, reversed, type Ranking } from '../metrics/ranking.ts';
import { zScoreThreshold } from '../metrics/threshold.ts';
import { bestSize, type CandidateRow } from './best-size.ts';
import { matrixOf, numberOf, numbersOf, type Check, type GoldenCase, type TopicCheck } from './types.ts';

type Fields = Record<string, unknown>;

export const metricsTopic: TopicCheck = (golden, check, context) => {
  if (golden.kind === 'selection') {
    selection(golden, check);
    return;
  }
  const ind = numbersOf(golden.ind);
  const ood = numbersOf(golden.ood);
  const ranking = rank(ind, ood);
  const exact = { rtol: context.tolerance('exact_rtol'), atol: 1e-14 };
  check.close('auroc before inversion', auroc(ranking), golden.auroc_before_inversion, { ...exact, atol: 3e-7 });
  check.same('inversion', auroc(ranking) < 0.5, golden.inverted_exact);
  const wanted = golden.exact as Fields;
  // The reference swaps labels below one half; the product never does, so the swapped problem is handed to it.
  const seen = (inverted: unknown): Ranking => (inverted === true ? rank(ood, ind) : ranking);
  const area = seen(golden.inverted_exact);
  const roc = rocCurve(area);
  check.close('auroc', auroc(area), wanted.auroc, exact);
  check.close('fpr95', fprAtTpr(area), wanted.fpr95, exact);
  check.close('aupr', aupr(area), wanted.aupr, exact);
  check.close('fpr', roc.fpr, wanted.fpr, exact);
  check.close('tpr', roc.tpr, wanted.tpr, exact);
  packageCurves(seen(golden.inverted), golden.package as Fields, check, {
    single: { rtol: 0, atol: context.tolerance('package_atol') },
    thresholds: { rtol: context.tolerance('thresholds_rtol'), atol: 0 },
  });
  const openood = golden.openood as Fields;
  const other = reversed(ranking);
  check.close('OoD positive: auroc', auroc(other), openood.auroc, exact);
  check.close('OoD positive: fpr95', fprAtTpr(other), openood.fpr95, exact);
  check.close('OoD positive: aupr', aupr(other), openood.aupr_out, exact);
  check.close('InD positive: aupr', aupr(ranking), openood.aupr_in, exact);
  check.close('z-score threshold', zScoreThreshold(ind), golden.threshold_1645, { rtol: 1e-12, atol: 1e-13 });
};

interface PackageTolerance {
  single: { rtol: number; atol: number };
  thresholds: { rtol: number; atol: number };
}

function packageCurves(ranking: Ranking, wanted: Fields, check: Check, { single, thresholds }: PackageTolerance): void {
  const roc = rocCurve(ranking);
  const pr = prCurve(ranking);
  check.close('package auroc', auroc(ranking), wanted.auroc, single);
  check.close('package fpr95', fprAtTpr(ranking), wanted.fpr95, single);
  check.close('package aupr', aupr(ranking), wanted.aupr, single);
  check.close('package fpr', roc.fpr, wanted.fpr, single);
  check.close('package tpr', roc.tpr, wanted.tpr, single);
  check.close('package ROC thresholds', roc.thresholds, wanted.roc_thresholds, thresholds);
  check.close('package precision', pr.precision, wanted.precision, single);
  check.close('package recall', pr.recall, wanted.recall, single);
  check.close('package PR thresholds', pr.thresholds, wanted.pr_thresholds, thresholds);
}

/** Row names are "OoD set, detector, extension"; the extension is empty or " PCA k". */
function selection(golden: GoldenCase, check: Check): void {
  const sizes = numbersOf(golden.n_components);
  for (const technique of ['LaRED', 'LaREM']) {
    const rows = (golden.rows as unknown[][]).flatMap(([name, area, fpr95, precision]): CandidateRow[] => {
      const text = String(name);
      const match = /(LaRED|LaREM)(?: PCA (\d+))?$/.exec(text);
      if (match === null || match[1] !== technique || text.includes('anomalies')) return [];
      const pca = match[2] === undefined ? null : Number(match[2]);
      return [{ pca, auroc: numberOf(area), fpr95: numberOf(fpr95), aupr: numberOf(precision) }];
    });
    check.close(`${technique} selected`, bestSize(rows, [null, ...sizes]), golden[`${technique}_exact_name`], {
      rtol: 1e-12,
      atol: 1e-12,
    });
  }
}

export const mspEnergyTopic: TopicCheck = (golden, check, context) => {
  const tolerance = { rtol: context.tolerance('rtol'), atol: context.tolerance('atol') };
  if (golden.kind === 'rcnn') {
    detectorHeads(golden, check, tolerance);
    return;
  }
  const logits = matrixOf(golden.logits);
  check.close('msp', mspScores(logits), golden.msp, tolerance);
  check.close('energy', energyScores(logits), golden.energy, tolerance);
  check.close('energy, T = 0.5', energyScores(logits, 0.5), golden['energy_T0.5'], tolerance);
  check.close('energy, T = 2', energyScores(logits, 2), golden['energy_T2.0'], tolerance);
  check.close('max logit', maxLogitScores(logits), golden.max_logit, tolerance);
  const single = { rtol: context.tolerance('float32_rtol'), atol: context.tolerance('float32_rtol') };
  check.close('msp, float32 reference', mspScores(logits), golden.msp_float32, single);
  check.close('energy, float32 reference', energyScores(logits), golden.energy_float32, single);
};

/** Detector heads are aggregated over boxes: that is the golden file's own arithmetic round the product's log-sum-exp. */
function detectorHeads(golden: GoldenCase, check: Check, tolerance: { rtol: number; atol: number }): void {
  const images = golden.images as Fields[];
  const meanEnergy = (value: unknown): number => {
    const boxes = matrixOf(value);
    if (boxes.data.length === 0) return NaN;
    const energies = Array.from({ length: boxes.rows }, (_, r) =>
      logSumExp(boxes.data, r * boxes.cols, (r + 1) * boxes.cols - 1),
    );
    return energies.reduce((a, b) => a + b, 0) / energies.length;
  };
  check.close(
    'msp',
    images.map((image) => Math.max(0, ...numbersOf(image.scores))),
    golden.msp,
    tolerance,
  );
  check.close(
    'raw energy',
    images.map((image) => meanEnergy(image.box_cls)),
    golden.energy_raw,
    tolerance,
  );
  check.close(
    'filtered energy',
    images.map((image) => meanEnergy(image.inter_feat)),
    golden.energy_filtered,
    tolerance,
  );
}
