/** Further vectors of the images of a chunk, which only some detectors and baselines read. */
import type { Migration } from '../migrate.ts';

export const extra: Migration = {
  version: 60,
  sql: `
    -- float64 [rows, cols] for samples, float32 for features; little-endian. kind: see ExtraKind in sample-repository.ts.
    CREATE TABLE extra (
      set_id INTEGER NOT NULL REFERENCES sample_set (id) ON DELETE CASCADE,
      start INTEGER NOT NULL,
      kind TEXT NOT NULL,
      cols INTEGER NOT NULL,
      data BLOB NOT NULL,
      PRIMARY KEY (set_id, start, kind)
    ) STRICT;
  `,
};
