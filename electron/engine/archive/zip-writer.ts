/**
 * Writes a ZIP archive entry by entry without holding it in memory. Same entries, same bytes: times are fixed. The
 * comment at the very end is the SHA-256 of every byte in front of it, so that a change anywhere in the file shows.
 */
import { createHash, type Hash } from 'node:crypto';
import { open, rename, rm, type FileHandle } from 'node:fs/promises';
import { Zip, ZipDeflate } from 'fflate';

export interface ZipPart {
  name: string;
  /** Read once, piece by piece. */
  content: Iterable<string | Uint8Array>;
}

/** The earliest time a ZIP can tell. */
const NO_TIME = new Date(1980, 0, 1);
const MARK = 'sha256:';
export const SEAL_BYTES = MARK.length + 64;

/** The file appears whole or not at all. @param onPart told each entry before it is written. */
export async function writeZip(
  file: string,
  parts: Iterable<ZipPart> | AsyncIterable<ZipPart>,
  options: { signal?: AbortSignal | undefined; onPart?: (name: string) => void } = {},
): Promise<void> {
  const temporary = `${file}.${process.pid}.part`;
  const handle = await open(temporary, 'w');
  try {
    await new SealedZip(handle).write(parts, options);
    await handle.sync();
    await handle.close();
    await rename(temporary, file);
  } catch (error) {
    await handle.close().catch(() => undefined);
    await rm(temporary, { force: true });
    throw error;
  }
}

/** The SHA-256 that the comment of an archive claims for the bytes in front of it; null when it is no such comment. */
export function sealOf(comment: Buffer): string | null {
  const text = comment.toString('latin1');
  return comment.length === SEAL_BYTES && text.startsWith(MARK) ? text.slice(MARK.length) : null;
}

class SealedZip {
  private readonly handle: FileHandle;
  private readonly hash: Hash = createHash('sha256');
  private readonly zip: Zip;
  private waiting: Uint8Array[] = [];
  private failure: Error | null = null;

  constructor(handle: FileHandle) {
    this.handle = handle;
    this.zip = new Zip((error, piece) => {
      if (error !== null) this.failure = error;
      else this.waiting.push(piece);
    });
  }

  async write(
    parts: Iterable<ZipPart> | AsyncIterable<ZipPart>,
    { signal, onPart }: { signal?: AbortSignal | undefined; onPart?: (name: string) => void },
  ): Promise<void> {
    for await (const { name, content } of parts) {
      onPart?.(name);
      const entry = new ZipDeflate(name, { level: 6 });
      entry.mtime = NO_TIME;
      this.zip.add(entry);
      for (const piece of content) {
        signal?.throwIfAborted();
        entry.push(typeof piece === 'string' ? Buffer.from(piece) : piece);
        await this.flush();
      }
      entry.push(new Uint8Array(0), true);
      await this.flush();
    }
    this.zip.end();
    await this.seal();
  }

  private async flush(): Promise<void> {
    if (this.failure !== null) throw this.failure;
    const bytes = Buffer.concat(this.waiting);
    this.waiting = [];
    this.hash.update(bytes);
    await this.handle.writeFile(bytes);
  }

  /** The end record closes with the length of its comment: 0 becomes that of the seal. */
  private async seal(): Promise<void> {
    const end = Buffer.concat(this.waiting);
    end.writeUInt16LE(SEAL_BYTES, end.length - 2);
    this.waiting = [end];
    await this.flush();
    await this.handle.writeFile(`${MARK}${this.hash.digest('hex')}`);
  }
}
