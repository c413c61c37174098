/** The last projects: newest first, each once, at most ten. Files that are gone stay until the user removes them. */
import { existsSync } from 'node:fs';
import { z } from 'zod';
import type { RecentView } from '../shared/app/contract.ts';
import { standingOf, standingSchema } from '../shared/app/standing.ts';
import type { ProjectView } from '../shared/app/views.ts';
import type { JsonFile } from './json-file.ts';

export const MAX_RECENTS = 10;
export const recentsSchema = z
  .array(z.object({ file: z.string(), name: z.string(), openedAt: z.string(), standing: standingSchema.optional() }))
  .max(MAX_RECENTS);
export type Recent = z.infer<typeof recentsSchema>[number];

export class Recents {
  private readonly store: JsonFile<Recent[]>;
  private readonly changed: () => void;
  private open: string | null = null;

  constructor(store: JsonFile<Recent[]>, changed: () => void) {
    this.store = store;
    this.changed = changed;
  }

  list(): RecentView[] {
    return this.store.value.map(({ standing = null, ...recent }) => ({ ...recent, standing, exists: existsSync(recent.file) }));
  }

  has(file: string): boolean {
    return this.store.value.some((recent) => recent.file === file);
  }

  /** Keeps the line of the open project true. Returns whether the project was opened just now. */
  follow(view: Pick<ProjectView, 'file' | 'temporary' | 'draft' | 'runs' | 'steps'> | null): boolean {
    const file = view === null || view.temporary ? null : view.file;
    const isOpening = file !== null && file !== this.open;
    this.open = file;
    if (view === null || file === null) return false;
    const known = this.store.value.find((recent) => recent.file === file);
    const openedAt = isOpening || known === undefined ? new Date().toISOString() : known.openedAt;
    const recent: Recent = { file, name: view.draft.name, openedAt, standing: standingOf(view) };
    if (JSON.stringify(known) !== JSON.stringify(recent)) this.add(recent);
    return isOpening;
  }

  add(recent: Recent): void {
    this.replace([recent, ...this.store.value.filter(({ file }) => file !== recent.file)].slice(0, MAX_RECENTS));
  }

  remove(gone: string): void {
    this.replace(this.store.value.filter(({ file }) => file !== gone));
  }

  private replace(recents: Recent[]): void {
    this.store.set(recents);
    this.changed();
  }
}
