/** What the command line prints, and with which exit code it ends (PRODUCT.md: 0, 1, 2, 3, 130). */
import { toAppError, type AppError, type ErrorCode } from '../shared/errors.ts';

export const EXIT = { done: 0, no: 1, usage: 2, failed: 3, cancelled: 130 } as const;

const USAGE_CODES: readonly ErrorCode[] = [
  'E_INPUT',
  'E_MODEL_INVALID',
  'E_MODEL_UNSUPPORTED',
  'E_DATASET',
  'E_CONFLICT',
  'E_DB_NEWER',
  'E_DB_CORRUPT',
];

export function exitCode(error: AppError): number {
  if (error.code === 'E_CANCELLED') return EXIT.cancelled;
  return USAGE_CODES.includes(error.code) ? EXIT.usage : EXIT.failed;
}

/** Prints an error as one sentence with its mend, or as data, and returns the exit code. */
export function printError(thrown: unknown, json: boolean): number {
  const error = toAppError(thrown);
  if (json) print(JSON.stringify({ error: error.toJSON() }, null, 2));
  else {
    process.stderr.write(`oodlab: ${error.message}${error.next === undefined ? '' : ` ${error.next}`}\n`);
    if (process.env.OODLAB_DEBUG !== undefined && error.detail !== undefined) process.stderr.write(`${error.detail}\n`);
  }
  return exitCode(error);
}

export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** A plain table: columns padded, numbers to the right. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = header.map((title, c) => Math.max(title.length, ...rows.map((row) => row[c].length)));
  const numeric = header.map((_, c) => rows.length > 0 && rows.every((row) => /^[-+<>]?[\d.–-]|^$/.test(row[c])));
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, c) => (numeric[c] ? cell.padStart(widths[c]) : cell.padEnd(widths[c])))
      .join('  ')
      .trimEnd();
  return [line(header), widths.map((width) => '-'.repeat(width)).join('  '), ...rows.map(line)].join('\n');
}
