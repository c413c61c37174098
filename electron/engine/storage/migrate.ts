/**
 * Brings a project file to the newest layout, one transaction a migration. A file made by a newer Oodlab is refused,
 * a file that is not ours is refused, nothing is ever downgraded.
 */
import type Database from 'better-sqlite3';
import { AppError } from '../../shared/errors.ts';
import { initial } from './migrations/0010-initial.ts';
import { app } from './migrations/0020-app.ts';
import { traces } from './migrations/0030-traces.ts';
import { look } from './migrations/0050-look.ts';
import { extra } from './migrations/0060-extra.ts';

export interface Migration {
  version: number;
  sql: string;
}

/** 'OODL' as a 32-bit number: marks the file as a project of ours. */
export const APPLICATION_ID = 0x4f4f444c;
const MIGRATIONS: readonly Migration[] = [initial, app, traces, look, extra];
export const NEWEST_VERSION = MIGRATIONS.at(-1)!.version;

/** Refuses a file that is not ours to write. Only reads, so that a refused file stays as it was. */
export function checkIdentity(db: Database.Database, file: string): void {
  const version = db.pragma('user_version', { simple: true }) as number;
  const application = db.pragma('application_id', { simple: true }) as number;
  const tables = db.prepare('SELECT count(*) AS n FROM sqlite_schema').get() as { n: number };
  if (application !== APPLICATION_ID && tables.n > 0) {
    throw new AppError('E_DB_CORRUPT', `${file} is a database of another program.`, { next: 'Choose another project file.' });
  }
  if (version > NEWEST_VERSION) {
    throw new AppError(
      'E_DB_NEWER',
      `${file} was made by a newer Oodlab (layout ${version}, this one knows ${NEWEST_VERSION}).`,
      {
        next: 'Open it with that version, or install the newest Oodlab.',
      },
    );
  }
}

export function migrate(db: Database.Database): void {
  const version = db.pragma('user_version', { simple: true }) as number;
  for (const migration of MIGRATIONS.filter((m) => m.version > version)) {
    db.transaction(() => {
      db.exec(migration.sql);
      db.pragma(`user_version = ${migration.version}`);
      db.pragma(`application_id = ${APPLICATION_ID}`);
    })();
  }
}
