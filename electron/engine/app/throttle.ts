/** Runs an action at most once in `interval` milliseconds; a call in between is made up for at its end, never lost. */
export class Throttle {
  private readonly interval: number;
  private readonly action: () => void;
  private last = -Infinity;
  private timer: NodeJS.Timeout | undefined;

  constructor(interval: number, action: () => void) {
    this.interval = interval;
    this.action = action;
  }

  request(): void {
    if (this.timer !== undefined) return;
    const wait = this.last + this.interval - performance.now();
    if (wait <= 0) this.now();
    else this.timer = setTimeout(() => this.now(), wait);
  }

  now(): void {
    this.stop();
    this.last = performance.now();
    this.action();
  }

  /** Drops what is waiting. */
  stop(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
  }
}
