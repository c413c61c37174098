/** Where the focus goes when the button that had it was removed with its item. */
import { tick } from 'svelte';

/** The button that took its place, else the one before it; `otherwise` where no button is left that can be pressed. */
export async function refocus(list: HTMLElement, { at, of, otherwise }: { at: number; of: string; otherwise: string }) {
  await tick();
  const left = [...list.querySelectorAll<HTMLElement>(`${of}:not(:disabled)`)];
  (left[Math.min(at, left.length - 1)] ?? list.querySelector<HTMLElement>(otherwise))?.focus();
}
