/**
 * Quitting: with no job at work core is stopped and the application ends; with one the window asks, and the answer is to
 * keep running, to stop and quit, or to quit when the job is done. A second way out never skips the question.
 */
export interface QuitSteps {
  isBusy(): boolean;
  /** Shows the question in the window; false when there is no window to show it in. */
  ask(): boolean;
  /** Ends core in bounded time. */
  shutDown(): Promise<void>;
  /** Ends the application for good. */
  exit(): void;
}

export type QuitAnswer = 'keep' | 'stop' | 'when-done';

export class Quit {
  private readonly steps: QuitSteps;
  private waiting = false;
  private leaving = false;

  constructor(steps: QuitSteps) {
    this.steps = steps;
  }

  /** From the menu, the window's cross, the system. The caller prevents Electron's own way out. */
  request(): void {
    if (this.leaving) return;
    if (this.steps.isBusy() && this.steps.ask()) return;
    this.leave();
  }

  answer(answer: QuitAnswer): void {
    this.waiting = answer === 'when-done';
    if (answer === 'stop') this.leave();
    else this.jobEnded();
  }

  /** After every change of the job. */
  jobEnded(): void {
    if (this.waiting && !this.steps.isBusy()) this.leave();
  }

  private leave(): void {
    if (this.leaving) return;
    this.leaving = true;
    const exit = (): void => this.steps.exit();
    void this.steps.shutDown().then(exit, exit);
  }
}
