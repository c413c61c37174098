/** How many errors and warnings the project and its newest finished run hold, and at which step the first of them stands. */
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
  const ofModel = model?.state === 'ready' ? model.value.warnings.length : 0;
  return { errors, warnings: ofSets + ofModel + ofNewestRun(view) };
}

function ofNewestRun({ runs }: ProjectView): number {
  const done = runs.filter(({ state }) => state === 'done').sort((a, b) => b.id - a.id);
  return done.at(0)?.warnings ?? 0;
}

export function firstProblemStep(view: ProjectView): StepId {
  const bad = view.steps.find(({ state }) => state === 'error') ?? view.steps.find(({ state }) => state === 'attention');
  return bad?.id ?? (ofNewestRun(view) > 0 ? 'evaluate' : 'dataset');
}
