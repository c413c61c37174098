/** The charts of a run in their order, and the window from which they stand side by side instead of behind tabs. */
import type { Chart } from '../../electron/shared/charts/chart.ts';
import type { ChartsView } from '../../electron/shared/app/views.ts';

export const PANELS = ['scores', 'roc', 'pca', 'map', 'worst', 'stability', 'severity', 'checks'] as const;
export type PanelId = (typeof PANELS)[number];

/** DESIGN.md section 4. */
export const WIDE = 1600;

/** What a panel's table, copy and save work on; null for a panel that looks after itself. */
export function modelOf(charts: ChartsView | null, kind: PanelId): Chart | null {
  return kind === 'map' || kind === 'worst' || kind === 'checks' ? null : (charts?.[kind] ?? null);
}
