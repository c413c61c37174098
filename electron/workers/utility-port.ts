/**
 * The same ports in an Electron utility process (no import of Electron: its objects are described here). Main starts every
 * utility process and hands each link over as a message port; core asks main for inference processes, because a utility
 * process cannot start one itself.
 */
import type { Port } from '../shared/rpc.ts';
import { AppError } from '../shared/errors.ts';
import type { FromCore, ToChild } from './utility-protocol.ts';
import type { Child } from './node-port.ts';

interface MessagePortMain {
  postMessage(message: unknown): void;
  on(event: 'message', listener: (event: { data: unknown }) => void): void;
  on(event: 'close', listener: () => void): void;
  start(): void;
}

interface ParentPort {
  postMessage(message: FromCore): void;
  on(event: 'message', listener: (event: { data: ToChild; ports: MessagePortMain[] }) => void): void;
}

const parent = (process as unknown as { parentPort?: ParentPort }).parentPort;

export const isUtilityProcess = parent !== undefined;

function portOver(channel: MessagePortMain, onClose: Port['onClose']): Port {
  let started = false;
  return {
    post: (message) => channel.postMessage(message),
    onMessage: (listener) => {
      channel.on('message', (event) => listener(event.data));
      if (!started) channel.start();
      started = true;
    },
    onClose,
  };
}

/** The child's end of the link to its caller. Nothing is lost before main has handed the link over. */
export function utilityParentPort(): Port {
  const listeners: ((message: unknown) => void)[] = [];
  const closed: ((reason: string) => void)[] = [];
  const queue: unknown[] = [];
  let link: Port | undefined;
  parent?.on('message', ({ data, ports }) => {
    if (data.kind !== 'link') return;
    const [channel] = ports;
    link = portOver(channel, (listener) => channel.on('close', () => listener('the main process is gone')));
    for (const listener of listeners) link.onMessage(listener);
    for (const listener of closed) link.onClose(listener);
    for (const message of queue) link.post(message);
  });
  return {
    post: (message) => void (link === undefined ? queue.push(message) : link.post(message)),
    onMessage: (listener) => void (link === undefined ? listeners.push(listener) : link.onMessage(listener)),
    onClose: (listener) => void (link === undefined ? closed.push(listener) : link.onClose(listener)),
  };
}

/** Core asks main for an inference process and gets the near end of a link to it. */
export function inferenceFromMain(): Promise<Child> {
  if (parent === undefined) throw new Error('Only a utility process asks main for children.');
  broker ??= new Broker(parent);
  return broker.start();
}

let broker: Broker | undefined;

class Broker {
  private readonly parent: ParentPort;
  private readonly waiting = new Map<number, { resolve: (child: Child) => void; reject: (error: AppError) => void }>();
  private readonly onExit = new Map<number, (reason: string) => void>();
  private nextId = 1;

  constructor(parent: ParentPort) {
    this.parent = parent;
    parent.on('message', ({ data, ports }) => {
      if (data.kind === 'inference') this.started(data.id, data.pid, ports[0]);
      if (data.kind === 'inference-exit') this.exited(data.id, data.reason);
    });
  }

  start(): Promise<Child> {
    const id = this.nextId++;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      this.parent.postMessage({ kind: 'start-inference', id });
    });
  }

  private started(id: number, pid: number, channel: MessagePortMain): void {
    const closed: ((reason: string) => void)[] = [];
    const exited = new Promise<void>((resolve) => {
      this.onExit.set(id, (reason) => {
        for (const listener of closed) listener(reason);
        resolve();
      });
    });
    const kill = (): void => this.parent.postMessage({ kind: 'kill-inference', id });
    this.waiting.get(id)?.resolve({ pid, kill, exited, port: portOver(channel, (listener) => void closed.push(listener)) });
    this.waiting.delete(id);
  }

  private exited(id: number, reason: string): void {
    this.waiting.get(id)?.reject(new AppError('E_WORKER_LOST', `The inference process did not start: ${reason}.`));
    this.waiting.delete(id);
    this.onExit.get(id)?.(reason);
    this.onExit.delete(id);
  }
}
