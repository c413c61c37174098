/** What the application keeps of a project besides runs and vectors: the draft of the plan, sets that were removed. */
import type { Migration } from '../migrate.ts';

export const app: Migration = {
  version: 20,
  sql: `
    CREATE TABLE app (
      key TEXT PRIMARY KEY,
      json TEXT NOT NULL
    ) STRICT;
  `,
};
