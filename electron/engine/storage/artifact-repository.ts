/** Stage results found by content key: fitted detectors and scores. */
import type Database from 'better-sqlite3';
import { float64FromBlob, toBlob } from './blobs.ts';

export class ArtifactRepository {
  private readonly get: Database.Statement;
  private readonly put: Database.Statement;

  constructor(db: Database.Database) {
    this.get = db.prepare('SELECT json, data FROM artifact WHERE kind = ? AND key = ?');
    this.put = db.prepare('INSERT OR REPLACE INTO artifact (kind, key, json, data) VALUES (?, ?, ?, ?)');
  }

  json(kind: string, key: string): unknown {
    const row = this.get.get(kind, key) as { json: string } | undefined;
    return row === undefined ? undefined : (JSON.parse(row.json) as unknown);
  }

  putJson(kind: string, key: string, value: unknown): void {
    this.put.run(kind, key, JSON.stringify(value), null);
  }

  vector(kind: string, key: string): Float64Array | undefined {
    const row = this.get.get(kind, key) as { data: Buffer } | undefined;
    return row === undefined ? undefined : float64FromBlob(row.data);
  }

  putVector(kind: string, key: string, values: Float64Array): void {
    this.put.run(kind, key, JSON.stringify({ dtype: 'float64', shape: [values.length] }), toBlob(values));
  }
}
