/** The data table of a chart as CSV and as text for the clipboard; figures in full precision. */
import type { ChartTable } from '../../electron/shared/charts/chart.ts';

type Cell = string | number | null;

export function csvOf(table: ChartTable): string {
  return [table.header, ...table.rows].map((row) => row.map(csvCell).join(',')).join('\r\n') + '\r\n';
}

export function tabbedOf(table: ChartTable): string {
  return [table.header, ...table.rows].map((row) => row.map((cell) => cell ?? '').join('\t')).join('\n');
}

/** A name that begins like a formula is kept from being run as one. */
function csvCell(cell: Cell): string {
  if (cell === null) return '';
  if (typeof cell === 'number') return String(cell);
  const safe = /^[=+\-@\t]/.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
