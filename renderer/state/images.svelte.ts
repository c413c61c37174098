/** Images of sets, asked for in pages and kept until their set changes. */
import type { DatasetView, ImageView } from '../../electron/shared/app/views.ts';
import { invoke } from '../bridge.svelte.ts';
import { SvelteMap } from 'svelte/reactivity';

const PAGE = 60;

class Images {
  readonly #pages = new SvelteMap<string, ImageView[]>();
  readonly #asked = new Set<string>();

  /** The images from..from+count that are known by now; those that are not are asked for. */
  range(set: DatasetView, from: number, count: number): (ImageView | null)[] {
    return Array.from({ length: count }, (_, i) => this.#page(set, Math.floor((from + i) / PAGE))?.[(from + i) % PAGE] ?? null);
  }

  #page(set: DatasetView, page: number): ImageView[] | undefined {
    const hash = set.facts.state === 'ready' ? set.facts.value.sha256 : '';
    const key = `${set.id} ${set.limit} ${hash} ${page}`;
    if (!this.#asked.has(key)) {
      this.#asked.add(key);
      void this.#load(key, set.id, page);
    }
    return this.#pages.get(key);
  }

  async #load(key: string, id: string, page: number): Promise<void> {
    try {
      this.#pages.set(key, await invoke('dataset.images', { id, from: page * PAGE, count: PAGE }));
    } catch {
      this.#asked.delete(key); // The set's own row says what is wrong with it.
    }
  }
}
export const images = new Images();
