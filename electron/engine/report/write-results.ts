/** Writes results.json, metrics.csv and scores.csv. Each appears whole or not at all: written beside, then renamed. */
import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { AppError, isSystemError } from '../../shared/errors.ts';
import type { FinishedRun } from '../pipeline/run-plan.ts';
import { makeFolder } from '../storage/make-folder.ts';
import { sqliteError } from '../storage/open-project.ts';
import { metricsCsv } from './metrics-csv.ts';
import { scoresCsv } from './scores-csv.ts';

/** Files by name, each as its parts in order. */
export type Texts = Record<string, Iterable<string>>;

export const resultsJson = (run: FinishedRun): Texts => ({ 'results.json': [`${JSON.stringify(run.results, null, 2)}\n`] });

export const resultsCsv = (run: Omit<FinishedRun, 'id'>): Texts => ({
  'metrics.csv': [metricsCsv(run.results)],
  'scores.csv': scoresCsv(run),
});

/** Throws E_DISK_FULL or E_INPUT with the folder's name. */
export function writeResults(out: string, run: FinishedRun): Promise<void> {
  return writeTexts(out, { ...resultsJson(run), ...resultsCsv(run) }, run.project.file);
}

/**
 * Throws E_DISK_FULL or E_INPUT with the folder's name.
 * @param source database that the parts are read from while they are written: its errors name it.
 */
export async function writeTexts(out: string, texts: Texts, source: string): Promise<void> {
  try {
    makeFolder(out);
    for (const [name, parts] of Object.entries(texts)) await writeWhole(path.join(out, name), parts);
  } catch (error) {
    throw translateWriteError(sqliteError(error, source), out);
  }
}

export async function writeWhole(file: string, parts: Iterable<string | Uint8Array>): Promise<void> {
  const temporary = `${file}.${process.pid}.part`;
  try {
    await pipeline(Readable.from(parts), createWriteStream(temporary, { flush: true }));
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

export function translateWriteError(error: unknown, out: string): unknown {
  if (isSystemError(error, 'ENOSPC')) {
    return new AppError('E_DISK_FULL', `The disk that holds ${out} is full; the results were not written.`, {
      next: 'Free some space and try again: everything is computed already.',
      cause: error,
    });
  }
  if (!['EACCES', 'EROFS', 'ENOTDIR', 'EEXIST', 'EPERM', 'EISDIR', 'ENOENT'].some((code) => isSystemError(error, code)))
    return error;
  return new AppError('E_INPUT', `Results cannot be written to ${out}.`, {
    next: 'Check that it is a folder and that you may write there, or choose another.',
    cause: error,
  });
}
