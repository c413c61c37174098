/**
 * Sets of a draft that another set is made from, and the test set of its severity ladder, are named by their names: here
 * they are kept in step with a change of the sets.
 */
import type { Draft, DraftDataset } from '../../shared/app/views.ts';
import { withSources } from '../../shared/derived-sets.ts';
import { AppError } from '../../shared/errors.ts';

export interface Renamed {
  from: string;
  to: string;
}

/**
 * The draft with these sets: derived ones get the place of their source again, and follow its new name; a ladder whose set
 * is no test set any more is taken out. Throws E_INPUT when a derived set would be left without a source.
 */
export function withSets(draft: Draft, datasets: readonly DraftDataset[], renamed?: Renamed): Draft {
  const nameNow = (name: string): string => (name === renamed?.from ? renamed.to : name);
  const sets = datasets.map((set): DraftDataset =>
    set.derive === undefined
      ? set
      : { ...set, path: '', format: 'auto', derive: { ...set.derive, from: nameNow(set.derive.from) } },
  );
  const { severity, ...rest } = draft;
  const from = severity === undefined ? undefined : nameNow(severity.from);
  const keepsLadder = sets.some(({ name, role }) => name === from && role === 'test');
  return {
    ...rest,
    datasets: withSources(sets, ({ what, next }) => new AppError('E_INPUT', `${what}.`, { next })),
    ...(severity !== undefined && from !== undefined && keepsLadder && { severity: { ...severity, from } }),
  };
}

/** Throws E_INPUT while another set is made from this one. */
export function requireUnused({ datasets }: Draft, { name }: DraftDataset): void {
  const derived = datasets.find(({ derive }) => derive?.from === name);
  if (derived === undefined) return;
  throw new AppError('E_INPUT', `"${derived.name}" is made from "${name}".`, { next: `Remove "${derived.name}" first.` });
}
