/** Rows of a CSV file of any size (RFC 4180), as text: ids that look like numbers stay what they are. */
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { csvRows } from '../evidence/csv-rows.ts';
import { unreadable } from './byte-source.ts';
import { throwIfAborted } from './range.ts';

/** A row with quoted line ends is never longer. */
const MOST_LINES = 1000;

/** The first one is the header, where there is one. Blank lines are left out. */
export async function* streamCsv(file: string, signal?: AbortSignal): AsyncGenerator<string[]> {
  const input = createReadStream(file, { encoding: 'utf8', highWaterMark: 1 << 20 });
  const failed = new Promise<never>((_, reject) => input.once('error', (error) => reject(unreadable(file, error))));
  failed.catch(() => undefined);
  let open: string[] = [];
  try {
    // An unreadable file ends the lines without an error.
    for await (const line of createInterface({ input, crlfDelay: Infinity })) {
      throwIfAborted(signal);
      if (open.length > 0 || quotes(line) % 2 === 1) open.push(line);
      else if (line !== '') yield cellsOf(line);
      if (open.length === 0 || (quotes(open.join()) % 2 === 1 && open.length < MOST_LINES)) continue;
      yield cellsOf(open.join('\n'));
      open = [];
    }
    if (open.length > 0) yield cellsOf(open.join('\n'));
    if (input.errored !== null) await failed;
  } finally {
    input.destroy();
  }
}

const quotes = (text: string): number => text.split('"').length - 1;

function cellsOf(row: string): string[] {
  return csvRows(row.replace(/^\uFEFF/, '')).next().value ?? [''];
}
