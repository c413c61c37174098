import { describe, expect, it } from 'vitest';
import { AppError } from '../../../electron/shared/errors.ts';
import { Caller, serve, type Port } from '../../../electron/shared/rpc.ts';

/** Two ends of a wire that delivers later, as processes do; `cut` makes one end vanish. */
function wire(): { left: Port; right: Port; cut: (reason: string) => void } {
  const listeners: ((message: unknown) => void)[][] = [[], []];
  const closed: ((reason: string) => void)[] = [];
  const end = (mine: number, other: number): Port => ({
    post: (message) => queueMicrotask(() => listeners[other].forEach((listener) => listener(structuredClone(message)))),
    onMessage: (listener) => void listeners[mine].push(listener),
    onClose: (listener) => void closed.push(listener),
  });
  return { left: end(0, 1), right: end(1, 0), cut: (reason) => closed.forEach((listener) => listener(reason)) };
}

describe('calls over a port', () => {
  it('carry typed arrays there and back', async () => {
    const { left, right } = wire();
    serve(right, { double: async (values: Float64Array) => values.map((v) => 2 * v) });
    expect(await new Caller(left).call('double', new Float64Array([1, 2.5]))).toEqual(new Float64Array([2, 5]));
  });

  it('keep answers apart when they come out of order', async () => {
    const { left, right } = wire();
    const waiting = new Map<number, () => void>();
    serve(right, { hold: (n: number) => new Promise((resolve) => waiting.set(n, () => resolve(n))) });
    const caller = new Caller(left);
    const calls = [1, 2, 3].map((n) => caller.call<number>('hold', n));
    await Promise.resolve().then(() => undefined);
    for (const n of [3, 1, 2]) waiting.get(n)!();
    expect(await Promise.all(calls)).toEqual([1, 2, 3]);
  });

  it('bring errors back with code, sentence and mend', async () => {
    const { left, right } = wire();
    serve(right, {
      fail: async () => {
        throw new AppError('E_DATASET', 'The folder is empty.', { next: 'Choose another.' });
      },
    });
    await expect(new Caller(left).call('fail', null)).rejects.toMatchObject({
      code: 'E_DATASET',
      message: 'The folder is empty.',
      next: 'Choose another.',
    });
  });

  it('refuse a method that was not offered, inherited names too', async () => {
    const { left, right } = wire();
    serve(right, {});
    const caller = new Caller(left);
    for (const method of ['nothing', 'constructor', 'toString']) {
      await expect(caller.call(method, null)).rejects.toMatchObject({ code: 'E_INTERNAL' });
    }
  });

  it('abort the work at the other end', async () => {
    const { left, right } = wire();
    serve(right, {
      wait: (_: null, signal: AbortSignal) =>
        new Promise((_resolve, reject) =>
          signal.addEventListener('abort', () => reject(new AppError('E_CANCELLED', 'Cancelled.'))),
        ),
    });
    const abort = new AbortController();
    const call = new Caller(left).call('wait', null, abort.signal);
    abort.abort();
    await expect(call).rejects.toMatchObject({ code: 'E_CANCELLED' });
  });

  it('fail with the reason when the process is lost, also those made afterwards', async () => {
    const { left, right, cut } = wire();
    serve(right, { never: () => new Promise(() => undefined) });
    const caller = new Caller(left);
    const open = caller.call('never', null);
    cut('signal SIGKILL');
    await expect(open).rejects.toMatchObject({ code: 'E_WORKER_LOST', message: expect.stringContaining('SIGKILL') });
    await expect(caller.call('never', null)).rejects.toMatchObject({ code: 'E_WORKER_LOST' });
  });
});
