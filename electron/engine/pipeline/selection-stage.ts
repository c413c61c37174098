/**
 * The choice of a detector and its PCA size before the test sets are looked at: the largest mean AUROC over OoD select
 * sets, against in-distribution images that no test figure uses. `reference` chooses on the test sets themselves, as the
 * reference does; its figures there are too good, and say so.
 */
import type { ModelWarning } from '../../shared/domain.ts';
import type { Plan } from '../../shared/plan.ts';
import type { ConfigName, MetricsRow, Selection } from '../../shared/results.ts';
import { canSelect } from '../../shared/select-sets.ts';
import { searchedOnTest } from '../../shared/search.ts';
import { sameConfig } from '../../shared/statistics-reading.ts';
import { bestByMeanAuroc } from '../metrics/selection.ts';
import { evaluateConfig, type ScoredConfig } from './evaluate-stage.ts';
import type { Roles } from './roles.ts';

export interface SelectionInput {
  plan: Plan;
  roles: Roles;
  /** Detectors first, then baselines, which are yardsticks and never chosen. */
  scored: readonly ScoredConfig[];
  detectors: number;
  /** On the test sets; only `reference` reads them. */
  metrics: readonly MetricsRow[];
  warn: (warning: ModelWarning) => void;
}

export function selectionOf({ plan, roles, scored, detectors, metrics, warn }: SelectionInput): Selection {
  const rule = selectionRule(plan);
  const candidates = scored.slice(0, detectors).map(({ id, pca }): ConfigName => ({ detector: id, pca }));
  const { ind, ood } = selectSets(roles);
  const options = { testSets: ind, oodSets: ood, seed: plan.sampling.seed, warn };
  const rows = ood.length === 0 || ind.length === 0 ? [] : scored.flatMap((config) => evaluateConfig(config, options));
  const read = { isOf: sameConfig, auroc: (row: MetricsRow) => row.auroc.value };
  const best = rule === 'none' ? null : bestByMeanAuroc(rule === 'reference' ? metrics : rows, candidates, read);
  return {
    rule,
    candidates: candidates.length,
    chosen: best?.candidate ?? null,
    meanAuroc: best?.mean ?? null,
    optimistic: rule === 'reference' || searchedOnTest(plan).length > 0,
    ind,
    ood,
    metrics: rows,
  };
}

/** `auto` made definite. */
export function selectionRule({ selection, datasets }: Pick<Plan, 'selection' | 'datasets'>): Selection['rule'] {
  if (selection.rule === 'auto') return canSelect(datasets) ? 'select' : 'none';
  return selection.rule;
}

/** In-distribution select images; without any, the calibration images, which no test figure uses either. */
function selectSets({ parts }: Roles): { ind: string[]; ood: string[] } {
  const names = (of: (part: Roles['parts'][number]) => boolean): string[] => parts.filter(of).map(({ set }) => set.set.name);
  const ind = names(({ role, set }) => role === 'select' && set.set.side === 'ind');
  return {
    ind: ind.length > 0 ? ind : names(({ role }) => role === 'calibrate'),
    ood: names(({ role, set }) => role === 'select' && set.set.side !== 'ind'),
  };
}
