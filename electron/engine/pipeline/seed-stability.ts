/**
 * Does the draw of the masks decide the figures? The same plan under further seeds (of the masks, and of the hold-out where
 * there is one), each an evaluation of its own with every stage found again when it was computed before.
 */
import type { ModelWarning } from '../../shared/domain.ts';
import { formats } from '../../shared/format.ts';
import type { Plan } from '../../shared/plan.ts';
import type { MetricsRow, Results, Stability } from '../../shared/results.ts';
import { alarmRatesOf } from '../../shared/seed-rates.ts';
import { configName } from './detector-configs.ts';

/** Adds the block `stability`, its time and its warnings. @param evaluate gives the metrics of a plan. */
export async function withStability(
  results: Results,
  plan: Plan,
  { seeds, evaluate }: { seeds: number; evaluate: (plan: Plan, which: string) => Promise<MetricsRow[]> },
): Promise<Results> {
  const started = performance.now();
  const first = plan.sampling.seed;
  const all = Array.from({ length: seeds }, (_, k) => first + k);
  const runs = [results.metrics];
  for (const seed of all.slice(1)) {
    runs.push(await evaluate({ ...plan, sampling: { ...plan.sampling, seed } }, `seed ${seed - first + 1}/${seeds}`));
  }
  const stability: Stability = { seeds: all, rows: results.metrics.flatMap((row) => stabilityRow(row, runs)) };
  const images = (seeds - 1) * results.datasets.reduce((sum, { count }) => sum + count, 0);
  return {
    ...results,
    stability,
    warnings: [...results.warnings, ...seedWarnings(results, stability)],
    timing: [...results.timing, { stage: 'stability', images, seconds: (performance.now() - started) / 1000 }],
  };
}

/** A configuration that another seed could not fit (its rank fell below the PCA size) has no row. */
function stabilityRow({ detector, pca, ood }: MetricsRow, runs: readonly MetricsRow[][]): Stability['rows'] {
  const same = runs.map((rows) => rows.find((row) => row.detector === detector && row.pca === pca && row.ood === ood));
  const found = same.filter((row) => row !== undefined);
  if (found.length < runs.length) return [];
  return [
    {
      detector,
      pca,
      ood,
      alarmRatesInd: found.map((row) => row.alarmRateInd),
      detectionRatesOod: found.map((row) => row.detectionRateOod),
      aurocs: found.map((row) => row.auroc.value),
    },
  ];
}

function seedWarnings({ metrics, datasets }: Results, stability: Stability): ModelWarning[] {
  const f = formats('en');
  const ind = datasets
    .filter(({ role }) => role === 'test')
    .map(({ name }) => name)
    .join(' + ');
  const configs = metrics.filter(
    (row, i) => metrics.findIndex(({ detector, pca }) => detector === row.detector && pca === row.pca) === i,
  );
  return configs.flatMap((config) => {
    const wider = alarmRatesOf({ stability, metrics, config, ind }).filter((rates) => rates.wider);
    if (wider.length === 0) return [];
    const sets = wider.map(
      ({ name, values }) => `${name} ${f.percent(Math.min(...values))} to ${f.percent(Math.max(...values))} %`,
    );
    return [
      {
        code: 'SEED_MOVES_FIGURES',
        message: `${configName({ id: config.detector, pca: config.pca })}: over ${stability.seeds.length} seeds alarm rates lie further apart than their 95 % intervals are wide: ${sets.join(', ')}. A seed draws the masks, and what is held out for calibration.`,
      },
    ];
  });
}
