/** Entry point of a loader thread: answers requests one after the other, buffers are handed over, not copied. */
import { setImmediate } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { AppError, toAppError } from '../../shared/errors.ts';
import { loadPart } from './load-part.ts';
import type { ThreadReply, ThreadRequest, ThreadSetup } from './loader-protocol.ts';
import { openDataset } from './open-dataset.ts';
import { derived } from './set-source.ts';
import type { OpenedSet } from './types.ts';

const setup = workerData as ThreadSetup;
/** By their files: sets that are derived from one share its listing. */
const opened = new Map<string, Promise<OpenedSet>>();
const waiting = new Map<number, AbortController>();
let last: Promise<void> = Promise.resolve();

parentPort?.on('message', (request: ThreadRequest) => {
  if ('cancel' in request) {
    waiting.get(request.cancel)?.abort();
    return;
  }
  if ('close' in request) {
    for (const controller of waiting.values()) controller.abort();
    parentPort?.close(); // Nothing keeps the thread alive now: it ends when what it is at is done.
    return;
  }
  const { id, set, from, to } = request;
  const controller = new AbortController();
  waiting.set(id, controller);
  last = last.then(async () => {
    await setImmediate(); // A cancel that is already in the mail comes first.
    try {
      const part = await loadPart(await open(set), { from, to, signal: controller.signal }, setup);
      reply(
        { id, part },
        [part.data, part.indices, part.labels, part.cues, part.prints].map(({ buffer }) => buffer),
      );
    } catch (error) {
      reply({ id, error: toAppError(error).toJSON() });
    }
    waiting.delete(id);
  });
});

function reply(message: ThreadReply, transfer: ArrayBuffer[] = []): void {
  parentPort?.postMessage(message, transfer);
}

/** Sets were checked when they were hashed; a thread opens each when it is first asked for it. */
async function open(key: string): Promise<OpenedSet> {
  const found = setup.sets.find((candidate) => candidate.key === key);
  if (found === undefined) throw new AppError('E_INTERNAL', `The loader knows no data set "${key}".`);
  const { path, format, limit, name, derive } = found;
  const files = JSON.stringify([path, format, limit]);
  let set = opened.get(files);
  if (set === undefined) {
    set = openDataset(path, { format, limit, verify: false });
    opened.set(files, set);
  }
  const source = derived(await set, derive);
  return name === undefined ? source : { ...source, name };
}
