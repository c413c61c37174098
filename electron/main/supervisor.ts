/**
 * Keeps one child process: starts it, waits for its greeting, passes calls on, notices its end, stops it in bounded time.
 * A child that is lost is started again by itself once per job; after that the next call from outside starts it.
 * Knows nothing of Electron: how a child is launched comes from outside.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { AppError } from '../shared/errors.ts';
import { Caller, type Port } from '../shared/rpc.ts';

export interface Launched {
  port: Port;
  pid: number;
  /** Ends it at once. */
  kill(): void;
  exited: Promise<void>;
}

export type SupervisorState = 'stopped' | 'starting' | 'ready' | 'stopping' | 'lost';

export interface SupervisorOptions {
  launch(): Launched;
  /** The first calls on a fresh child. It is ready when they are answered. */
  greet(caller: Caller): Promise<void>;
  /** Asks the child to finish; it is killed when that or its exit takes longer than `drainMs`. */
  farewell(caller: Caller): Promise<unknown>;
  /** What is going on; a loss during the same thing is mended only once. null: nothing. */
  currentJob(): string | null;
  onLost(reason: string): void;
  /** A fresh child took the place of the one that was lost. */
  onRestarted(reason: string): void;
  /** It was not started again, or could not be; the next call tries. */
  onDown(reason: string): void;
  helloMs: number;
  drainMs: number;
}

interface Running {
  child: Launched;
  caller: Caller;
}

export class Supervisor {
  state: SupervisorState = 'stopped';
  private readonly options: SupervisorOptions;
  private running: Promise<Running> | null = null;
  private readonly mended = new Set<string>();
  /** Why the last child was lost, until another one has taken its place. */
  private loss: string | null = null;

  constructor(options: SupervisorOptions) {
    this.options = options;
  }

  async call<T>(method: string, params: unknown, signal?: AbortSignal): Promise<T> {
    const { caller } = await this.start();
    return caller.call<T>(method, params, signal);
  }

  /** Starts the child unless it runs already. */
  start(): Promise<Running> {
    if (this.state === 'stopping') return Promise.reject(new AppError('E_CANCELLED', 'Oodlab is closing.'));
    this.running ??= this.launch();
    return this.running;
  }

  async stop(): Promise<void> {
    const running = await this.running?.catch(() => null);
    if (running === null || running === undefined) return;
    this.state = 'stopping';
    const { child, caller } = running;
    const drained = this.options.farewell(caller).catch(() => undefined);
    await Promise.race([drained, child.exited, pause(this.options.drainMs)]);
    child.kill();
    await Promise.race([child.exited, pause(this.options.drainMs)]);
    this.running = null;
    this.state = 'stopped';
  }

  private async launch(): Promise<Running> {
    this.state = 'starting';
    const child = this.options.launch();
    const caller = new Caller(child.port, coreLost);
    let greeted = false;
    child.port.onClose((reason) => {
      if (greeted) this.lose(reason);
    });
    try {
      await Promise.race([this.options.greet(caller), tooLate(this.options.helloMs)]);
    } catch (error) {
      child.kill();
      this.running = null;
      this.state = 'lost';
      throw error;
    }
    greeted = true;
    this.state = 'ready';
    if (this.loss !== null) this.options.onRestarted(this.loss);
    this.loss = null;
    return { child, caller };
  }

  private lose(reason: string): void {
    if (this.state === 'stopping' || this.state === 'stopped') return;
    this.running = null;
    this.state = 'lost';
    const job = this.options.currentJob() ?? 'idle';
    this.loss = reason;
    this.options.onLost(reason);
    if (this.mended.has(job)) return this.options.onDown(reason);
    this.mended.add(job);
    this.start().catch(() => this.options.onDown(reason));
  }
}

export function coreLost(reason: string): AppError {
  return new AppError('E_WORKER_LOST', `The evaluation process stopped: ${reason}.`, {
    next: 'Nothing that was saved is lost: start the run again, it goes on from there.',
  });
}

function pause(ms: number): Promise<void> {
  return delay(ms, undefined, { ref: false });
}

async function tooLate(ms: number): Promise<never> {
  await pause(ms);
  throw new AppError('E_WORKER_LOST', `The evaluation process did not answer within ${ms / 1000} s of its start.`, {
    next: 'Close other programs and try again; the logs folder holds the details.',
  });
}
