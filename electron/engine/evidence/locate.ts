/** Finds a pack's model and data again: under the folder the user names, else where the plan had them. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Plan } from '../../shared/plan.ts';
import { withAbsolutePaths } from '../pipeline/resolve-plan.ts';

export interface Located {
  /** With absolute paths. */
  plan: Plan;
  /** What is nowhere, as the plan names it. */
  missing: { what: string; path: string }[];
}

export function locateInputs(plan: Plan, baseDir: string, data?: string): Located {
  const wanted = [
    { what: 'the model', path: plan.model.path },
    ...plan.datasets.map(({ name, path: file }) => ({ what: `the data set "${name}"`, path: file })),
  ];
  const found = wanted.map(({ path: file }) => candidates(file, baseDir, data).find((place) => existsSync(place)));
  // A derived set lies where the set lies that it is made from.
  const missing = wanted.filter((_, i) => found[i] === undefined && plan.datasets[i - 1]?.derive === undefined);
  const [model, ...sets] = found.map((place, i) => place ?? wanted[i].path);
  const located = {
    ...plan,
    model: { ...plan.model, path: model },
    datasets: plan.datasets.map((set, i) => ({ ...set, path: sets[i] })),
  };
  return { plan: withAbsolutePaths({ plan: located, baseDir }), missing };
}

/** With a folder given: the plan's path in it, then ever shorter ends of that path. Never anywhere else. */
function candidates(file: string, baseDir: string, data: string | undefined): string[] {
  if (data === undefined) return [path.resolve(baseDir, file)];
  // A pack may come from another system: both separators, and a drive letter, are those of a path.
  const parts = file.split(/[\\/]/).filter((part) => part !== '' && part !== '.' && part !== '..' && !/^[A-Za-z]:$/.test(part));
  return parts.map((_, from) => path.resolve(data, ...parts.slice(from)));
}
