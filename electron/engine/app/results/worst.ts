/** The images a reader must see: OoD images that pass with the highest scores, normal ones alarmed with the lowest. */
import type { ConfigId } from '../../../shared/app/contract.ts';
import type { WorstView } from '../../../shared/app/views.ts';
import type { PlanDataset } from '../../../shared/plan.ts';
import { isAlarm, type Threshold } from '../../metrics/threshold.ts';
import type { ShownRun } from './shown-run.ts';

export interface WorstQuery {
  config: ConfigId;
  kind: 'misses' | 'alarms';
  set: string;
  /** null: the run's own. */
  threshold: number | null;
  from: number;
  count: number;
}

/** @param address of the picture of an image. */
export function worstView(
  shown: ShownRun,
  query: WorstQuery,
  address: (source: PlanDataset, index: number) => string,
): WorstView {
  const { kind, set } = query;
  const config = shown.config(query.config);
  const threshold: Threshold = query.threshold === null ? config.threshold : { ...config.threshold, value: query.threshold };
  const source = shown.dataset(set);
  const scores = config.scores.get(set)!;
  const rows = shown.images(set);
  const wanted = Array.from(scores.keys()).filter((r) => isAlarm(scores[r], threshold) === (kind === 'alarms'));
  // Equal scores in the order of the set, so that the list is the same every time.
  wanted.sort((a, b) => (kind === 'misses' ? scores[b] - scores[a] : scores[a] - scores[b]) || a - b);
  return {
    kind,
    set,
    total: wanted.length,
    items: wanted.slice(query.from, query.from + query.count).map((r) => ({
      set,
      index: rows.indices[r],
      at: rows.ats[r],
      media: address(source, rows.indices[r]),
      label: rows.labels[r] < 0 ? null : shown.className(set, rows.labels[r]),
      score: scores[r],
      prediction: rows.predicted === null ? null : shown.className(null, rows.predicted[r]),
      probability: rows.probability?.[r] ?? null,
    })),
  };
}
