/** The columns of the results table: which figure, how it is headed, and how rows sort by it. */
import type { resultsTexts } from '../../electron/shared/messages/app-results.ts';
import type { Estimate, MetricsRow } from '../../electron/shared/results.ts';

type Text = keyof typeof resultsTexts.en;
export type ColumnId = 'auroc' | 'auprInd' | 'auprOod' | 'fpr95IndPositive' | 'fpr95OodPositive' | 'detectionRateOod';

export interface Column {
  id: ColumnId;
  over: Text | null;
  label: Text;
  under: Text;
  /** Class of its width. */
  width: string;
  /** Areas have three decimals, rates are percent. */
  isRate: boolean;
  /** Only where there is room. */
  isWide: boolean;
}

export const COLUMNS: readonly Column[] = [
  { id: 'auroc', over: null, label: 'auroc', under: 'interval', width: 'r1', isRate: false, isWide: false },
  { id: 'auprInd', over: null, label: 'auprInd', under: 'interval', width: 'r1', isRate: false, isWide: true },
  { id: 'auprOod', over: null, label: 'auprOod', under: 'interval', width: 'r1', isRate: false, isWide: true },
  {
    id: 'fpr95IndPositive',
    over: 'fprInd.over',
    label: 'fprInd',
    under: 'fprInd.under',
    width: 'r2',
    isRate: true,
    isWide: false,
  },
  {
    id: 'fpr95OodPositive',
    over: 'fprOod.over',
    label: 'fprOod',
    under: 'fprOod.under',
    width: 'r3',
    isRate: true,
    isWide: false,
  },
  { id: 'detectionRateOod', over: null, label: 'caught', under: 'atThreshold', width: 'r4', isRate: true, isWide: false },
];

/** Of the plot beside the AUROC; what lies below is drawn at its left end. */
export const AUROC_AXIS = { min: 0.4, max: 1, ticks: [0.4, 0.6, 0.8, 1] } as const;

export function estimateOf(row: MetricsRow, column: ColumnId): Estimate {
  if (column !== 'detectionRateOod') return row[column];
  const [low, high] = row.detectionRateOodInterval;
  return { value: row.detectionRateOod, low, high };
}

/** null keeps the order of the plan. */
export function sortedBy(rows: readonly MetricsRow[], sort: { column: ColumnId; isDown: boolean } | null): MetricsRow[] {
  if (sort === null) return [...rows];
  const sign = sort.isDown ? -1 : 1;
  return [...rows].sort((a, b) => sign * (estimateOf(a, sort.column).value - estimateOf(b, sort.column).value));
}
