/** Cues and prints of each image for the hygiene checks; chunks of an older layout have none. */
import type { Migration } from '../migrate.ts';

export const traces: Migration = {
  version: 30,
  sql: `
    -- cues float32 [rows, TRACE], prints [rows, PRINT_BYTES]: see hygiene/image-trace.ts.
    ALTER TABLE chunk ADD COLUMN cues BLOB NOT NULL DEFAULT x'';
    ALTER TABLE chunk ADD COLUMN prints BLOB NOT NULL DEFAULT x'';
  `,
};
