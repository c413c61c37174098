/** CSV text that a spreadsheet opens safely: text that would start a formula is neutralised, numbers keep every digit. */
import { stringify } from 'csv-stringify/sync';

export type Cell = string | number | boolean | null;

export function csvText(rows: readonly (readonly Cell[])[]): string {
  return stringify(rows.map((row) => row.map(safe)));
}

function safe(cell: Cell): string {
  if (cell === null) return '';
  if (typeof cell === 'number') return String(cell);
  if (typeof cell === 'boolean') return cell ? '1' : '0';
  return /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
}
