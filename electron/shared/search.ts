/** A search over hooks and settings: what it found, and what a plan keeps of it. */
import type { CandidateView } from './app/views.ts';
import type { Plan, Sampling } from './plan.ts';

export interface SearchCell extends CandidateView {
  /** Mean over the OoD select sets. */
  auroc: NonNullable<CandidateView['auroc']>;
  dropProb: number;
  /** null: there are no blocks at a vector, or with plain dropout. */
  blockSize: number | null;
  /** Not told apart from the best: paired DeLong, Holm over all cells, 5 %. */
  tied: boolean;
}

export interface SearchView {
  ind: { set: string; images: number };
  ood: { set: string; images: number }[];
  drops: number[];
  /** Empty with plain dropout. */
  blocks: number[];
  /** Hooks that a quick look chose those of the cells from; 0: all of them are among the cells. */
  screened: number;
  /** Best first; those that pre-flight would avoid last, whatever their AUROC. */
  cells: SearchCell[];
  unrated: { label: string; reason: string }[];
  seconds: number;
}

export const SEARCH_IMAGES = { least: 20, usual: 200, most: 500 };

/** Settings that are tried unless others are named: these and the plan's own. */
export function usualGrid({ dropProb, blockSize, mechanism }: Sampling): { drops: number[]; blocks: number[] } {
  const joined = (usual: number[], own: number): number[] => [...new Set([...usual, own])].sort((a, b) => a - b);
  return { drops: joined([0.3, 0.5, 0.7], dropProb), blocks: mechanism === 'dropout' ? [] : joined([3, 5, 7], blockSize) };
}

/** Everything that a look at the select sets could have led to. */
export function triedCandidates({ screened, cells }: Pick<SearchView, 'screened' | 'cells'>): number {
  return screened + cells.length;
}

/** The note of a search in a plan: what was tried before counts too. */
export function searched(selection: Plan['selection'], view: SearchView): Plan['selection'] {
  const { ind, ood } = view;
  const candidates = (selection.search?.candidates ?? 0) + triedCandidates(view);
  const sets = [...new Set([...(selection.search?.ood ?? []), ...ood.map(({ set }) => set)])];
  return { ...selection, search: { candidates, images: ind.images, ind: ind.set, ood: sets } };
}

/** Hook and sampling of a cell. */
export function cellChoice({ sampling }: Pick<Plan, 'sampling'>, cell: SearchCell): Pick<Plan, 'hook' | 'sampling'> {
  const { tensors, kind, dropProb, blockSize } = cell;
  return {
    hook: { tensor: tensors.length === 1 ? tensors[0] : tensors, kind, reduction: 'fullmean' },
    sampling: { ...sampling, dropProb, ...(blockSize !== null && { blockSize }) },
  };
}

/** OoD sets that hook and sampling were searched on and that a plan measures on all the same. */
export function searchedOnTest({ selection, datasets }: Pick<Plan, 'selection' | 'datasets'>): string[] {
  const sets = selection.search?.ood ?? [];
  return datasets.filter(({ name, role }) => role === 'ood' && sets.includes(name)).map(({ name }) => name);
}
