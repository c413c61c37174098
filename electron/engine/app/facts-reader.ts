/**
 * Reads the facts of data sets in the background, one set at a time, and finds the images that stand in sets of different
 * roles. A set that is gone from the draft is no longer read; a failure makes that set broken and touches no other.
 */
import type { DatasetFacts, DraftDataset, Loading } from '../../shared/app/views.ts';
import { toAppError } from '../../shared/errors.ts';
import { sourceOf } from '../dataset/set-source.ts';
import type { Project } from '../storage/open-project.ts';
import { HASH_BYTES, readSetFacts, type SetFacts } from './set-facts.ts';

interface Entry {
  source: string;
  state: Loading<SetFacts>;
  abort: AbortController;
}

export class FactsReader {
  private readonly project: Project;
  private readonly changed: () => void;
  private readonly entries = new Map<string, Entry>();
  private queue: Promise<void> = Promise.resolve();
  private duplicates = new Map<string, { id: string; count: number }[]>();

  constructor(project: Project, changed: () => void) {
    this.project = project;
    this.changed = changed;
  }

  /** The sets that are wanted now. Those whose source is the same keep what is known of them. */
  want(sets: readonly DraftDataset[]): void {
    const ids = new Set(sets.map(({ id }) => id));
    for (const [id, entry] of this.entries) {
      if (ids.has(id)) continue;
      entry.abort.abort();
      this.entries.delete(id);
    }
    for (const set of sets) {
      const source = JSON.stringify(sourceOf(set));
      const known = this.entries.get(set.id);
      if (known?.source === source) continue;
      known?.abort.abort();
      this.read(set, source);
    }
    this.duplicates = this.findDuplicates(sets);
    this.sets = sets;
  }

  private sets: readonly DraftDataset[] = [];

  /** Reads a set again: its files were moved back, or changed. */
  again(id: string): void {
    this.entries.get(id)?.abort.abort();
    this.entries.delete(id);
  }

  view(id: string): Loading<DatasetFacts> {
    const state = this.entries.get(id)?.state ?? { state: 'reading', done: 0, total: null };
    if (state.state !== 'ready') return state;
    return { state: 'ready', value: { ...state.value.facts, duplicates: this.duplicates.get(id) ?? [] } };
  }

  /** Resolves when nothing is left to read. */
  settled(): Promise<void> {
    return this.queue;
  }

  close(): void {
    for (const { abort } of this.entries.values()) abort.abort();
    this.entries.clear();
  }

  private read(set: DraftDataset, source: string): void {
    const entry: Entry = { source, state: { state: 'reading', done: 0, total: null }, abort: new AbortController() };
    this.entries.set(set.id, entry);
    const { signal } = entry.abort;
    const onProgress = (done: number, total: number | null): void => {
      entry.state = { state: 'reading', done, total };
      this.changed();
    };
    this.queue = this.queue.then(async () => {
      if (signal.aborted) return;
      try {
        entry.state = { state: 'ready', value: await readSetFacts(set, { project: this.project, signal, onProgress }) };
        if (!signal.aborted) this.duplicates = this.findDuplicates(this.sets);
      } catch (error) {
        entry.state = { state: 'broken', error: toAppError(error).toJSON() };
      }
      if (!signal.aborted) this.changed();
    });
  }

  /** For each set, how many of its images stand, pixel for pixel, in which set of another role. */
  private findDuplicates(sets: readonly DraftDataset[]): Map<string, { id: string; count: number }[]> {
    const ready = sets.flatMap((set) => {
      const state = this.entries.get(set.id)?.state;
      return state?.state === 'ready' ? [{ set, hashes: hashList(state.value.hashes) }] : [];
    });
    const members = ready.map(({ set, hashes }) => ({ set, hashes, known: new Set(hashes) }));
    return new Map(
      members.map(({ set, hashes }) => [
        set.id,
        members
          .filter((other) => other.set.role !== set.role)
          .map((other) => ({ id: other.set.id, count: hashes.filter((hash) => other.known.has(hash)).length }))
          .filter(({ count }) => count > 0),
      ]),
    );
  }
}

function hashList(bytes: Uint8Array): string[] {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const list: string[] = [];
  for (let at = 0; at < buffer.length; at += HASH_BYTES) list.push(buffer.toString('latin1', at, at + HASH_BYTES));
  return list;
}
