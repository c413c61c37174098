/** The arrays in a .npy or .npz file, found by their headers: values are read where they lie, as images are asked for. */
import { statSync } from 'node:fs';
import path from 'node:path';
import { constants, crc32, inflateRawSync } from 'node:zlib';
import { bodyOf, openZip, ZipError, type ZipEntry } from '../archive/zip-reader.ts';
import { NpyError, readNpyHead, valuesIn, type NpyHead } from '../npy/npy.ts';
import { inflate, openPacked, openSource, readAt, sourceFrom, type ByteSource, type Packed } from './byte-source.ts';
import { fileBytes } from './image-archive.ts';
import { firstBytes } from './image-format.ts';
import { throwIfAborted } from './range.ts';

export interface StoredArray {
  file: string;
  /** Of an .npz, with ".npy". */
  member?: string;
  head: NpyHead;
  /** Begins at the first value. */
  source: ByteSource;
  /** Throws NpyError when the file is cut short, or its checksum differs. */
  check(signal?: AbortSignal): Promise<void>;
}

/** Bytes that surely hold the header of an array of numbers. */
const HEAD = 4096;
const MOST_LABELS = 50_000_000;
const LIMITS = { entries: 100_000, entryBytes: Number.MAX_SAFE_INTEGER, totalBytes: Number.MAX_SAFE_INTEGER };
const INTEGERS = /^[|<>=]?([ui])([1248])$/;

export function isArrayFile(file: string): boolean {
  if (!/\.np[yz]$/i.test(file)) return false;
  const start = Buffer.from(firstBytes(file, 6)).toString('latin1');
  return start === '\x93NUMPY' || start.startsWith('PK');
}

/** Throws NpyError when the file is none; members of an .npz that are no arrays are left out. */
export async function openArrays(file: string): Promise<StoredArray[]> {
  if (Buffer.from(firstBytes(file, 2)).toString('latin1') !== 'PK') return [openNpy(file)];
  try {
    const bytes = fileBytes(file);
    const zip = await openZip(bytes, LIMITS);
    const arrays: StoredArray[] = [];
    for (const entry of zip.entries) {
      const array = entry.name.endsWith('.npy') ? openMember(file, entry, await bodyOf(bytes, entry)) : null;
      if (array !== null) arrays.push(array);
    }
    return arrays;
  } catch (error) {
    throw error instanceof ZipError ? new NpyError(error.message, { cause: error }) : error;
  }
}

function openNpy(file: string): StoredArray {
  const head = readNpyHead(firstBytes(file, HEAD));
  const check = async (): Promise<void> => {
    const missing = head.start + byteCount(head) - statSync(file).size;
    if (missing > 0) throw new NpyError(`it is cut short: ${missing} bytes are missing`);
  };
  return { file, head, source: sourceFrom(openSource(file, 0), head.start), check };
}

function openMember(file: string, entry: ZipEntry, body: number): StoredArray | null {
  const { name, packed, stored, size, crc } = entry;
  const start = readAt(file, body, Math.min(HEAD, packed));
  try {
    const head = readNpyHead(stored ? start : inflateRawSync(start, { finishFlush: constants.Z_SYNC_FLUSH }));
    const place: Packed = { file, start: body, end: body + packed, format: 'raw', expected: size };
    const whole = stored ? sourceFrom(openSource(file, 0), body) : openPacked(place);
    const check = async (signal?: AbortSignal): Promise<void> => {
      if (head.start + byteCount(head) > size) throw new NpyError(`${name} is cut short`);
      const found = stored ? await storedCrc(place, signal) : await packedCrc(place, signal);
      if (found !== crc) throw new NpyError(`${name} is damaged: its checksum differs`);
    };
    return { file, member: name, head, source: sourceFrom(whole, head.start), check };
  } catch {
    // No array of numbers: pickled objects, text.
    return null;
  }
}

/** Values of type u1 and longer ones of labels. */
function byteCount({ shape, descr }: NpyHead): number {
  return shape.reduce((product, length) => product * length, Number(INTEGERS.exec(descr)?.[2] ?? 1));
}

async function storedCrc({ file, start, end }: Packed, signal?: AbortSignal): Promise<number> {
  let crc = 0;
  for (let at = start; at < end; at += 1 << 20) {
    throwIfAborted(signal);
    crc = crc32(readAt(file, at, Math.min(1 << 20, end - at)), crc);
  }
  return crc;
}

async function packedCrc(place: Packed, signal?: AbortSignal): Promise<number> {
  let crc = 0;
  let bytes = 0;
  try {
    for await (const chunk of inflate(place, signal)) {
      bytes += chunk.length;
      if (bytes > place.expected) break;
      crc = crc32(chunk, crc);
    }
  } catch (error) {
    if (error instanceof Error && 'code' in error && String(error.code).startsWith('Z_')) return -1;
    throw error;
  }
  return bytes === place.expected ? crc : -1;
}

/** As many whole numbers; null: another number of them, or something else. */
export async function readNumbers({ head, source, file }: StoredArray, count: number): Promise<number[] | null> {
  const { shape, descr } = head;
  const values = shape.reduce((product, length) => product * length, 1);
  if (!INTEGERS.test(descr) || values !== count || count > MOST_LABELS) return null;
  const bytes = await source.read(0, byteCount(head));
  if (bytes.length < byteCount(head)) throw new NpyError(`the labels in ${path.basename(file)} are cut short`);
  return Array.from(valuesIn(bytes, head) as ArrayLike<number | bigint>, Number);
}
