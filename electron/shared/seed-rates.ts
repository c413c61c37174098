/** What the seed does to the alarm rates of a detector, set beside the interval that the run itself states. */
import type { MetricsRow, Stability } from './results.ts';

export interface SeedRates {
  name: string;
  /** null: the in-distribution test images. */
  oodIndex: number | null;
  /** Alarm rate of each seed. */
  values: number[];
  /** Of the run itself, Clopper-Pearson 95 %. */
  interval: [number, number];
  /** True when the seeds lie further apart than the ends of the interval: images alone do not explain the figure. */
  wider: boolean;
}

/** In-distribution first, then the OoD sets in plan order. */
export function alarmRatesOf(from: {
  stability: Stability;
  metrics: readonly MetricsRow[];
  config: { detector: string; pca: number | null };
  ind: string;
}): SeedRates[] {
  const { config, stability, ind } = from;
  const same = (row: { detector: string; pca: number | null }): boolean =>
    row.detector === config.detector && row.pca === config.pca;
  const metrics = from.metrics.filter(same);
  const seeds = stability.rows.filter(same);
  if (metrics.length === 0 || seeds.length === 0) return [];
  const rates = (name: string, oodIndex: number | null, values: number[], interval: [number, number]): SeedRates => ({
    name,
    oodIndex,
    values,
    interval,
    wider: Math.max(...values) - Math.min(...values) > interval[1] - interval[0],
  });
  return [
    rates(ind, null, seeds[0].alarmRatesInd, metrics[0].alarmRateIndInterval),
    ...metrics.flatMap((row, oodIndex) => {
      const found = seeds.find(({ ood }) => ood === row.ood);
      return found === undefined ? [] : [rates(row.ood, oodIndex, found.detectionRatesOod, row.detectionRateOodInterval)];
    }),
  ];
}
