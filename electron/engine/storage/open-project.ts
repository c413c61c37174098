/**
 * Opens the one SQLite file that a project is. Only one process may hold it: the lock is the operating system's, so
 * that a killed process leaves none behind. Every error leaves as an AppError with the file's name.
 */
import { existsSync } from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';
import { AppError, isSystemError } from '../../shared/errors.ts';
import { AppRepository } from './app-repository.ts';
import { ArtifactRepository } from './artifact-repository.ts';
import { makeFolder } from './make-folder.ts';
import { checkIdentity, migrate } from './migrate.ts';
import { LookRepository } from './look-repository.ts';
import { RunRepository } from './run-repository.ts';
import { SampleRepository } from './sample-repository.ts';

export interface Project {
  readonly file: string;
  readonly runs: RunRepository;
  readonly looks: LookRepository;
  readonly samples: SampleRepository;
  readonly artifacts: ArtifactRepository;
  readonly app: AppRepository;
  close(): void;
}

/** Of a new file. Vectors are BLOBs of some 100 KB: with SQLite's 4 KB pages they take several times as long to read and write. */
const PAGE_SIZE = 16_384;

/** Opens or creates a project file. Throws E_CONFLICT, E_DB_CORRUPT, E_DB_NEWER, E_DISK_FULL or E_INPUT. */
export function openProject(file: string, options: { mustExist?: boolean } = {}): Project {
  const absolute = path.resolve(file);
  if (options.mustExist === true && !existsSync(absolute)) {
    throw new AppError('E_INPUT', `The project ${absolute} does not exist.`, {
      next: 'Check the path; a run writes project.oodlab into its results folder.',
    });
  }
  return storageErrors(absolute, () => {
    if (options.mustExist !== true) makeFolder(path.dirname(absolute));
    const db = new Database(absolute, { fileMustExist: options.mustExist === true, timeout: 200 });
    try {
      // Exclusive before the first read: a second process is refused, and WAL needs no shared memory file.
      db.pragma('locking_mode = EXCLUSIVE');
      checkIdentity(db, absolute);
      db.pragma(`page_size = ${PAGE_SIZE}`);
      db.pragma('journal_mode = WAL');
      db.pragma('synchronous = NORMAL');
      db.pragma('foreign_keys = ON');
      db.pragma('trusted_schema = OFF');
      db.exec('BEGIN IMMEDIATE; COMMIT');
      migrate(db);
    } catch (error) {
      db.close();
      throw error;
    }
    return {
      file: absolute,
      runs: new RunRepository(db),
      looks: new LookRepository(db),
      samples: new SampleRepository(db),
      artifacts: new ArtifactRepository(db),
      app: new AppRepository(db),
      close: () => db.close(),
    };
  });
}

/** Runs a storage action and gives SQLite's errors a sentence and a mend. */
export function storageErrors<T>(file: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw storageError(error, file);
  }
}

const PATH_CODES = ['EACCES', 'EROFS', 'EEXIST', 'ENOTDIR', 'EPERM', 'ENOENT'];

/** What SQLite throws, as an AppError; anything else as it is. */
export function sqliteError(error: unknown, file: string): unknown {
  const isSqlite = error instanceof Error && 'code' in error && String(error.code).startsWith('SQLITE_');
  return isSqlite ? storageError(error, file) : error;
}

function storageError(error: unknown, file: string): unknown {
  if (error instanceof AppError || !(error instanceof Error) || !('code' in error)) return error;
  const code = String(error.code);
  if (code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED')) {
    return new AppError('E_CONFLICT', `${file} is open in another Oodlab.`, {
      next: 'Close it there, wait until that run has ended, or choose another project file.',
      cause: error,
    });
  }
  if (code === 'SQLITE_FULL' || isSystemError(error, 'ENOSPC')) {
    return new AppError('E_DISK_FULL', `The disk that holds ${file} is full.`, {
      next: 'Free some space and run again: it goes on from what was saved.',
      cause: error,
    });
  }
  if (code === 'SQLITE_NOTADB' || code.startsWith('SQLITE_CORRUPT')) {
    return new AppError('E_DB_CORRUPT', `${file} is not a readable Oodlab project.`, {
      next: 'Restore it from a copy, or choose another project file.',
      cause: error,
    });
  }
  if (code.startsWith('SQLITE_IOERR')) {
    return new AppError('E_DISK_FULL', `The disk refuses to read or write ${file}.`, {
      next: 'Check the disk, its quota and the connection to it, then run again: it goes on from what was saved.',
      detail: code,
      cause: error,
    });
  }
  if (code.startsWith('SQLITE_CANTOPEN') || PATH_CODES.includes(code) || code.startsWith('SQLITE_READONLY')) {
    return new AppError('E_INPUT', `${file} cannot be opened or written.`, {
      next: 'Check that the folder exists and that you may write there.',
      cause: error,
    });
  }
  return error;
}
