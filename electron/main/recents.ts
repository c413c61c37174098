/** The last projects: newest first, each once, at most ten. Files that are gone stay until the user removes them. */
import { existsSync } from 'node:fs';
import { z } from 'zod';
import type { RecentView } from '../shared/app/contract.ts';
import type { JsonFile } from './json-file.ts';

export const MAX_RECENTS = 10;
export const recentsSchema = z.array(z.object({ file: z.string(), name: z.string(), openedAt: z.string() })).max(MAX_RECENTS);
export type Recent = z.infer<typeof recentsSchema>[number];

export class Recents {
  private readonly store: JsonFile<Recent[]>;
  private readonly changed: () => void;

  constructor(store: JsonFile<Recent[]>, changed: () => void) {
    this.store = store;
    this.changed = changed;
  }

  list(): RecentView[] {
    return this.store.value.map((recent) => ({ ...recent, exists: existsSync(recent.file) }));
  }

  has(file: string): boolean {
    return this.store.value.some((recent) => recent.file === file);
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
