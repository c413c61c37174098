/**
 * Reads a plan file and makes its paths absolute. A path is relative to the plan's folder; results keep the plan as
 * written, so that a project can be moved together with its data.
 */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { AppError } from '../../shared/errors.ts';
import { parsePlan, type Plan } from '../../shared/plan.ts';

export interface PlanFile {
  plan: Plan;
  /** Folder that the plan's paths are relative to. */
  baseDir: string;
}

/** Reads `oodlab.plan/1`. Throws E_INPUT with the file and the place in it. */
export async function readPlan(file: string): Promise<PlanFile> {
  const absolute = path.resolve(file);
  let text: string;
  try {
    text = await readFile(absolute, 'utf8');
  } catch (error) {
    throw new AppError('E_INPUT', `The plan ${file} cannot be read.`, { next: 'Check the path.', cause: error });
  }
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    const why = error instanceof Error ? error.message : '';
    throw new AppError('E_INPUT', `The plan ${file} is not valid JSON: ${why}.`, {
      next: 'Mend the file at that place.',
      cause: error,
    });
  }
  return { plan: parsePlan(json, file), baseDir: path.dirname(absolute) };
}

/** The plan with absolute paths, for the processes that open the files. */
export function withAbsolutePaths({ plan, baseDir }: PlanFile): Plan {
  const absolute = (file: string): string => path.resolve(baseDir, file);
  return {
    ...plan,
    model: { ...plan.model, path: absolute(plan.model.path) },
    datasets: plan.datasets.map((set) => ({ ...set, path: absolute(set.path) })),
  };
}
