/**
 * The reference's choice among PCA sizes: largest mean AUROC over the OoD sets. It looks at the test sets, so figures of
 * what it chooses are optimistic. Names are matched exactly (the reference's "PCA 4" also takes "PCA 40", D15).
 */
export interface CandidateRow {
  /** Components, null for none. */
  pca: number | null;
  auroc: number;
  fpr95: number;
  aupr: number;
}

export interface Selected {
  pca: number | null;
  auroc: number;
  fpr95: number;
  aupr: number;
}

/** @param candidates in order of preference: on equal means the first wins. null when no candidate has a row. */
export function bestByMeanAuroc(rows: readonly CandidateRow[], candidates: readonly (number | null)[]): Selected | null {
  let best: Selected | null = null;
  for (const pca of candidates) {
    const own = rows.filter((row) => row.pca === pca);
    if (own.length === 0) continue;
    const mean = (field: 'auroc' | 'fpr95' | 'aupr'): number => own.reduce((sum, row) => sum + row[field], 0) / own.length;
    const auroc = mean('auroc');
    if (best === null || auroc > best.auroc) best = { pca, auroc, fpr95: mean('fpr95'), aupr: mean('aupr') };
  }
  return best;
}
