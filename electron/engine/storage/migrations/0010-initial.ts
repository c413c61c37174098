/** First layout of a project file. */
import type { Migration } from '../migrate.ts';

export const initial: Migration = {
  version: 10,
  sql: `
    CREATE TABLE run (
      id INTEGER PRIMARY KEY,
      state TEXT NOT NULL CHECK (state IN ('running', 'done', 'cancelled', 'failed', 'interrupted')),
      plan TEXT NOT NULL,
      plan_hash TEXT NOT NULL,
      base_dir TEXT NOT NULL,
      started_at TEXT NOT NULL,
      ended_at TEXT,
      error TEXT,
      results TEXT
    ) STRICT;

    -- One row for each content key: model, hook, sampling, preprocessing, provider and data set together.
    CREATE TABLE sample_set (
      id INTEGER PRIMARY KEY,
      key TEXT NOT NULL UNIQUE,
      name TEXT NOT NULL,
      spec TEXT NOT NULL,
      total INTEGER NOT NULL
    ) STRICT;

    -- Entropies are float64 [rows, entropy_dim], latents float32 [rows, latent_dim], logits float32 [rows, logit_dim],
    -- indices and labels int32 [rows], hashes 32 bytes each; all little-endian. start and stop are entry indices.
    CREATE TABLE chunk (
      set_id INTEGER NOT NULL REFERENCES sample_set (id) ON DELETE CASCADE,
      start INTEGER NOT NULL,
      stop INTEGER NOT NULL,
      rows INTEGER NOT NULL,
      entropy_dim INTEGER NOT NULL,
      latent_dim INTEGER NOT NULL,
      logit_dim INTEGER NOT NULL,
      indices BLOB NOT NULL,
      labels BLOB NOT NULL,
      hashes BLOB NOT NULL,
      ats TEXT NOT NULL,
      entropies BLOB NOT NULL,
      latents BLOB NOT NULL,
      logits BLOB NOT NULL,
      rejected TEXT NOT NULL,
      redraws INTEGER NOT NULL,
      seconds REAL NOT NULL,
      UNIQUE (set_id, start)
    ) STRICT;

    -- Results of later stages, found again by the hash of everything that went into them.
    CREATE TABLE artifact (
      kind TEXT NOT NULL,
      key TEXT NOT NULL,
      json TEXT NOT NULL,
      data BLOB,
      PRIMARY KEY (kind, key)
    ) STRICT;

    CREATE TABLE log (
      id INTEGER PRIMARY KEY,
      run_id INTEGER REFERENCES run (id) ON DELETE CASCADE,
      at TEXT NOT NULL,
      level TEXT NOT NULL,
      message TEXT NOT NULL
    ) STRICT;
  `,
};
