/** report.pdf of a finished run: called by `run`, `demo` and the window's export. Throws E_INPUT or E_DISK_FULL. */
import path from 'node:path';
import { makeFolder } from '../storage/make-folder.ts';
import { sqliteError } from '../storage/open-project.ts';
import { buildReport } from './build-report.ts';
import type { ContextOptions } from './context.ts';
import { writePdf } from './pdf/write-pdf.ts';
import { translateWriteError, writeWhole } from './write-results.ts';

export async function writeReport(out: string, options: ContextOptions & { date: Date }): Promise<void> {
  const pdf = await writePdf(await buildReport(options));
  try {
    makeFolder(out);
    await writeWhole(path.join(out, 'report.pdf'), [pdf]);
  } catch (error) {
    throw translateWriteError(sqliteError(error, options.run.project.file), out);
  }
}
