/**
 * Port adapters for Node child processes (the command line, the tests, and runtimes whose Node-API is too old for
 * a utility process). Messages are structured clones, so typed arrays arrive as typed arrays.
 */
import { fork, type ChildProcess } from 'node:child_process';
import type { Port } from '../shared/rpc.ts';
import { isUtilityProcess, utilityParentPort } from './utility-port.ts';

/** The child's end: talks to the process that forked this one, or to the one that main linked it with. */
export function parentPort(): Port {
  if (isUtilityProcess) return utilityParentPort();
  if (process.send === undefined) throw new Error('This file is started by Oodlab, not by hand.');
  return {
    post: (message) => void process.send?.(message),
    onMessage: (listener) => void process.on('message', listener),
    onClose: (listener) => void process.on('disconnect', () => listener('the main process is gone')),
  };
}

export interface Child {
  port: Port;
  pid: number;
  kill(): void;
  exited: Promise<void>;
}

export interface ForkOptions {
  env?: NodeJS.ProcessEnv;
  /** The Node that runs the child; default: the one that runs this process. */
  execPath?: string;
  /** Told what the child writes to its error output. */
  onStderr?: (text: string) => void;
}

/** Forks a worker entry point and returns the parent's end of the port. */
export function forkWorker(entry: URL, options: ForkOptions = {}): Child {
  const { env = process.env, execPath = process.execPath, onStderr } = options;
  const child: ChildProcess = fork(entry, {
    serialization: 'advanced',
    stdio: ['ignore', 'inherit', 'pipe', 'ipc'],
    env,
    execPath,
  });
  let lastError = '';
  child.stderr?.on('data', (data: Buffer) => {
    const text = data.toString('utf8');
    lastError = (lastError + text).slice(-2000);
    onStderr?.(text);
  });
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  return {
    pid: child.pid ?? 0,
    exited,
    kill: () => void child.kill('SIGKILL'),
    port: {
      post: (message) => {
        if (child.connected) child.send(message as object, () => undefined);
      },
      onMessage: (listener) => void child.on('message', listener),
      onClose: (listener) => {
        child.once('exit', (code, signal) => listener(exitReason(code, signal, lastError)));
        child.once('error', (error) => listener(error.message));
      },
    },
  };
}

function exitReason(code: number | null, signal: NodeJS.Signals | null, lastError: string): string {
  const how = signal === null ? `exit code ${String(code)}` : `signal ${signal}`;
  const line = lastError
    .trim()
    .split('\n')
    .find((text) => /error|terminate|abort/i.test(text));
  return line === undefined ? how : `${how}, "${line.trim().slice(0, 200)}"`;
}
