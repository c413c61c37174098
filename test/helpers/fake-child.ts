/** A child process that is none: what a supervisor launches in its unit tests. */
import type { Launched } from '../../electron/main/supervisor.ts';
import type { Port } from '../../electron/shared/rpc.ts';

/** A child in this process: two ends of a port, and an end that the test decides on. */
export class FakeChild implements Launched {
  readonly pid = 1;
  killed = false;
  readonly port: Port;
  readonly far: Port;
  readonly exited: Promise<void>;
  private readonly closers: ((reason: string) => void)[] = [];
  private gone!: () => void;

  constructor() {
    const near: ((message: unknown) => void)[] = [];
    const far: ((message: unknown) => void)[] = [];
    const to = (listeners: typeof near) => (message: unknown) =>
      queueMicrotask(() => listeners.forEach((listener) => listener(message)));
    this.port = {
      post: to(far),
      onMessage: (listener) => near.push(listener),
      onClose: (listener) => this.closers.push(listener),
    };
    this.far = { post: to(near), onMessage: (listener) => far.push(listener), onClose: () => undefined };
    this.exited = new Promise((resolve) => (this.gone = resolve));
  }

  die(reason: string): void {
    for (const closer of this.closers) closer(reason);
    this.gone();
  }

  kill(): void {
    this.killed = true;
    this.die('signal SIGKILL');
  }
}
