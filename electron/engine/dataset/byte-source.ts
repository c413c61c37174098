/**
 * Random reading from a file or from what a packed part of it inflates to (a .gz file, a MATLAB variable, an array of an
 * .npz), in bounded memory. What is small is inflated once and kept; a large one is inflated as a stream that moves forward
 * and starts again only when asked for an earlier place.
 */
import { closeSync, createReadStream, openSync, readSync } from 'node:fs';
import { createGunzip, createInflate, createInflateRaw, gunzipSync, constants } from 'node:zlib';
import { AppError, isSystemError } from '../../shared/errors.ts';
import { firstBytes } from './image-format.ts';

export interface ByteSource {
  /** Up to `length` bytes: fewer only at the end of the data. The result must not be changed. */
  read(offset: number, length: number): Promise<Uint8Array>;
}

/** A packed part of a file. */
export interface Packed {
  file: string;
  start: number;
  /** Not included. */
  end: number;
  format: keyof typeof INFLATERS;
  /** Bytes that it inflates to; nothing beyond them is inflated. */
  expected: number;
}

const INFLATERS = { gzip: createGunzip, zlib: createInflate, raw: createInflateRaw };
const BLOCK = 1 << 20;
/** What inflates to no more than this is kept in memory. */
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
  return isGzip(file) ? openPacked(wholeGzip(file, expected)) : new FileSource(file);
}

export function openPacked(packed: Packed): ByteSource {
  return packed.expected <= KEPT ? new KeptInflated(packed) : new InflatedStream(packed);
}

/** A source that begins at a place of another. */
export function sourceFrom(source: ByteSource, start: number): ByteSource {
  return { read: (offset, length) => source.read(start + offset, length) };
}

function wholeGzip(file: string, expected: number): Packed {
  return { file, start: 0, end: Infinity, format: 'gzip', expected };
}

/** Bytes that a .gz inflates to, counted until there are more than expected. `damaged`: not a .gz from some byte on. */
export async function measureGzip(
  file: string,
  expected: number,
  signal?: AbortSignal,
): Promise<{ bytes: number; damaged: boolean }> {
  let bytes = 0;
  try {
    for await (const chunk of inflate(wholeGzip(file, expected), signal)) {
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
export async function* inflate({ file, start, end, format }: Packed, signal?: AbortSignal): AsyncGenerator<Uint8Array> {
  const input = createReadStream(file, { highWaterMark: BLOCK, start, end: end - 1 });
  const inflater = INFLATERS[format]({ chunkSize: BLOCK, finishFlush: constants.Z_SYNC_FLUSH });
  input.once('error', (error) => inflater.destroy(error));
  input.pipe(inflater);
  try {
    for await (const chunk of inflater) {
      if (signal?.aborted === true) throw new AppError('E_CANCELLED', 'Cancelled.');
      yield chunk as Uint8Array;
    }
  } finally {
    input.destroy();
    inflater.destroy();
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

/** Up to `length` bytes at a place of a file: fewer only at its end. */
export function readAt(file: string, offset: number, length: number): Uint8Array {
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

class KeptInflated implements ByteSource {
  private readonly packed: Packed;
  private kept: Promise<Uint8Array> | undefined;

  constructor(packed: Packed) {
    this.packed = packed;
  }

  async read(offset: number, length: number): Promise<Uint8Array> {
    this.kept ??= this.inflate();
    return (await this.kept).subarray(offset, offset + length);
  }

  private async inflate(): Promise<Uint8Array> {
    const { file, expected } = this.packed;
    const all = new Uint8Array(expected);
    let done = 0;
    try {
      for await (const chunk of inflate(this.packed)) {
        const part = chunk.subarray(0, expected - done);
        all.set(part, done);
        done += part.length;
        if (done === expected) break;
      }
    } catch (error) {
      if (isSystemError(error, 'ENOENT') || isSystemError(error, 'EACCES')) throw unreadable(file, error);
      // What came before the damage is served, the records after it are short and rejected.
    }
    return all.subarray(0, done);
  }
}

/** Keeps the window of the stream that was inflated last. Reads wait for one another. */
class InflatedStream implements ByteSource {
  private readonly packed: Packed;
  private stream: AsyncGenerator<Uint8Array> | undefined;
  private start = 0;
  private window: Uint8Array = new Uint8Array(0);
  private last: Promise<unknown> = Promise.resolve();

  constructor(packed: Packed) {
    this.packed = packed;
  }

  read(offset: number, length: number): Promise<Uint8Array> {
    const mine = this.last.then(() => this.seek(offset, Math.min(length, Math.max(0, this.packed.expected - offset))));
    this.last = mine.catch(() => undefined);
    return mine;
  }

  private async seek(offset: number, length: number): Promise<Uint8Array> {
    if (this.stream === undefined || offset < this.start) {
      await this.stream?.return(undefined);
      this.stream = inflate(this.packed);
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
