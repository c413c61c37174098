/** Can a plan choose on select sets, and does a run of it keep the test sets sealed until they are opened? */
import type { Plan, PlanDataset } from './plan.ts';

/** Is there an OoD set to choose on? */
export function canSelect(datasets: readonly Pick<PlanDataset, 'role' | 'side'>[]): boolean {
  return datasets.some(({ role, side }) => role === 'select' && side !== 'ind');
}

/** Where there is something to choose on, the window shows that first. */
export function choosesFirst({ selection, datasets }: Pick<Plan, 'selection' | 'datasets'>): boolean {
  return selection.rule === 'split' || (selection.rule !== 'reference' && selection.rule !== 'none' && canSelect(datasets));
}
