/** What the engine uses of Node 24 and the trial Electron's Node 18 lacks. Only this test runs the engine on so old a Node. */
import crypto, { type BinaryLike } from 'node:crypto';

crypto.hash ??= ((algorithm: string, data: BinaryLike, encoding: 'hex' | 'buffer' = 'hex') => {
  const digest = crypto.createHash(algorithm).update(data).digest();
  return encoding === 'buffer' ? digest : digest.toString(encoding);
}) as typeof crypto.hash;

AbortSignal.any ??= (signals: AbortSignal[]) => {
  const any = new AbortController();
  for (const signal of signals) {
    if (signal.aborted) any.abort(signal.reason);
    signal.addEventListener('abort', () => any.abort(signal.reason), { once: true });
  }
  return any.signal;
};
