/** A search as rows and columns of a heat map: a hook's settings, or its drop probabilities alone where it has no blocks. */
import type { SearchView } from '../../electron/shared/search.ts';

export interface HeatCell {
  /** Index in `cells` of the search; null: that setting has no figure. */
  index: number | null;
  dropProb: number;
  /** null: it stands for every block size. */
  blockSize: number | null;
  /** Columns that it takes. */
  span: number;
}

export interface HeatRow {
  label: string;
  cells: HeatCell[];
}

/** Rows in the order of their best cell. */
export function heatRows({ cells, drops, blocks }: SearchView): HeatRow[] {
  const labels = [...new Set(cells.map(({ label }) => label))];
  return labels.map((label) => {
    const own = cells.map((cell, index) => ({ cell, index })).filter(({ cell }) => cell.label === label);
    const hasBlocks = own.some(({ cell }) => cell.blockSize !== null);
    const at = (dropProb: number, blockSize: number | null): number | null =>
      own.find(({ cell }) => cell.dropProb === dropProb && cell.blockSize === blockSize)?.index ?? null;
    const sizes = hasBlocks ? blocks : [null];
    const span = hasBlocks ? 1 : Math.max(1, blocks.length);
    return {
      label,
      cells: drops.flatMap((dropProb) =>
        sizes.map((blockSize): HeatCell => ({ index: at(dropProb, blockSize), dropProb, blockSize, span })),
      ),
    };
  });
}

/** The cell of the map that an arrow key leads to, in a grid whose rows may have cells over several columns; null: no move. */
export function heatMove(rows: readonly HeatRow[], index: number, key: string): number | null {
  const at = rows.findIndex(({ cells }) => cells.some((cell) => cell.index === index));
  if (at === -1) return null;
  const filled = (row: HeatRow): HeatCell[] => row.cells.filter((cell) => cell.index !== null);
  const own = filled(rows[at]!);
  const here = own.findIndex((cell) => cell.index === index);
  if (key === 'ArrowLeft' || key === 'ArrowRight') return own[here + (key === 'ArrowLeft' ? -1 : 1)]?.index ?? null;
  if (key === 'Home' || key === 'End') return own.at(key === 'Home' ? 0 : -1)!.index;
  const next = rows[at + (key === 'ArrowUp' ? -1 : 1)];
  if ((key !== 'ArrowUp' && key !== 'ArrowDown') || next === undefined) return null;
  const { dropProb, blockSize } = own[here]!;
  const same = filled(next).filter((cell) => cell.dropProb === dropProb);
  return (
    (same.find((cell) => cell.blockSize === blockSize || cell.blockSize === null) ?? same[0] ?? filled(next)[0])?.index ?? null
  );
}
