/**
 * The looks at test sets that a project remembers. A look is a choice (hook, sampling, detectors, threshold ...) whose
 * figures on a set of test images became visible; the same choice again is no new look.
 */
import type Database from 'better-sqlite3';

export interface LookedAt {
  name: string;
  sha256: string;
}

export interface Look {
  choice: string;
  runId: number;
  at: string;
  sets: readonly LookedAt[];
}

export class LookRepository {
  private readonly db: Database.Database;

  constructor(db: Database.Database) {
    this.db = db;
  }

  /** Which look at these images this choice is, 1 for the first: as it was recorded, else as it would be now. */
  ordinal(sha256: string, choice: string): number {
    const own = this.db.prepare('SELECT id FROM look WHERE set_sha256 = ? AND choice = ?').get(sha256, choice) as
      { id: number } | undefined;
    const before = this.db
      .prepare('SELECT count(*) AS n FROM look WHERE set_sha256 = ? AND (? IS NULL OR id < ?)')
      .get(sha256, own?.id ?? null, own?.id ?? null) as { n: number };
    return before.n + 1;
  }

  /** Different choices that looked at any of these images. */
  choices(sha256s: readonly string[]): number {
    const marks = sha256s.map(() => '?').join(', ');
    const row = this.db.prepare(`SELECT count(DISTINCT choice) AS n FROM look WHERE set_sha256 IN (${marks})`).get(...sha256s);
    return (row as { n: number }).n;
  }

  /** All choices that this project ever showed test figures of. */
  total(): number {
    return (this.db.prepare('SELECT count(DISTINCT choice) AS n FROM look').get() as { n: number }).n;
  }

  record({ choice, runId, at, sets }: Look): void {
    const insert = this.db.prepare(
      'INSERT OR IGNORE INTO look (choice, set_sha256, set_name, run_id, at) VALUES (?, ?, ?, ?, ?)',
    );
    this.db.transaction(() => {
      for (const { sha256, name } of sets) insert.run(choice, sha256, name, runId, at);
    })();
  }
}
