/**
 * Reads ZIP archives that may be hostile: evidence packs, .npz, archives of images. The central directory is the authority; counts and
 * sizes are checked against limits before anything is inflated, names that leave the folder are refused, every CRC is
 * checked. Nothing is ever written to a disk here.
 */
import { open } from 'node:fs/promises';
import { crc32, inflateRawSync } from 'node:zlib';

export interface ZipLimits {
  entries: number;
  /** Unpacked, of one entry and of all. */
  entryBytes: number;
  totalBytes: number;
}

export interface ZipEntry {
  name: string;
  size: number;
  packed: number;
  crc: number;
  stored: boolean;
  /** Of its local header. */
  offset: number;
}

/** What is wrong with the archive or an entry, without a final stop: callers make their own sentence of it. */
export class ZipError extends Error {}

export interface ByteSource {
  size: number;
  read(at: number, length: number): Promise<Buffer>;
}

export interface ZipArchive {
  entries: ZipEntry[];
  comment: Buffer;
  read(entry: ZipEntry): Promise<Buffer>;
}

const END = 0x06054b50;
const END_64 = 0x06064b50;
const LOCATOR_64 = 0x07064b50;
const CENTRAL = 0x02014b50;
const LOCAL = 0x04034b50;
const END_BYTES = 22;
const LOCAL_BYTES = 30;

export function bufferSource(bytes: Buffer): ByteSource {
  return { size: bytes.length, read: (at, length) => Promise.resolve(bytes.subarray(at, at + length)) };
}

/** Opens a file for the time of `use`. */
export async function withFileSource<T>(file: string, use: (source: ByteSource) => Promise<T>): Promise<T> {
  const handle = await open(file);
  try {
    const { size } = await handle.stat();
    const read = async (at: number, length: number): Promise<Buffer> => {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, at);
      return buffer.subarray(0, bytesRead);
    };
    return await use({ size, read });
  } finally {
    await handle.close();
  }
}

/** Throws ZipError. */
export async function openZip(source: ByteSource, limits: ZipLimits): Promise<ZipArchive> {
  const start = await source.read(0, Math.min(4, source.size));
  if (start.length < 4 || start.readUInt16BE(0) !== 0x504b) throw new ZipError('it is not a ZIP archive');
  const { count, size, offset, comment } = await directoryPlace(source);
  if (count > limits.entries) throw new ZipError(`it lists ${count} files, more than ${limits.entries}`);
  if (offset + size > source.size) throw new ZipError('its directory lies outside the file');
  const entries = parseDirectory(await source.read(offset, size), count);
  checkEntries(entries, limits, offset);
  return { entries, comment, read: (entry) => readEntry(source, entry) };
}

interface Place {
  count: number;
  size: number;
  offset: number;
  comment: Buffer;
}

async function directoryPlace(source: ByteSource): Promise<Place> {
  const length = Math.min(source.size, END_BYTES + 0xffff);
  const tail = await source.read(source.size - length, length);
  for (let at = tail.length - END_BYTES; at >= 0; at--) {
    if (tail.readUInt32LE(at) !== END || at + END_BYTES + tail.readUInt16LE(at + 20) !== tail.length) continue;
    const place = {
      count: tail.readUInt16LE(at + 10),
      size: tail.readUInt32LE(at + 12),
      offset: tail.readUInt32LE(at + 16),
      comment: tail.subarray(at + END_BYTES),
    };
    const wide = place.count === 0xffff || place.size === 0xffffffff || place.offset === 0xffffffff;
    return wide ? await place64(source, tail, at, place) : place;
  }
  throw new ZipError('its end is cut off');
}

async function place64(source: ByteSource, tail: Buffer, at: number, place: Place): Promise<Place> {
  if (at < 20 || tail.readUInt32LE(at - 20) !== LOCATOR_64) throw new ZipError('its end is damaged');
  const record = await source.read(wide(tail, at - 12), 56);
  if (record.length < 56 || record.readUInt32LE(0) !== END_64) throw new ZipError('its end is damaged');
  return { ...place, count: wide(record, 32), size: wide(record, 40), offset: wide(record, 48) };
}

function wide(bytes: Buffer, at: number): number {
  if (at + 8 > bytes.length) throw new ZipError('its directory is damaged');
  const value = bytes.readBigUInt64LE(at);
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw new ZipError('its directory is damaged');
  return Number(value);
}

