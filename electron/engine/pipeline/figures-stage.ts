/**
 * Scores become what a run says: the choice on the select sets, the figures on the test sets (none while they are sealed),
 * and the tests between detectors.
 */
import type { ModelWarning, Role } from '../../shared/domain.ts';
import type { Plan } from '../../shared/plan.ts';
import type { MetricsRow, Selection, Statistics } from '../../shared/results.ts';
import { evaluateConfig, type ScoredConfig } from './evaluate-stage.ts';
import type { Roles } from './roles.ts';
import { selectionOf } from './selection-stage.ts';
import { statisticsOf } from './statistics-stage.ts';

export interface FiguresInput {
  plan: Plan;
  roles: Roles;
  /** Detectors first, then baselines. */
  scored: readonly ScoredConfig[];
  /** How many of them are detectors. */
  detectors: number;
  sealed: boolean;
  warnings: ModelWarning[];
}

export interface Figures {
  metrics: MetricsRow[];
  selection: Selection;
  statistics: Statistics;
}

export function figuresOf(input: FiguresInput): Figures {
  const { plan, roles, scored, detectors, warnings, sealed } = input;
  const warn = (warning: ModelWarning): void => void warnings.push(warning);
  const sets = { testSets: setsOf(roles, 'test'), oodSets: setsOf(roles, 'ood') };
  const nothing = sets.testSets.length === 0 || sets.oodSets.length === 0;
  if (nothing && !sealed) warn(nothingToCompare(sets.testSets.length === 0 ? 'test' : 'ood'));
  const options = { ...sets, seed: plan.sampling.seed, warn };
  const metrics = nothing ? [] : scored.flatMap((config) => evaluateConfig(config, options));
  const selection = selectionOf({ plan, roles, scored, detectors, metrics, warn });
  const calibration = roles.calibration.count;
  const { threshold } = plan;
  const statistics = statisticsOf({ ...options, scored, metrics, chosen: selection.chosen, threshold, calibration });
  return { metrics, selection, statistics };
}

export function setsOf({ parts }: Roles, role: Role): string[] {
  return parts.filter((part) => part.role === role).map(({ set }) => set.set.name);
}

function nothingToCompare(role: 'test' | 'ood'): ModelWarning {
  return {
    code: 'NOTHING_TO_COMPARE',
    message: `The plan has no ${role} set, so there are scores and thresholds but no figures.`,
  };
}
