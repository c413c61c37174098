/** The supervisor with children that hang, exit, crash, flood and answer out of order. */
import { describe, expect, it, vi } from 'vitest';
import { Supervisor, type SupervisorOptions } from '../../../electron/main/supervisor.ts';
import { serve, type Handler } from '../../../electron/shared/rpc.ts';
import { FakeChild } from '../../helpers/fake-child.ts';

const hang = () => new Promise<never>(() => undefined);

function supervise(handlers: Record<string, Handler>, more: Partial<SupervisorOptions> = {}) {
  const children: FakeChild[] = [];
  const events: string[] = [];
  const supervisor = new Supervisor({
    launch: () => {
      const child = new FakeChild();
      children.push(child);
      serve(child.far, { hello: () => Promise.resolve(), stop: () => Promise.resolve(), ...handlers });
      return child;
    },
    greet: (caller) => caller.call('hello', {}),
    farewell: (caller) => caller.call('stop', {}),
    currentJob: () => null,
    onLost: (reason) => events.push(`lost: ${reason}`),
    onRestarted: () => events.push('restarted'),
    onDown: (reason) => events.push(`down: ${reason}`),
    helloMs: 50,
    drainMs: 50,
    ...more,
  });
  return { supervisor, children, events };
}

describe('starting', () => {
  it('starts one child for many callers, and not before it is needed', async () => {
    const { supervisor, children } = supervise({ double: async ({ n }: { n: number }) => 2 * n });
    expect(children).toHaveLength(0);
    expect(await Promise.all([1, 2, 3].map((n) => supervisor.call('double', { n })))).toEqual([2, 4, 6]);
    expect(children).toHaveLength(1);
    expect(supervisor.state).toBe('ready');
  });

  it('a child that never greets is killed, and the next call tries a fresh one', async () => {
    let silent = true;
    const { supervisor, children } = supervise({ hello: () => (silent ? hang() : Promise.resolve()), ping: async () => 'pong' });
    await expect(supervisor.start()).rejects.toMatchObject({
      code: 'E_WORKER_LOST',
      message: expect.stringContaining('within 0.05 s'),
    });
    expect([supervisor.state, children[0].killed]).toEqual(['lost', true]);
    silent = false;
    expect(await supervisor.call('ping', {})).toBe('pong');
    expect(children).toHaveLength(2);
  });

  it('a child that exits while it starts says how, and is not started over and over', async () => {
    const { supervisor, children, events } = supervise({ hello: hang });
    const started = supervisor.start();
    children[0].die('exit code 1, "Error: no module"');
    await expect(started).rejects.toMatchObject({ message: expect.stringContaining('exit code 1, "Error: no module"') });
    expect([children.length, events]).toEqual([1, []]);
  });
});

describe('losing', () => {
  it('tells every open call, then starts again by itself', async () => {
    const { supervisor, children, events } = supervise({ work: hang, ping: async () => 'pong' });
    await supervisor.start();
    const calls = [supervisor.call('work', {}), supervisor.call('work', {})].map((call) =>
      call.catch((error: Error) => error.message),
    );
    await vi.waitFor(() => expect(children).toHaveLength(1));
    await new Promise((resolve) => setTimeout(resolve, 5));
    children[0].die('signal SIGSEGV');
    for (const message of await Promise.all(calls)) expect(message).toBe('The evaluation process stopped: signal SIGSEGV.');
    await vi.waitFor(() => expect(events).toEqual(['lost: signal SIGSEGV', 'restarted']));
    expect(await supervisor.call('ping', {})).toBe('pong');
    expect(children).toHaveLength(2);
  });

  it('mends one job once; a second job gets its own chance', async () => {
    let job = 'run 1';
    const { supervisor, children, events } = supervise({}, { currentJob: () => job });
    await supervisor.start();
    children[0].die('a');
    await vi.waitFor(() => expect(events).toEqual(['lost: a', 'restarted']));
    children[1].die('b');
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect([children.length, supervisor.state]).toEqual([2, 'lost']);
    await supervisor.start();
    expect(events.slice(2)).toEqual(['lost: b', 'down: b', 'restarted']);
    job = 'run 2';
    children[2].die('c');
    await vi.waitFor(() => expect(events.slice(5)).toEqual(['lost: c', 'restarted']));
    expect(children).toHaveLength(4);
  });
});

describe('stopping', () => {
  it('lets the child finish in its time', async () => {
    let finished = false;
    const stop = async () => {
      await new Promise((resolve) => setTimeout(resolve, 10));
      finished = true;
    };
    const { supervisor, events } = supervise({ stop });
    await supervisor.start();
    await supervisor.stop();
    expect([finished, supervisor.state, events]).toEqual([true, 'stopped', []]);
  });

  it('kills a child that hangs, in bounded time', async () => {
    const { supervisor, children } = supervise({ stop: hang });
    await supervisor.start();
    const before = performance.now();
    await supervisor.stop();
    expect(performance.now() - before).toBeLessThan(1000);
    expect(children[0].killed).toBe(true);
  });

  it('is no loss, and nothing is started any more meanwhile', async () => {
    const { supervisor, children, events } = supervise({ stop: hang });
    await supervisor.start();
    const stopped = supervisor.stop();
    await new Promise((resolve) => setTimeout(resolve, 5));
    await expect(supervisor.call('ping', {})).rejects.toMatchObject({ code: 'E_CANCELLED' });
    await stopped;
    expect([children.length, events]).toEqual([1, []]);
  });

  it('of nothing is nothing', async () => {
    const { supervisor, children } = supervise({});
    await supervisor.stop();
    expect(children).toHaveLength(0);
  });
});

describe('a child that misbehaves', () => {
  it('answers in any order, each to its caller', async () => {
    const echo = async ({ n }: { n: number }) => {
      await new Promise((resolve) => setTimeout(resolve, 20 - n));
      return n;
    };
    const { supervisor } = supervise({ echo });
    const numbers = Array.from({ length: 20 }, (_, n) => n);
    expect(await Promise.all(numbers.map((n) => supervisor.call('echo', { n })))).toEqual(numbers);
  });

  it('floods with replies nobody asked for, events nobody hears and junk, and calls still work', async () => {
    const { supervisor, children } = supervise({ ping: async () => 'pong' });
    await supervisor.start();
    for (let i = 0; i < 10_000; i++) {
      children[0].far.post({ kind: 'result', id: 1_000_000 + i, value: i });
      children[0].far.post({ kind: 'event', name: 'noise', value: i });
      children[0].far.post({ kind: 'unheard-of' });
    }
    expect(await supervisor.call('ping', {})).toBe('pong');
  });
});