function parseDirectory(bytes: Buffer, count: number): ZipEntry[] {
  const entries: ZipEntry[] = [];
  let at = 0;
  for (let i = 0; i < count; i++) {
    if (at + 46 > bytes.length || bytes.readUInt32LE(at) !== CENTRAL) throw new ZipError('its directory is damaged');
    const [nameLength, extraLength, commentLength] = [28, 30, 32].map((field) => bytes.readUInt16LE(at + field));
    const next = at + 46 + nameLength + extraLength + commentLength;
    if (next > bytes.length) throw new ZipError('its directory is damaged');
    entries.push(parseEntry(bytes.subarray(at, next), nameLength, extraLength));
    at = next;
  }
  return entries;
}

function parseEntry(record: Buffer, nameLength: number, extraLength: number): ZipEntry {
  const flags = record.readUInt16LE(8);
  const method = record.readUInt16LE(10);
  const name = record.toString((flags & 0x800) === 0 ? 'latin1' : 'utf8', 46, 46 + nameLength);
  if ((flags & 1) !== 0) throw new ZipError(`${name} is encrypted`);
  if (method !== 0 && method !== 8) throw new ZipError(`${name} is packed by method ${method}, not stored or deflated`);
  const sizes = { size: record.readUInt32LE(24), packed: record.readUInt32LE(20), offset: record.readUInt32LE(42) };
  widen(sizes, record.subarray(46 + nameLength, 46 + nameLength + extraLength));
  return { name, crc: record.readUInt32LE(16), stored: method === 0, ...sizes };
}

/** ZIP64: the fields that read 0xffffffff follow in extra field 1, in this order. */
function widen(sizes: { size: number; packed: number; offset: number }, extra: Buffer): void {
  for (let at = 0; at + 4 <= extra.length; at += 4 + extra.readUInt16LE(at + 2)) {
    if (extra.readUInt16LE(at) !== 1) continue;
    let from = at + 4;
    for (const field of ['size', 'packed', 'offset'] as const) {
      if (sizes[field] !== 0xffffffff) continue;
      sizes[field] = wide(extra, from);
      from += 8;
    }
  }
}

function checkEntries(entries: readonly ZipEntry[], limits: ZipLimits, directory: number): void {
  const names = new Set<string>();
  let total = 0;
  for (const { name, size, packed, offset } of entries) {
    if (!isPlainPath(name)) throw new ZipError(`the name ${JSON.stringify(name.slice(0, 80))} leaves the archive's folder`);
    if (names.has(name)) throw new ZipError(`${name} stands twice`);
    names.add(name);
    total += size;
    if (size > limits.entryBytes || total > limits.totalBytes) throw new ZipError(`${name} unpacks to more than is accepted`);
    if (offset + LOCAL_BYTES + packed > directory) throw new ZipError(`${name} lies outside the file`);
  }
}

/** False for a name that leads out of the folder into which an archive would be unpacked. */
export function isPlainPath(name: string): boolean {
  const parts = name.split('/');
  const escapes = name === '' || name.startsWith('/') || parts.includes('..') || /[\\\0]|^[A-Za-z]:/.test(name);
  return !escapes;
}

/** Where the packed bytes of an entry begin. */
export async function bodyOf(source: ByteSource, { name, offset }: ZipEntry): Promise<number> {
  const head = await source.read(offset, LOCAL_BYTES);
  if (head.length < LOCAL_BYTES || head.readUInt32LE(0) !== LOCAL) throw new ZipError(`${name} is damaged`);
  return offset + LOCAL_BYTES + head.readUInt16LE(26) + head.readUInt16LE(28);
}

async function readEntry(source: ByteSource, entry: ZipEntry): Promise<Buffer> {
  const { name, size, packed, crc, stored } = entry;
  const body = await source.read(await bodyOf(source, entry), packed);
  const bytes = stored ? body : inflate(body, entry);
  if (bytes.length !== size || crc32(bytes) !== crc) throw new ZipError(`${name} is damaged: its checksum differs`);
  return bytes;
}

function inflate(body: Buffer, { name, size }: ZipEntry): Buffer {
  try {
    return inflateRawSync(body, { maxOutputLength: Math.max(size, 1) });
  } catch (error) {
    throw new ZipError(`${name} is damaged: it cannot be unpacked`, { cause: error });
  }
}
