/** The row that the reference chooses among PCA sizes, for the two topics that hold one. */
import { bestByMeanAuroc } from '../metrics/selection.ts';

export interface CandidateRow {
  /** Components, null for none. */
  pca: number | null;
  auroc: number;
  fpr95: number;
  aupr: number;
}

/** Mean AUROC, AUPR and FPR@95 of the size with the largest mean AUROC, and the size (0 for none), as golden files order them. */
export function bestSize(rows: readonly CandidateRow[], sizes: readonly (number | null)[]): number[] {
  const best = bestByMeanAuroc(rows, sizes, { isOf: (row, pca) => row.pca === pca, auroc: (row) => row.auroc })!;
  const mean = (field: 'fpr95' | 'aupr'): number => best.rows.reduce((sum, row) => sum + row[field], 0) / best.rows.length;
  return [best.mean, mean('aupr'), mean('fpr95'), best.candidate ?? 0];
}
