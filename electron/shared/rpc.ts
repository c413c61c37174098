/**
 * Calls over a minimal port: request, reply, cancel, event. The same protocol runs between core and an
 * inference process whether the child is a Node process or an Electron utility process.
 * A call that is cancelled rejects with E_CANCELLED once the callee has stopped; a port that closes rejects
 * every open call with E_WORKER_LOST.
 */
import { AppError, toAppError, type ErrorData } from './errors.ts';

export interface Port {
  post(message: unknown): void;
  onMessage(listener: (message: unknown) => void): void;
  /** Called once, when the other side is gone; `reason` is for the user. */
  onClose(listener: (reason: string) => void): void;
}

type Message =
  | { kind: 'call'; id: number; method: string; params: unknown }
  | { kind: 'cancel'; id: number }
  | { kind: 'result'; id: number; value: unknown }
  | { kind: 'error'; id: number; error: ErrorData }
  | { kind: 'event'; name: string; value: unknown };

export type Handler = (params: never, signal: AbortSignal) => Promise<unknown>;

/** Answers calls on a port with the named handlers. Returns a function that sends events to the caller. */
export function serve(port: Port, handlers: Record<string, Handler>): (name: string, value: unknown) => void {
  const running = new Map<number, AbortController>();
  port.onMessage((raw) => {
    const message = raw as Message;
    if (message.kind === 'cancel') running.get(message.id)?.abort();
    if (message.kind !== 'call') return;
    const { id, method, params } = message;
    const abort = new AbortController();
    running.set(id, abort);
    answer(handlers, method, params, abort.signal)
      .then((value) => port.post({ kind: 'result', id, value } satisfies Message))
      .catch((error: unknown) => port.post({ kind: 'error', id, error: toAppError(error).toJSON() } satisfies Message))
      .finally(() => running.delete(id));
  });
  return (name, value) => port.post({ kind: 'event', name, value } satisfies Message);
}

async function answer(handlers: Record<string, Handler>, method: string, params: unknown, signal: AbortSignal): Promise<unknown> {
  const handler = Object.hasOwn(handlers, method) ? handlers[method] : undefined;
  if (handler === undefined) throw new AppError('E_INTERNAL', `No such call: ${method}.`);
  return handler(params as never, signal);
}

/** The calling side of a port. */
export class Caller {
  private readonly port: Port;
  private readonly open = new Map<number, { resolve: (value: unknown) => void; reject: (error: AppError) => void }>();
  private readonly listeners = new Map<string, (value: unknown) => void>();
  private readonly lossOf: (reason: string) => AppError;
  private nextId = 1;
  private lost: string | null = null;

  /** `lossOf` words what callers are told when the other side is gone. */
  constructor(port: Port, lossOf: (reason: string) => AppError = inferenceLost) {
    this.port = port;
    this.lossOf = lossOf;
    port.onMessage((raw) => this.receive(raw as Message));
    port.onClose((reason) => this.close(reason));
  }

  call<T>(method: string, params: unknown, signal?: AbortSignal): Promise<T> {
    if (this.lost !== null) return Promise.reject(this.lossOf(this.lost));
    if (signal?.aborted === true) return Promise.reject(new AppError('E_CANCELLED', 'Cancelled.'));
    const id = this.nextId++;
    const cancel = () => this.port.post({ kind: 'cancel', id } satisfies Message);
    return new Promise<T>((resolve, reject) => {
      this.open.set(id, { resolve: resolve as (value: unknown) => void, reject });
      signal?.addEventListener('abort', cancel, { once: true });
      this.port.post({ kind: 'call', id, method, params } satisfies Message);
    }).finally(() => signal?.removeEventListener('abort', cancel));
  }

  on(event: string, listener: (value: unknown) => void): void {
    this.listeners.set(event, listener);
  }

  private receive(message: Message): void {
    if (message.kind === 'event') return this.listeners.get(message.name)?.(message.value);
    if (message.kind !== 'result' && message.kind !== 'error') return;
    const waiting = this.open.get(message.id);
    this.open.delete(message.id);
    if (message.kind === 'result') waiting?.resolve(message.value);
    else waiting?.reject(AppError.from(message.error));
  }

  private close(reason: string): void {
    this.lost = reason;
    for (const { reject } of this.open.values()) reject(this.lossOf(reason));
    this.open.clear();
  }
}

function inferenceLost(reason: string): AppError {
  return new AppError('E_WORKER_LOST', `The inference process stopped: ${reason}.`, {
    next: 'Run again: it goes on from what was saved.',
  });
}
