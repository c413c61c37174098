/** A page of an application that no inspector may attach to, reached through Chromium's debugging port: evaluates, no more. */
import type { Readable } from 'node:stream';
import { setTimeout } from 'node:timers/promises';

/** The port that Chromium writes to its error output when it was started with --remote-debugging-port=0. */
export async function debuggingPort(stderr: Readable): Promise<number> {
  let text = '';
  for await (const data of stderr.iterator({ destroyOnReturn: false })) {
    text += String(data);
    const found = /DevTools listening on ws:\/\/127\.0\.0\.1:(\d+)/.exec(text);
    if (found === null) continue;
    stderr.resume();
    return Number(found[1]);
  }
  throw new Error(`The application ended: ${text}`);
}

export class DebuggedPage {
  private readonly socket: WebSocket;
  private nextId = 1;

  private constructor(socket: WebSocket) {
    this.socket = socket;
  }

  static async open(port: number): Promise<DebuggedPage> {
    for (;;) {
      const targets = (await (await fetch(`http://127.0.0.1:${port}/json/list`)).json()) as {
        type: string;
        webSocketDebuggerUrl: string;
      }[];
      const page = targets.find(({ type }) => type === 'page');
      if (page !== undefined) {
        const socket = new WebSocket(page.webSocketDebuggerUrl);
        await new Promise((resolve, reject) => {
          socket.addEventListener('open', resolve);
          socket.addEventListener('error', reject);
        });
        return new DebuggedPage(socket);
      }
      await setTimeout(100);
    }
  }

  /** The value of an expression, awaited. */
  evaluate(expression: string): Promise<unknown> {
    const id = this.nextId++;
    const params = { expression, awaitPromise: true, returnByValue: true };
    return new Promise((resolve) => {
      const receive = ({ data }: MessageEvent): void => {
        const answer = JSON.parse(String(data)) as { id?: number; result?: { result: { value?: unknown } } };
        if (answer.id !== id) return;
        this.socket.removeEventListener('message', receive);
        resolve(answer.result?.result.value);
      };
      this.socket.addEventListener('message', receive);
      this.socket.send(JSON.stringify({ id, method: 'Runtime.evaluate', params }));
    });
  }

  close(): void {
    this.socket.close();
  }
}
