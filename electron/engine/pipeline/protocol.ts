/**
 * The no-peeking protocol of a run: what was fixed (the choice), which test images its figures show, and which look at
 * them that is. The same choice again, resumed or not, is the same look; a changed choice after a look is a new one.
 */
import type { Protocol, Results } from '../../shared/results.ts';
import type { Project } from '../storage/open-project.ts';
import { contentKey } from './keys.ts';

/** Everything that decides the figures and that a person may choose. Where it runs, what it is called and which baselines stand beside it decide nothing. */
export function choiceKey({ plan, hashes, datasets }: Results): string {
  const { preprocess, otherInputs } = plan.model;
  const chosenOn = datasets
    .filter(({ role }) => role !== 'test' && role !== 'ood')
    .map(({ role, sha256, entries }) => ({ role, sha256, entries }));
  const { hook, sampling, pca, detectors, threshold, selection } = plan;
  const model = { sha256: hashes.model, preprocess, otherInputs };
  return contentKey({ model, hook, sampling, pca, detectors, threshold, selection, chosenOn });
}

/** @param sealed the run left the test sets alone. */
export function protocolOf(results: Results, project: Project, sealed: boolean): Protocol {
  const choice = choiceKey(results);
  const test = results.datasets.filter(({ role }) => role === 'test' || role === 'ood');
  if (sealed || test.length === 0) return { state: 'sealed', looks: 0, choice, sets: [], optimistic: false };
  const sets = test.map(({ name, sha256 }) => ({ name, looks: project.looks.ordinal(sha256, choice) }));
  const looks = Math.max(...sets.map((set) => set.looks));
  const optimistic = results.selection?.optimistic === true;
  return { state: looks === 1 && !optimistic ? 'confirmatory' : 'exploratory', looks, choice, sets, optimistic };
}

/** Writes the look down; before the results become visible, so that it can be counted but never be missed. */
export function recordLook({
  project,
  results,
  runId,
  at,
}: {
  project: Project;
  results: Results;
  runId: number;
  at: string;
}): void {
  const { protocol } = results;
  if (protocol === undefined || protocol.state === 'sealed') return;
  const sets = results.datasets.filter(({ role }) => role === 'test' || role === 'ood');
  project.looks.record({ choice: protocol.choice, runId, at, sets });
}
