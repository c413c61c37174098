/** Classes of the in-distribution sets: is one much rarer than another, does the test hold one that was not fitted on? */
import type { ModelWarning } from '../../shared/domain.ts';
import type { SetTraces } from './set-traces.ts';
import { hygieneWarning } from './warning.ts';

/** Largest class over smallest. */
const MOST_IMBALANCE = 10;

/** Images of each class by its name, or its number where it has none. */
function countsOf({ set, labels, rows }: SetTraces): Map<string, number> {
  const counts = new Map((set.classNames ?? []).map((name) => [name, 0]));
  for (let row = 0; row < rows; row++) {
    if (labels[row] < 0) continue;
    const name = set.classNames?.[labels[row]] ?? String(labels[row]);
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return counts;
}

export function classWarnings(fits: readonly SetTraces[], tests: readonly SetTraces[]): ModelWarning[] {
  const fitted = new Set(fits.flatMap((set) => present(countsOf(set)).map(([name]) => name)));
  return [
    ...[...fits, ...tests].flatMap(imbalance),
    ...(fitted.size === 0 ? [] : tests.flatMap((test) => missing(test, fitted))),
  ];
}

const present = (counts: Map<string, number>): [string, number][] => [...counts].filter(([, count]) => count > 0);

function imbalance(set: SetTraces): ModelWarning[] {
  const classes = present(countsOf(set)).sort(([, a], [, b]) => b - a);
  if (classes.length < 2) return [];
  const [large, most] = classes[0];
  const [small, least] = classes[classes.length - 1];
  if (most < MOST_IMBALANCE * least) return [];
  return [hygieneWarning('CLASS_IMBALANCE', { set: set.set.set.name, large, small, count: least, ratio: most / least })];
}

function missing(test: SetTraces, fitted: ReadonlySet<string>): ModelWarning[] {
  const unseen = present(countsOf(test)).filter(([name]) => !fitted.has(name));
  if (unseen.length === 0) return [];
  return [hygieneWarning('CLASS_NOT_FITTED', { set: test.set.set.name, count: unseen.length, name: unseen[0][0] })];
}
