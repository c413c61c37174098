/** What is worth a notice above the table: rejected files, and images that stand in two roles (each pair once). */
import type { DatasetView } from '../../electron/shared/app/views.ts';

export type SetNotice =
  | { kind: 'rejected'; id: string; name: string; count: number }
  | { kind: 'duplicates'; id: string; a: string; b: string; count: number };

export function noticesOf(sets: DatasetView[]): SetNotice[] {
  return [...sets.flatMap(rejections), ...sets.flatMap((set, index) => duplicates(set, sets.slice(index + 1)))];
}

function rejections({ id, name, facts }: DatasetView): SetNotice[] {
  const count = facts.state === 'ready' ? facts.value.rejected.length : 0;
  return count === 0 ? [] : [{ kind: 'rejected', id, name, count }];
}

function duplicates({ id, name, facts }: DatasetView, later: DatasetView[]): SetNotice[] {
  if (facts.state !== 'ready') return [];
  return facts.value.duplicates.flatMap((duplicate) => {
    const other = later.find((set) => set.id === duplicate.id);
    return other === undefined ? [] : [{ kind: 'duplicates' as const, id, a: name, b: other.name, count: duplicate.count }];
  });
}
