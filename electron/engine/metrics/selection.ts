/**
 * The choice of a candidate by the largest mean AUROC over its OoD sets: the reference's rule. On the test sets it makes
 * figures optimistic; the pipeline uses it on select sets. Candidates are told apart exactly (the reference's "PCA 4" also
 * takes "PCA 40", D15).
 */
export interface Selected<Candidate, Row> {
  candidate: Candidate;
  /** Mean AUROC. */
  mean: number;
  /** What the mean was taken over. */
  rows: Row[];
}

/** @param candidates in order of preference: on equal means the first wins. null when no candidate has a row. */
export function bestByMeanAuroc<Candidate, Row>(
  rows: readonly Row[],
  candidates: readonly Candidate[],
  read: { isOf: (row: Row, candidate: Candidate) => boolean; auroc: (row: Row) => number },
): Selected<Candidate, Row> | null {
  let best: Selected<Candidate, Row> | null = null;
  for (const candidate of candidates) {
    const own = rows.filter((row) => read.isOf(row, candidate));
    if (own.length === 0) continue;
    const mean = own.reduce((sum, row) => sum + read.auroc(row), 0) / own.length;
    if (best === null || mean > best.mean) best = { candidate, mean, rows: own };
  }
  return best;
}
