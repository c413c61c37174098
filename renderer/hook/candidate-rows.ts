/** The hook points of the model as rows of the table: rated ones first as core ranks them, then the others with the reason. */
import type { CandidateView, PreflightView } from '../../electron/shared/app/views.ts';
import type { HookPoint } from '../../electron/shared/domain.ts';

export interface CandidateRow {
  /** Index in ModelInfo.hooks. */
  hook: number;
  label: string;
  shape: string;
  figures: CandidateView | null;
  /** Why it could not be rated. */
  reason: string | null;
}

export type SortKey = 'tensor' | 'dead' | 'floor' | 'dropped' | 'cost' | 'auroc' | 'rating';
export interface Sort {
  key: SortKey;
  isDescending: boolean;
}

export function candidateRows(points: readonly HookPoint[], ratings: PreflightView | null): CandidateRow[] {
  const key = (tensors: readonly string[]): string => tensors.join('\0');
  const rank = new Map((ratings?.candidates ?? []).map((candidate, index) => [key(candidate.tensors), { candidate, index }]));
  const unrated = new Map((ratings?.unrated ?? []).map(({ tensors, reason }) => [key(tensors), reason]));
  const order = (point: HookPoint): number => rank.get(key(point.tensors))?.index ?? 1e6 + (point.recommended ?? 1e6);
  return points
    .map((point, hook) => ({ point, hook }))
    .sort((a, b) => order(a.point) - order(b.point) || a.hook - b.hook)
    .map(({ point, hook }) => ({
      hook,
      label: point.label,
      shape: shapeText(point, rank.get(key(point.tensors))?.candidate),
      figures: rank.get(key(point.tensors))?.candidate ?? null,
      reason: unrated.get(key(point.tensors)) ?? null,
    }));
}

/** The order of core is the order by rating. Rows without a figure stay last. */
export function sortRows(rows: readonly CandidateRow[], { key, isDescending }: Sort): CandidateRow[] {
  if (key === 'rating') return isDescending ? [...rows].reverse() : [...rows];
  const sign = isDescending ? -1 : 1;
  if (key === 'tensor') return [...rows].sort((a, b) => sign * a.label.localeCompare(b.label, 'en', { numeric: true }));
  return [...rows].sort((a, b) => {
    const [x, y] = [figure(a, key), figure(b, key)];
    if (x === null || y === null) return Number(x === null) - Number(y === null);
    return sign * (x - y);
  });
}

function figure({ figures }: CandidateRow, key: Exclude<SortKey, 'tensor' | 'rating'>): number | null {
  if (figures === null) return null;
  if (key === 'auroc') return figures.auroc?.value ?? null;
  return { dead: figures.deadChannels, floor: figures.atFloor, dropped: figures.dropped, cost: figures.cost }[key];
}

function shapeText(point: HookPoint, candidate: CandidateView | undefined): string {
  if (candidate !== undefined) return candidate.shape.join(' × ');
  return (point.kind === 'roi' ? point.shape : point.shape?.slice(1))?.map((dim) => dim ?? '?').join(' × ') ?? '';
}
