/** numpy's .npz: a ZIP archive of .npy files. Members that are no .npy come as bytes; a damaged one is named, the rest is read. */
import { bufferSource, openZip, ZipError, type ZipLimits } from '../archive/zip-reader.ts';
import { readNpy, NpyError, type NpyArray } from './npy.ts';

export interface NpzMember {
  /** Without ".npy". */
  name: string;
  content: NpyArray | Buffer | NpyError;
}

const LIMITS: ZipLimits = { entries: 10_000, entryBytes: 2e9, totalBytes: 8e9 };

/** Throws NpyError when it is no archive. */
export async function readNpz(bytes: Buffer): Promise<NpzMember[]> {
  try {
    const zip = await openZip(bufferSource(bytes), LIMITS);
    const members: NpzMember[] = [];
    for (const entry of zip.entries) {
      const content = await zip.read(entry).then(memberOf, (error: unknown) => asNpyError(error));
      members.push({ name: entry.name.replace(/\.npy$/, ''), content });
    }
    return members;
  } catch (error) {
    throw asNpyError(error);
  }
}

function memberOf(bytes: Buffer): NpyArray | Buffer | NpyError {
  if (bytes.toString('latin1', 0, 6) !== '\x93NUMPY') return bytes;
  try {
    return readNpy(bytes);
  } catch (error) {
    return asNpyError(error);
  }
}

function asNpyError(error: unknown): NpyError {
  if (error instanceof NpyError) return error;
  if (error instanceof ZipError) return new NpyError(error.message, { cause: error });
  throw error;
}
