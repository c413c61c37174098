/**
 * Data sets of a plan that are made from another one, and the set a severity ladder is made from. Pure; what is wrong is told
 * as a sentence with its mend.
 */
import type { AppError } from './errors.ts';
import type { Plan, PlanDataset } from './plan.ts';

export interface SetProblem {
  what: string;
  next: string;
}

/**
 * The sets with the path, the format and at most the limit of the set that a derived one is made from. Sets that have them
 * already stay as they are. Throws what `refuse` makes of the first problem.
 */
export function withSources<T extends PlanDataset>(sets: readonly T[], refuse: (problem: SetProblem) => AppError): T[] {
  return sets.map((set) => {
    const source = sets.find(({ name }) => name === set.derive?.from);
    const problem = problemOf(set, source);
    if (problem !== null) throw refuse(problem);
    if (source === undefined) return set;
    const limits = [set.limit, source.limit].filter((limit) => limit !== null);
    return { ...set, path: source.path, format: source.format, limit: limits.length === 0 ? null : Math.min(...limits) };
  });
}

function problemOf({ name, path, format, role, side, derive }: PlanDataset, source: PlanDataset | undefined): SetProblem | null {
  if (derive === undefined) {
    return path === '' ? { what: `"${name}" has no path`, next: 'Give it a path, or "derive" it from another set.' } : null;
  }
  if (source === undefined || source.name === name) {
    const what = `"${name}" is derived from "${derive.from}", which is no other data set of this plan`;
    return { what, next: 'Name a test, calibrate or in-distribution select set in "derive.from".' };
  }
  if (!canDeriveFrom(source)) {
    return {
      what: `"${name}" is derived from "${source.name}", which is no in-distribution set to measure on`,
      next: 'Name a test, calibrate or in-distribution select set in "derive.from".',
    };
  }
  if (role !== 'ood' && !(role === 'select' && side !== 'ind')) {
    return { what: `"${name}" is derived, so its images are out of distribution`, next: 'Give it the role "ood" or "select".' };
  }
  if ((path !== '' && path !== source.path) || (format !== 'auto' && format !== source.format)) {
    const what = `"${name}" is derived from "${source.name}" and has a path or format of its own`;
    return { what, next: 'Leave out its path and format, or "derive".' };
  }
  return null;
}

/** In-distribution, no images that detectors are fitted on, and not made from another set itself. */
export function canDeriveFrom({ role, side, derive }: PlanDataset): boolean {
  return derive === undefined && (role === 'test' || role === 'calibrate' || (role === 'select' && side === 'ind'));
}

/** What is wrong with the set that a severity ladder is made from; null: nothing. */
export function ladderProblem(severity: Plan['severity'], sets: readonly PlanDataset[]): SetProblem | null {
  if (severity === undefined || sets.some(({ name, role }) => name === severity.from && role === 'test')) return null;
  return { what: `"${severity.from}" is no test set of this plan`, next: 'Name one of its sets with the role "test".' };
}
