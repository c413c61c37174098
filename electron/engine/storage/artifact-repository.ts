/** Stage results found by content key: fitted models and scores. */
import type Database from 'better-sqlite3';
import type { Matrix } from '../linalg/matrix.ts';
import { float64FromBlob, toBlob } from './blobs.ts';

export class ArtifactRepository {
  private readonly get: Database.Statement;
  private readonly put: Database.Statement;
  private readonly list: Database.Statement;

  constructor(db: Database.Database) {
    this.list = db.prepare('SELECT key FROM artifact WHERE kind = ? ORDER BY key');
    this.get = db.prepare('SELECT json, data FROM artifact WHERE kind = ? AND key = ?');
    this.put = db.prepare('INSERT OR REPLACE INTO artifact (kind, key, json, data) VALUES (?, ?, ?, ?)');
  }

  keys(kind: string): string[] {
    return (this.list.all(kind) as { key: string }[]).map(({ key }) => key);
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

  bytes(kind: string, key: string): { json: unknown; bytes: Uint8Array } | undefined {
    const row = this.get.get(kind, key) as { json: string; data: Buffer } | undefined;
    return row === undefined ? undefined : { json: JSON.parse(row.json) as unknown, bytes: new Uint8Array(row.data) };
  }

  putBytes(kind: string, key: string, { json, bytes }: { json: unknown; bytes: Uint8Array }): void {
    this.put.run(kind, key, JSON.stringify(json), toBlob(bytes));
  }

  /** A named set of matrices with some plain data beside them. */
  matrices<T>(kind: string, key: string): { json: T; matrices: Record<string, Matrix> } | undefined {
    const row = this.get.get(kind, key) as { json: string; data: Buffer } | undefined;
    if (row === undefined) return undefined;
    const { json, layout } = JSON.parse(row.json) as { json: T; layout: Layout[] };
    const values = float64FromBlob(row.data);
    let at = 0;
    const entries = layout.map(({ name, rows, cols }): [string, Matrix] => {
      const data = values.subarray(at, at + rows * cols);
      at += rows * cols;
      return [name, { rows, cols, data }];
    });
    return { json, matrices: Object.fromEntries(entries) };
  }

  /** @returns false when they are too large for one row of the database and were not kept. */
  putMatrices(kind: string, key: string, { json, matrices }: { json: unknown; matrices: Record<string, Matrix> }): boolean {
    const entries = Object.entries(matrices);
    const layout = entries.map(([name, { rows, cols }]): Layout => ({ name, rows, cols }));
    const size = layout.reduce((sum, { rows, cols }) => sum + rows * cols, 0);
    if (size * 8 > LARGEST_BLOB) return false;
    const values = new Float64Array(size);
    let at = 0;
    for (const [, { data }] of entries) {
      values.set(data, at);
      at += data.length;
    }
    this.put.run(kind, key, JSON.stringify({ json, layout }), toBlob(values));
    return true;
  }
}

interface Layout {
  name: string;
  rows: number;
  cols: number;
}

/** SQLite's own limit for a row is 10^9 bytes. */
const LARGEST_BLOB = 900_000_000;
