/** How many errors and warnings the project holds, and at which step the first of them stands. */
import type { ProjectView, StepId } from '../../electron/shared/app/views.ts';

export function countProblems(view: ProjectView | null): { errors: number; warnings: number } {
  if (view === null) return { errors: 0, warnings: 0 };
  const sets = view.datasets.map(({ facts }) => facts);
  const model = view.model?.info;
  const errors = sets.filter(({ state }) => state === 'broken').length + (model?.state === 'broken' ? 1 : 0);
  const ofSets = sets.reduce(
    (sum, facts) => sum + (facts.state === 'ready' ? Number(facts.value.rejected.length > 0) + facts.value.duplicates.length : 0),
    0,
  );
  return { errors, warnings: ofSets + (model?.state === 'ready' ? model.value.warnings.length : 0) };
}

export function firstProblemStep(view: ProjectView): StepId {
  const bad = view.steps.find(({ state }) => state === 'error') ?? view.steps.find(({ state }) => state === 'attention');
  return bad?.id ?? 'dataset';
}
