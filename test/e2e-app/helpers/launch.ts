/**
 * Starts the application as a user would, with a folder of its own, and watches it: everything the page complains about
 * (violations of the policy among it), how long it took to be usable, how late main's event loop runs.
 */
import type { ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { _electron, type ElectronApplication, type Page } from '@playwright/test';
import { inject } from 'vitest';
import type { RequestInput, RequestName } from '../../../electron/shared/app/contract.ts';

export const ROOT = path.resolve(import.meta.dirname, '../../..');

export interface LaunchOptions {
  /** A folder that an earlier start left; default: a fresh one, removed at the end. */
  userData?: string;
  args?: string[];
  env?: Record<string, string>;
  /** Another executable, such as the packaged application; it needs no folder to run. */
  packaged?: string;
}

export interface LoopDelay {
  p99: number;
  max: number;
}

/** Those that were launched and have not ended. */
export const openApplications = new Set<Application>();

export class Application {
  readonly electron: ElectronApplication;
  readonly page: Page;
  readonly userData: string;
  /** From launch until the first heading was there. */
  readonly usableMs: number;
  /** Kept: Playwright forgets it when the application ends by itself. */
  private readonly child: ChildProcess;
  private readonly temporary: boolean;

  constructor(parts: Pick<Application, 'electron' | 'page' | 'userData' | 'usableMs'> & { temporary: boolean }) {
    this.electron = parts.electron;
    this.page = parts.page;
    this.userData = parts.userData;
    this.usableMs = parts.usableMs;
    this.temporary = parts.temporary;
    this.child = parts.electron.process();
    openApplications.add(this);
    this.child.once('exit', () => openApplications.delete(this));
  }

  invoke<Name extends RequestName>(name: Name, input: RequestInput<Name>): Promise<unknown> {
    return this.page.evaluate(([request, data]) => (window as never as Bridge).oodlab.invoke(request, data), [
      name,
      input,
    ] as const);
  }

  /** What the page complained about since it was made, as main wrote it down. Empty when all is well. */
  problems(): string[] {
    const file = path.join(this.userData, 'logs', 'window.log');
    return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
  }

  mainLog(): string {
    return readFileSync(path.join(this.userData, 'logs', 'main.log'), 'utf8');
  }

  /** Starts to measure how late the timers of main fire. */
  async watchLoop(): Promise<void> {
    await this.electron.evaluate(() => {
      const hooks = (process as never as { mainModule: NodeJS.Module }).mainModule.require('node:perf_hooks');
      const monitor = hooks.monitorEventLoopDelay({ resolution: 5 });
      monitor.enable();
      (globalThis as never as { loopMonitor: unknown }).loopMonitor = monitor;
    });
  }

  /** In milliseconds, less the 5 ms that the monitor itself waits. */
  loopDelay(): Promise<LoopDelay> {
    return this.electron.evaluate(() => {
      const { loopMonitor: monitor } = globalThis as never as { loopMonitor: { percentile(p: number): number; max: number } };
      return { p99: monitor.percentile(99) / 1e6 - 5, max: monitor.max / 1e6 - 5 };
    });
  }

  private closing: Promise<boolean> | null = null;

  /** Closes as the window's cross does, and kills what does not go within ten seconds. True when it went by itself. */
  close(): Promise<boolean> {
    return (this.closing ??= this.end());
  }

  private async end(): Promise<boolean> {
    const { child } = this;
    const gone = new Promise<boolean>((resolve) => child.once('exit', () => resolve(true)));
    if (child.exitCode !== null || child.signalCode !== null) return true;
    void this.electron.close().catch(() => undefined);
    const went = await Promise.race([gone, setTimeout(10_000, false)]);
    if (!went) child.kill('SIGKILL');
    this.forget();
    return went;
  }

  /** As the power going: nothing is asked, nothing is saved. */
  async kill(): Promise<void> {
    const { child } = this;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await gone;
  }

  forget(): void {
    if (this.temporary) rmSync(this.userData, { recursive: true, force: true, maxRetries: 5 });
  }
}

interface Bridge {
  oodlab: { invoke(name: string, input: unknown): Promise<unknown> };
}

export async function launch(options: LaunchOptions = {}): Promise<Application> {
  const { args = [], packaged } = options;
  const userData = options.userData ?? mkdtempSync(path.join(tmpdir(), 'oodlab-app-'));
  const started = performance.now();
  const electron = await _electron.launch({
    executablePath: packaged ?? inject('executable'),
    args: ['--disable-gpu', `--user-data-dir=${userData}`, ...(packaged === undefined ? [ROOT] : []), ...args],
    env: { ...(process.env as Record<string, string>), DISPLAY: inject('display'), ...options.env },
    timeout: 60_000,
    colorScheme: null, // Else Playwright answers for the theme that the application sets.
  });
  const page = await electron.firstWindow({ timeout: 60_000 });
  await page.getByRole('heading', { level: 1 }).first().waitFor({ timeout: 60_000 });
  const usableMs = performance.now() - started;
  return new Application({ electron, page, userData, usableMs, temporary: options.userData === undefined });
}
