/**
 * How often test sets were looked at, and with which choices: one row for each choice and set of images, the first time
 * only. Part of the evidence: `--fresh` and the removal of runs leave it. The stamp of a run stands in its row.
 */
import type { Migration } from '../migrate.ts';

export const look: Migration = {
  version: 50,
  sql: `
    CREATE TABLE look (
      id INTEGER PRIMARY KEY,
      choice TEXT NOT NULL,
      set_sha256 TEXT NOT NULL,
      set_name TEXT NOT NULL,
      run_id INTEGER NOT NULL,
      at TEXT NOT NULL,
      UNIQUE (choice, set_sha256)
    ) STRICT;

    ALTER TABLE run ADD COLUMN stamp TEXT;
  `,
};
