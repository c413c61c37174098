/**
 * Random reading from a file or from what a .gz file inflates to, in bounded memory. A .gz is inflated once and kept when
 * small; a large one is inflated as a stream that moves forward and starts again only when asked for an earlier place.
 */
import { closeSync, createReadStream, openSync, readSync } from 'node:fs';
import { createGunzip, gunzipSync, constants } from 'node:zlib';
import { AppError, isSystemError } from '../../shared/errors.ts';
import { firstBytes } from './image-format.ts';

export interface ByteSource {
  /** Up to `length` bytes: fewer only at the end of the data. The result must not be changed. */
  read(offset: number, length: number): Promise<Uint8Array>;
}

const BLOCK = 1 << 20;
/** A .gz that inflates to no more than this is kept in memory. */
const KEPT = 64 << 20;
/** Compressed bytes that surely hold the header of a container. */
const HEAD = 1024;

export function isGzip(file: string): boolean {
  const [a, b] = firstBytes(file, 2);
  return a === 0x1f && b === 0x8b;
}

/** The first bytes of a file, inflated where it is gzip. */
export function headOf(file: string, count: number): Uint8Array {
  if (!isGzip(file)) return firstBytes(file, count);
  try {
    // At most 1032 times as large: a bomb is harmless here.
    return gunzipSync(firstBytes(file, HEAD), { finishFlush: constants.Z_SYNC_FLUSH }).subarray(0, count);
  } catch {
    return new Uint8Array(0);
  }
}

/** @param expected Size by the header; nothing beyond it is inflated. */
export function openSource(file: string, expected: number): ByteSource {
  if (!isGzip(file)) return new FileSource(file);
  return expected <= KEPT ? new KeptGzip(file, expected) : new GzipStream(file, expected);
}

/** Bytes that a .gz inflates to, counted until there are more than expected. `damaged`: not a .gz from some byte on. */
export async function measureGzip(
  file: string,
  expected: number,
  signal?: AbortSignal,
): Promise<{ bytes: number; damaged: boolean }> {
  let bytes = 0;
  try {
    for await (const chunk of inflate(file, signal)) {
      bytes += chunk.length;
      if (bytes > expected) break;
    }
    return { bytes, damaged: false };
  } catch (error) {
    if (error instanceof AppError) throw error;
    return { bytes, damaged: true };
  }
}

/** A stream that is cut short ends without an error, so that all its bytes arrive: callers count them. */
async function* inflate(file: string, signal?: AbortSignal): AsyncGenerator<Uint8Array> {
  const input = createReadStream(file, { highWaterMark: BLOCK });
  const gunzip = createGunzip({ chunkSize: BLOCK, finishFlush: constants.Z_SYNC_FLUSH });
  input.once('error', (error) => gunzip.destroy(error));
  input.pipe(gunzip);
  try {
    for await (const chunk of gunzip) {
      if (signal?.aborted === true) throw new AppError('E_CANCELLED', 'Cancelled.');
      yield chunk as Uint8Array;
    }
  } finally {
    input.destroy();
    gunzip.destroy();
  }
}

/** A plain file; the block read last is kept. */
class FileSource implements ByteSource {
  private readonly file: string;
  private start = 0;
  private block: Uint8Array = new Uint8Array(0);

  constructor(file: string) {
    this.file = file;
  }

  async read(offset: number, length: number): Promise<Uint8Array> {
    if (offset < this.start || offset + length > this.start + this.block.length) {
      this.start = offset;
      this.block = readAt(this.file, offset, Math.max(length, BLOCK));
    }
    return this.block.subarray(offset - this.start, offset - this.start + length);
  }
}

function readAt(file: string, offset: number, length: number): Uint8Array {
  let fd: number | undefined;
  try {
    fd = openSync(file, 'r');
    const bytes = new Uint8Array(length);
    let done = 0;
    while (done < length) {
      const got = readSync(fd, bytes, done, length - done, offset + done);
      if (got === 0) break;
      done += got;
    }
    return bytes.subarray(0, done);
  } catch (error) {
    throw unreadable(file, error);
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}

class KeptGzip implements ByteSource {
  private readonly file: string;
  private readonly expected: number;
  private kept: Promise<Uint8Array> | undefined;

  constructor(file: string, expected: number) {
    this.file = file;
    this.expected = expected;
  }

  async read(offset: number, length: number): Promise<Uint8Array> {
    this.kept ??= this.inflate();
    return (await this.kept).subarray(offset, offset + length);
  }

  private async inflate(): Promise<Uint8Array> {
    const all = new Uint8Array(this.expected);
    let done = 0;
    try {
      for await (const chunk of inflate(this.file)) {
        const part = chunk.subarray(0, this.expected - done);
        all.set(part, done);
        done += part.length;
        if (done === this.expected) break;
      }
    } catch (error) {
      if (isSystemError(error, 'ENOENT') || isSystemError(error, 'EACCES')) throw unreadable(this.file, error);
      // What came before the damage is served, the records after it are short and rejected.
    }
    return all.subarray(0, done);
  }
}

/** Keeps the window of the stream that was inflated last. Reads wait for one another. */
class GzipStream implements ByteSource {
  private readonly file: string;
  private readonly expected: number;
  private stream: AsyncGenerator<Uint8Array> | undefined;
  private start = 0;
  private window: Uint8Array = new Uint8Array(0);
  private last: Promise<unknown> = Promise.resolve();

  constructor(file: string, expected: number) {
    this.file = file;
    this.expected = expected;
  }

  read(offset: number, length: number): Promise<Uint8Array> {
    const mine = this.last.then(() => this.seek(offset, Math.min(length, Math.max(0, this.expected - offset))));
    this.last = mine.catch(() => undefined);
    return mine;
  }

  private async seek(offset: number, length: number): Promise<Uint8Array> {
    if (this.stream === undefined || offset < this.start) {
      await this.stream?.return(undefined);
      this.stream = inflate(this.file);
      this.start = 0;
      this.window = new Uint8Array(0);
    }
    while (this.start + this.window.length < offset + length) {
      const next = await this.stream.next().catch(() => ({ done: true as const, value: undefined }));
      if (next.done === true) break;
      const drop = Math.min(this.window.length, Math.max(0, offset - this.start));
      this.start += drop;
      this.window = this.window.length === drop ? next.value : Buffer.concat([this.window.subarray(drop), next.value]);
    }
    const at = offset - this.start;
    return at > this.window.length ? new Uint8Array(0) : this.window.slice(at, at + length);
  }
}

export function unreadable(file: string, error: unknown): AppError {
  const why = isSystemError(error, 'ENOENT')
    ? 'does not exist'
    : isSystemError(error, 'EACCES') || isSystemError(error, 'EPERM')
      ? 'may not be read by this user'
      : `cannot be read (${error instanceof Error ? error.message : String(error)})`;
  return new AppError('E_DATASET', `${file} ${why}.`, {
    next: 'Check the path and its permissions.',
    cause: error,
  });
}
