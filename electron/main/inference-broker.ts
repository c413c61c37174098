/** Starts inference processes for a core that is a utility process, and ends them with it. */
import type { UtilityProcess } from 'electron';
import type { FromCore, ToChild } from '../workers/utility-protocol.ts';
import type { Utility } from './utility-process.ts';

export function serveInference(core: Utility, start: () => Utility): void {
  const children = new Map<number, Utility>();
  core.process.on('message', (message: FromCore) => {
    if (message.kind === 'kill-inference') children.get(message.id)?.kill();
    if (message.kind === 'start-inference') begin(message.id);
  });
  void core.exited.then(() => {
    for (const child of children.values()) child.kill();
  });

  function begin(id: number): void {
    const child = start();
    children.set(id, child);
    child.process.once('spawn', () => introduce(core.process, id, child));
    void child.exited.then((reason) => {
      children.delete(id);
      if (core.process.pid !== undefined) core.process.postMessage({ kind: 'inference-exit', id, reason } satisfies ToChild);
    });
  }
}

/** The child serves on the link that it was started with; core gets the near end of that very link. */
function introduce(core: UtilityProcess, id: number, child: Utility): void {
  core.postMessage({ kind: 'inference', id, pid: child.process.pid ?? 0 } satisfies ToChild, [child.link]);
}
