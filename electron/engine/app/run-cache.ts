/** Finished runs rebuilt from the project file; the last few stay in memory, because every click in the results asks for one. */
import { loadRun } from '../pipeline/load-run.ts';
import { ShownRun } from './results/shown-run.ts';
import type { Workspace } from './workspace.ts';

const KEPT = 4;
const caches = new WeakMap<Workspace, Map<number, ShownRun>>();

/** Throws E_INPUT when there is no such run or it did not finish. */
export function shownRun(workspace: Workspace, id: number): ShownRun {
  const cache = caches.get(workspace) ?? new Map<number, ShownRun>();
  caches.set(workspace, cache);
  const run = cache.get(id) ?? new ShownRun(loadRun(workspace.project, id));
  cache.delete(id);
  cache.set(id, run);
  for (const oldest of cache.keys()) if (cache.size > KEPT) cache.delete(oldest);
  return run;
}
