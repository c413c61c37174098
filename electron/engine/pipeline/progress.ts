/**
 * Progress of one stage: counts, rate over the last seconds, time left. The clock is handed in, so that tests own it.
 * Reports at most ten times a second, and always the last one.
 */
import type { OnProgress } from '../../shared/domain.ts';

const MIN_INTERVAL_MS = 100;
const WINDOW_MS = 10_000;
/** A time left is shown once five percent are done: before that it only misleads. */
const ETA_FROM = 0.05;

export class StageProgress {
  private readonly stage: string;
  private readonly total: number;
  private readonly report: OnProgress;
  private readonly now: () => number;
  private readonly marks: { at: number; done: number }[];
  private done = 0;
  private lastReport = -Infinity;

  constructor(stage: string, total: number, report: OnProgress, now: () => number) {
    this.stage = stage;
    this.total = total;
    this.report = report;
    this.now = now;
    this.marks = [{ at: now(), done: 0 }];
  }

  /** Work found done already (a resumed run): counts as done, not as speed. */
  skip(count: number): void {
    this.done += count;
    for (const mark of this.marks) mark.done += count;
  }

  advance(count: number, item?: string): void {
    this.done += count;
    const at = this.now();
    this.marks.push({ at, done: this.done });
    while (this.marks.length > 2 && at - this.marks[0].at > WINDOW_MS) this.marks.shift();
    if (at - this.lastReport < MIN_INTERVAL_MS && this.done < this.total) return;
    this.lastReport = at;
    this.send(at, item);
  }

  private send(at: number, item?: string): void {
    const first = this.marks[0];
    const seconds = (at - first.at) / 1000;
    const rate = seconds > 0 ? (this.done - first.done) / seconds : null;
    const known = rate !== null && rate > 0 && this.done >= ETA_FROM * this.total;
    this.report({
      stage: this.stage,
      done: this.done,
      total: this.total,
      ...(item === undefined ? {} : { item }),
      rate,
      etaSeconds: known ? (this.total - this.done) / rate : null,
    });
  }
}
