/**
 * What can be done with a chart: swap it for its table, copy it, save it as PNG or CSV. The frame around the chart and
 * the buttons, which may stand in a tab bar, share one.
 */
import type { Attachment } from 'svelte/attachments';
import type { Chart } from '../../electron/shared/charts/chart.ts';
import { attempt } from '../state/problem.svelte.ts';
import { picture } from './paint.ts';
import { csvOf, tabbedOf } from './table-text.ts';

type Model = Pick<Chart, 'title' | 'table'>;

export class ChartControl {
  isTable = $state(false);
  isCopied = $state(false);
  readonly #model: () => Model | null;
  #root: HTMLElement | null = null;

  constructor(model: () => Model | null) {
    this.#model = model;
  }

  /** On the element that holds the drawing. */
  readonly attach: Attachment<HTMLElement> = (element) => {
    this.#root = element;
    return () => {
      if (this.#root === element) this.#root = null;
    };
  };

  get isReady(): boolean {
    return this.#model() !== null;
  }

  toggle(): void {
    this.isTable = !this.isTable;
  }

  /** The picture, or while the table is shown its text. */
  async copy(): Promise<void> {
    const model = this.#model();
    if (model === null) return;
    await attempt(async () => {
      if (this.isTable || this.#root === null) await navigator.clipboard.writeText(tabbedOf(model.table));
      else await navigator.clipboard.write([new ClipboardItem({ 'image/png': picture(this.#root, model.title) })]);
      this.isCopied = true;
      setTimeout(() => (this.isCopied = false), 2000);
    });
  }

  async savePng(): Promise<void> {
    const model = this.#model();
    const wasTable = this.isTable;
    this.isTable = false;
    await new Promise(requestAnimationFrame); // The drawing must stand before it is painted.
    const root = this.#root;
    if (model !== null && root !== null)
      await attempt(async () => download(await picture(root, model.title), `${fileName(model)}.png`));
    this.isTable = wasTable;
  }

  saveCsv(): void {
    const model = this.#model();
    if (model !== null) download(new Blob([csvOf(model.table)], { type: 'text/csv' }), `${fileName(model)}.csv`);
  }

  /** T, Ctrl+C and Ctrl+S while the focus is in the chart. */
  press(event: KeyboardEvent): void {
    const command = event.ctrlKey || event.metaKey;
    const key = event.key.toLowerCase();
    const isTyping = event.target instanceof HTMLInputElement || event.target instanceof HTMLSelectElement;
    if (isTyping || event.shiftKey || event.altKey) return;
    if (key === 't' && !command) this.toggle();
    else if (key === 'c' && command && (getSelection()?.isCollapsed ?? true)) void this.copy();
    else if (key === 's' && command) void this.savePng();
    else return;
    event.preventDefault();
  }
}

function fileName({ title }: Model): string {
  return title
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-|-$/g, '')
    .slice(0, 60);
}

function download(blob: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
