/**
 * The tests behind the figures: which detectors are told apart on which OoD set, and what the threshold promises. Which
 * pairs are tested depends on the number of detectors alone, never on a score, so that Holm's correction holds.
 */
import type { Plan } from '../../shared/plan.ts';
import type { ConfigName, FalseAlarmLaw, MetricsRow, PairedComparison, Statistics } from '../../shared/results.ts';
import { MOST_FOR_ALL_PAIRS, statisticsReading } from '../../shared/statistics-reading.ts';
import { REPLICATES } from '../metrics/bootstrap.ts';
import { guaranteedRank, realisedRate } from '../metrics/conformal.ts';
import { delongDifference, type DelongParts, delongParts, holm } from '../metrics/paired.ts';
import { conformalRank } from '../metrics/threshold.ts';
import type { ScoredConfig } from './evaluate-stage.ts';
import { mainConfig } from './main-config.ts';
import { concatenate } from './vectors.ts';

export interface StatisticsInput {
  scored: readonly ScoredConfig[];
  metrics: readonly MetricsRow[];
  testSets: readonly string[];
  oodSets: readonly string[];
  /** What the select sets chose; null: nothing was chosen. */
  chosen: ConfigName | null;
  threshold: Plan['threshold'];
  /** Number of calibration scores. */
  calibration: number;
  seed: number;
}

export function statisticsOf(input: StatisticsInput): Statistics {
  const { scored, metrics, oodSets, calibration, threshold } = input;
  const main = mainConfig(scored, input.chosen);
  const pairs = pairsOf(scored, main);
  const statistics: Statistics = {
    pairs: scored.length <= MOST_FOR_ALL_PAIRS ? 'all' : 'with-main',
    main: main === null ? null : nameOf(main),
    testsPerSet: pairs.length,
    comparisons: metrics.length === 0 ? [] : oodSets.flatMap((ood) => compareOn(ood, pairs, input)),
    falseAlarm: threshold.rule === 'conformal' ? falseAlarmLaw(calibration, threshold.falseAlarm) : null,
    bootstrap: { replicates: REPLICATES, seed: input.seed },
    reading: [],
  };
  return { ...statistics, reading: statisticsReading(statistics, metrics, 'en') };
}

type Pair = readonly [ScoredConfig, ScoredConfig];

function pairsOf(scored: readonly ScoredConfig[], main: ScoredConfig | null): Pair[] {
  if (scored.length <= MOST_FOR_ALL_PAIRS) return scored.flatMap((a, i) => scored.slice(i + 1).map((b): Pair => [a, b]));
  return main === null ? [] : scored.filter((other) => other !== main).map((other): Pair => [main, other]);
}

/** Placements are kept for one OoD set at a time: memory grows with the detectors, not with the pairs. */
function compareOn(ood: string, pairs: readonly Pair[], { testSets }: StatisticsInput): PairedComparison[] {
  const parts = new Map<ScoredConfig, DelongParts>();
  const partsOf = (config: ScoredConfig): DelongParts => {
    let found = parts.get(config);
    if (found === undefined) {
      found = delongParts(concatenate(testSets.map((name) => config.scores.get(name)!)), config.scores.get(ood)!);
      parts.set(config, found);
    }
    return found;
  };
  const tested = pairs.flatMap(([a, b]) => {
    const { difference, low, high, p } = delongDifference(partsOf(a), partsOf(b));
    // One image in a group has no variance: there is nothing to test.
    return Number.isNaN(p) ? [] : [{ ood, a: nameOf(a), b: nameOf(b), difference: { value: difference, low, high }, p }];
  });
  const adjusted = holm(tested.map(({ p }) => p));
  return tested.map((comparison, i) => ({ ...comparison, pHolm: adjusted[i] }));
}

const nameOf = ({ id, pca }: ScoredConfig): ConfigName => ({ detector: id, pca });

function falseAlarmLaw(calibration: number, asked: number): FalseAlarmLaw {
  const rank = conformalRank(calibration, asked);
  return {
    asked,
    rank,
    calibration,
    ...realisedRate(rank, calibration, asked),
    guaranteedRank: guaranteedRank(calibration, asked),
  };
}
