/** Small documents of the application by name. Not among the artifacts: those are a cache and may be thrown away. */
import type Database from 'better-sqlite3';

export class AppRepository {
  private readonly db: Database.Database;

  constructor(db: Database.Database) {
    this.db = db;
  }

  get(key: string): unknown {
    const row = this.db.prepare('SELECT json FROM app WHERE key = ?').get(key) as { json: string } | undefined;
    return row === undefined ? undefined : (JSON.parse(row.json) as unknown);
  }

  put(key: string, value: unknown): void {
    this.db.prepare('INSERT OR REPLACE INTO app (key, json) VALUES (?, ?)').run(key, JSON.stringify(value));
  }
}
