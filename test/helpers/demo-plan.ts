/** The bundled demo plan with absolute paths and changes, as an object and as a file. */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parsePlan, type Plan } from '../../electron/shared/plan.ts';
import { ROOT } from './run-cli.ts';

export const DEMO = path.join(ROOT, 'resources', 'demo');

export function demoPlan(change: (plan: Plan) => void = () => undefined): Plan {
  const plan = parsePlan(JSON.parse(readFileSync(path.join(DEMO, 'plan.json'), 'utf8')));
  plan.model.path = path.join(DEMO, plan.model.path);
  for (const set of plan.datasets) set.path = path.join(DEMO, set.path);
  change(plan);
  return plan;
}

/** Fewer images of each set: seconds become fractions of one. */
export function limited(limit: number): (plan: Plan) => void {
  return (plan) => {
    for (const set of plan.datasets) set.limit = limit;
  };
}

export function writePlan(folder: string, plan: Plan, name = 'plan.json'): string {
  const file = path.join(folder, name);
  writeFileSync(file, JSON.stringify(plan));
  return file;
}
