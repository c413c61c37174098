/** Short messages at the lower edge that offer to undo what was just done, for 30 seconds. */
export interface Toast {
  id: number;
  text: string;
  undo: (() => void) | null;
  secondsLeft: number;
}

export const UNDO_SECONDS = 30;
const PLAIN_SECONDS = 6;

class Toasts {
  list = $state<Toast[]>([]);
  #next = 1;
  #timer: ReturnType<typeof setInterval> | null = null;

  show(text: string, undo: (() => void) | null = null): void {
    const secondsLeft = undo === null ? PLAIN_SECONDS : UNDO_SECONDS;
    this.list.push({ id: this.#next++, text, undo, secondsLeft });
    this.#timer ??= setInterval(() => this.#tick(), 1000);
  }

  dismiss(id: number): void {
    this.list = this.list.filter((toast) => toast.id !== id);
  }

  #tick(): void {
    for (const toast of this.list) toast.secondsLeft--;
    this.list = this.list.filter((toast) => toast.secondsLeft > 0);
    if (this.list.length > 0 || this.#timer === null) return;
    clearInterval(this.#timer);
    this.#timer = null;
  }
}
export const toasts = new Toasts();
