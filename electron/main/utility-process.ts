/** Starts a worker entry as an Electron utility process, linked to its caller by a message channel. */
import { MessageChannelMain, utilityProcess, type MessagePortMain, type UtilityProcess } from 'electron';
import type { Port } from '../shared/rpc.ts';
import type { ToChild } from '../workers/utility-protocol.ts';

export interface Utility {
  process: UtilityProcess;
  /** The near end of the link. */
  link: MessagePortMain;
  exited: Promise<string>;
  kill(): void;
}

export interface UtilityOptions {
  entry: string;
  name: string;
  env: NodeJS.ProcessEnv;
  /** What the child writes; it writes to main's own output when nobody asks. */
  onOutput?(text: string): void;
  args?: readonly string[];
}

export function startUtility({ entry, name, env, onOutput, args = [] }: UtilityOptions): Utility {
  const child = utilityProcess.fork(entry, [...args], {
    serviceName: name,
    stdio: onOutput === undefined ? 'inherit' : 'pipe',
    env,
  });
  let lastOutput = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (data: Buffer) => {
      const text = data.toString('utf8');
      lastOutput = (lastOutput + text).slice(-2000);
      onOutput?.(text);
    });
  }
  const exited = new Promise<string>((resolve) => child.once('exit', (code) => resolve(reasonOf(code, lastOutput))));
  const { port1, port2 } = new MessageChannelMain();
  child.postMessage({ kind: 'link' } satisfies ToChild, [port2]);
  return { process: child, link: port1, exited, kill: () => kill(child) };
}

export function utilityLink({ link, exited }: Utility): Port {
  return {
    post: (message) => link.postMessage(message),
    onMessage: (listener) => {
      link.on('message', ({ data }) => listener(data));
      link.start();
    },
    onClose: (listener) => void exited.then(listener),
  };
}

/** Electron asks politely, which a process inside native code does not hear. */
function kill(child: UtilityProcess): void {
  const { pid } = child;
  if (pid === undefined) return void child.kill();
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It is gone already.
  }
}

function reasonOf(code: number, output: string): string {
  const line = output
    .trim()
    .split('\n')
    .find((text) => /error|terminate|abort/i.test(text));
  return line === undefined ? `exit code ${code}` : `exit code ${code}, "${line.trim().slice(0, 200)}"`;
}
