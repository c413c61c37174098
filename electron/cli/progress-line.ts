/** Progress on stderr: one line that rewrites itself in a terminal, a line every few seconds elsewhere. */
import type { Progress } from '../shared/domain.ts';

const QUIET_INTERVAL_MS = 5000;

export class ProgressLine {
  private readonly terminal = process.stderr.isTTY;
  private stage = '';
  private last = -Infinity;

  show(progress: Progress): void {
    const finished = progress.done >= progress.total;
    const now = performance.now();
    const changed = progress.stage !== this.stage;
    if (!this.terminal && !finished && !changed && now - this.last < QUIET_INTERVAL_MS) return;
    if (changed && this.stage !== '' && this.terminal) process.stderr.write('\n');
    this.stage = progress.stage;
    this.last = now;
    process.stderr.write(this.terminal ? `\r\x1b[2K${describe(progress)}` : `${describe(progress)}\n`);
    if (finished && this.terminal) {
      process.stderr.write('\n');
      this.stage = '';
    }
  }

  end(): void {
    if (this.terminal && this.stage !== '') process.stderr.write('\n');
    this.stage = '';
  }
}

function describe(progress: Progress): string {
  const { stage, done, total, item, rate, etaSeconds } = progress;
  const parts = [`${stage.padEnd(6)} ${done}/${total}`];
  if (rate !== null && rate > 0) parts.push(`${rate >= 10 ? rate.toFixed(0) : rate.toFixed(1)}/s`);
  if (etaSeconds !== null && done < total) parts.push(`${duration(etaSeconds)} left`);
  if (item !== undefined && done < total) parts.push(item);
  return parts.join('  ');
}

function duration(seconds: number): string {
  const s = Math.ceil(seconds);
  return s < 60
    ? `${s} s`
    : s < 3600
      ? `${Math.floor(s / 60)} min ${s % 60} s`
      : `${Math.floor(s / 3600)} h ${Math.floor((s % 3600) / 60)} min`;
}
