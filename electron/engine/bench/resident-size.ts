/**
 * Resident size of processes. Linux tells it for any process, with its peak; elsewhere only this process is seen, and
 * `whole` says so.
 */
import { readFileSync, writeFileSync } from 'node:fs';

export interface Resident {
  /** Bytes now, and the most the process ever had. */
  now: number;
  peak: number;
}

const INTERVAL_MS = 50;

/** null: the process has ended, or the system does not tell. */
export function residentOf(pid: number): Resident | null {
  if (process.platform !== 'linux') {
    return pid === process.pid ? { now: process.memoryUsage.rss(), peak: process.resourceUsage().maxRSS * 1024 } : null;
  }
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const bytes = (field: string): number => 1024 * Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(status)?.[1] ?? NaN);
    const resident = { now: bytes('VmRSS'), peak: bytes('VmHWM') };
    return Number.isFinite(resident.now) ? resident : null;
  } catch {
    return null;
  }
}

/** Starts the peak of this process afresh where the system can: Linux. @returns whether it could. */
export function resetPeak(): boolean {
  try {
    writeFileSync('/proc/self/clear_refs', '5');
    return true;
  } catch {
    return false;
  }
}

/**
 * Watches this process and others together, as the sum of their resident sizes: pages that they share count in each.
 * While this process computes no sample is taken; its own peak, which the system keeps, covers that time.
 */
export class ResidentWatch {
  private readonly pids: () => readonly number[];
  private readonly timer: NodeJS.Timeout;
  private readonly ownPeak: boolean;
  private highest = 0;

  /** @param pids others, looked up at every sample. */
  constructor(pids: () => readonly number[]) {
    this.pids = pids;
    this.ownPeak = resetPeak();
    this.timer = setInterval(() => this.sample(), INTERVAL_MS);
  }

  private sample(): void {
    const own = residentOf(process.pid)!;
    const others = this.pids().map((pid) => residentOf(pid)?.now ?? 0);
    this.highest = Math.max(this.highest, this.ownPeak ? own.peak : 0, own.now + others.reduce((a, b) => a + b, 0));
  }

  /** The most since the last call, in bytes. */
  take(): number {
    this.sample();
    const { highest } = this;
    this.highest = 0;
    resetPeak();
    return highest;
  }

  stop(): void {
    clearInterval(this.timer);
  }
}
