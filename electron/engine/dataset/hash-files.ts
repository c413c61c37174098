/** SHA-256 over the bytes of files, one after the other, streamed: the content hash of sets that lie in a few binary files. */
import { createHash } from 'node:crypto';
import { createReadStream, statSync } from 'node:fs';
import { AppError } from '../../shared/errors.ts';
import { unreadable } from './byte-source.ts';
import { throwIfAborted } from './range.ts';
import type { HashProgress } from './types.ts';

export interface HashOptions {
  /** Written behind the bytes when it leaves records out. */
  limit: number | null;
  /** What else tells sets of the same files apart. */
  also?: string | null;
  signal: AbortSignal | undefined;
  onProgress: HashProgress | undefined;
}

export async function hashFiles(files: readonly string[], { limit, also, signal, onProgress }: HashOptions): Promise<string> {
  const sha256 = createHash('sha256');
  const total = files.reduce((sum, file) => sum + (statSync(file, { throwIfNoEntry: false })?.size ?? 0), 0);
  let done = 0;
  for (const file of files) {
    try {
      for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 })) {
        throwIfAborted(signal);
        sha256.update(chunk as Buffer);
        done += (chunk as Buffer).length;
        onProgress?.(done, total);
      }
    } catch (error) {
      throw error instanceof AppError ? error : unreadable(file, error);
    }
  }
  if (limit !== null) sha256.update(`limit ${limit}`);
  if (also != null) sha256.update(also);
  return sha256.digest('hex');
}
