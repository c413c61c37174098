/** The calling side of a loader thread: starts it when first needed, matches replies, notices its death. */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { AppError } from '../../shared/errors.ts';
import type { Part, ThreadReply, ThreadRequest, ThreadSetup } from './loader-protocol.ts';

interface Pending {
  resolve(part: Part): void;
  reject(error: AppError): void;
}

/** An image takes milliseconds; a thread that is not gone by then is ended from outside. */
const ENDS_WITHIN_MS = 5000;

export interface PartRequest {
  set: string;
  from: number;
  to: number;
}

export class LoaderThread {
  private readonly setup: ThreadSetup;
  private worker: Worker | undefined;
  private readonly pending = new Map<number, Pending>();
  private nextId = 0;
  private closed = false;
  private lost: AppError | undefined;

  constructor(setup: ThreadSetup) {
    this.setup = setup;
  }

  load({ set, from, to }: PartRequest, signal: AbortSignal): Promise<Part> {
    if (this.closed) return Promise.reject(new AppError('E_CANCELLED', 'The loader is closed.'));
    if (this.lost !== undefined) return Promise.reject(this.lost);
    const worker = (this.worker ??= this.start());
    const id = this.nextId++;
    return new Promise<Part>((resolve, reject) => {
      const cancel = (): void => {
        this.post({ cancel: id });
        this.settle(id)?.reject(new AppError('E_CANCELLED', 'Cancelled.'));
      };
      signal.addEventListener('abort', cancel, { once: true });
      const done = (): void => signal.removeEventListener('abort', cancel);
      this.pending.set(id, {
        resolve: (part) => (done(), resolve(part)),
        reject: (error) => (done(), reject(error)),
      });
      worker.ref();
      this.post({ id, set, from, to });
    });
  }

  async close(): Promise<void> {
    this.closed = true;
    this.failAll(new AppError('E_CANCELLED', 'The loader is closed.'));
    const { worker } = this;
    if (worker === undefined || worker.threadId < 0) return;
    // Asked to end by itself: V8 has been seen to abort the process when a thread was terminated in the middle of its work.
    worker.ref();
    const ended = once(worker, 'exit').catch(() => undefined);
    this.post({ close: true });
    const timer = setTimeout(() => void worker.terminate(), ENDS_WITHIN_MS);
    await ended;
    clearTimeout(timer);
  }

  private start(): Worker {
    const worker = new Worker(new URL('./loader-thread.ts', import.meta.url), { workerData: this.setup, name: 'oodlab-loader' });
    worker.on('message', (reply: ThreadReply) => {
      const pending = this.settle(reply.id);
      if ('part' in reply) pending?.resolve(reply.part);
      else pending?.reject(AppError.from(reply.error));
    });
    worker.on('error', (error) => this.onLost(error instanceof Error ? error.message : String(error)));
    worker.on('exit', (code) => this.onLost(`exit code ${code}`));
    return worker;
  }

  private post(request: ThreadRequest): void {
    this.worker?.postMessage(request);
  }

  /** An idle thread does not keep the process alive. */
  private settle(id: number): Pending | undefined {
    const pending = this.pending.get(id);
    this.pending.delete(id);
    if (this.pending.size === 0) this.worker?.unref();
    return pending;
  }

  private onLost(reason: string): void {
    if (this.closed || this.lost !== undefined) return;
    this.lost = new AppError('E_WORKER_LOST', `A thread that reads images stopped (${reason}).`, {
      next: 'Run again: it goes on from what was saved. Use a smaller batch if memory ran out.',
    });
    this.failAll(this.lost);
  }

  private failAll(error: AppError): void {
    for (const id of [...this.pending.keys()]) this.settle(id)?.reject(error);
  }
}
