/**
 * The variables of a MATLAB 5 file (mathworks.com, "MAT-File Format", level 5): numeric arrays, plain or compressed, found
 * without reading their values. The tag of the data element decides how values are stored: MATLAB writes whole doubles as
 * uint8. Values are column-major.
 */
import { statSync } from 'node:fs';
import path from 'node:path';
import { constants, inflateSync } from 'node:zlib';
import { AppError } from '../../shared/errors.ts';
import { openPacked, openSource, readAt, sourceFrom, type ByteSource } from './byte-source.ts';

export interface MatVariable {
  name: string;
  shape: number[];
  /** How the values are stored, whatever MATLAB's class of the array is. */
  stored: keyof typeof READ;
  /** Begins at the first value. */
  source: ByteSource;
}

const HEADER_BYTES = 128;
const MATRIX = 14;
const COMPRESSED = 15;
/** Bytes of a variable that surely hold everything before its values. */
const HEAD = 4096;
const MOST_VARIABLES = 1000;

type Read = (view: DataView, at: number, little: boolean) => number;
/** By element type: bytes of a value and how it is read. */
const READ: Readonly<Record<number, { bytes: number; read: Read }>> = {
  1: { bytes: 1, read: (view, at) => view.getInt8(at) },
  2: { bytes: 1, read: (view, at) => view.getUint8(at) },
  3: { bytes: 2, read: (view, at, little) => view.getInt16(at, little) },
  4: { bytes: 2, read: (view, at, little) => view.getUint16(at, little) },
  5: { bytes: 4, read: (view, at, little) => view.getInt32(at, little) },
  6: { bytes: 4, read: (view, at, little) => view.getUint32(at, little) },
  7: { bytes: 4, read: (view, at, little) => view.getFloat32(at, little) },
  9: { bytes: 8, read: (view, at, little) => view.getFloat64(at, little) },
};
export const UINT8 = 2;

export function isMat5(file: string): boolean {
  return Buffer.from(readAt(file, 0, 10)).toString('latin1') === 'MATLAB 5.0';
}

/** Throws E_DATASET when the file is not whole or is of another version. Variables of other kinds are left out. */
export function openMat5(file: string): MatVariable[] {
  const header = readAt(file, 0, HEADER_BYTES);
  const text = Buffer.from(header).toString('latin1');
  if (text.startsWith('MATLAB 7.3')) throw refuse(file, 'it is a MATLAB 7.3 (HDF5) file', 'Save it again with -v7.');
  if (header.length < HEADER_BYTES || !['IM', 'MI'].includes(text.slice(126))) throw refuse(file, 'it is no MATLAB 5 file');
  const little = text.endsWith('IM');
  const { size } = statSync(file);
  const variables: MatVariable[] = [];
  for (let at = HEADER_BYTES; at < size && variables.length < MOST_VARIABLES;) {
    const tag = readTag(readAt(file, at, 8), 0, little);
    if (tag === null || tag.at + tag.bytes > size - at) throw refuse(file, 'it is cut short');
    const element = { file, little, start: at, end: at + tag.at + tag.bytes, packed: tag.type === COMPRESSED };
    const variable = tag.type === MATRIX || element.packed ? openElement(element) : null;
    if (variable !== null) variables.push(variable);
    at += element.packed ? tag.at + tag.bytes : tag.next;
  }
  return variables;
}

/** All values of a small array. */
export async function readValues({ name, shape, stored, source }: MatVariable, file: string): Promise<number[]> {
  const count = shape.reduce((product, length) => product * length, 1);
  const { bytes, read } = READ[stored];
  const all = await source.read(0, count * bytes);
  if (all.length < count * bytes) throw refuse(file, `the values of ${name} are cut short`);
  const view = new DataView(all.buffer, all.byteOffset, all.length);
  return Array.from({ length: count }, (_, i) => read(view, i * bytes, true));
}

interface Tag {
  type: number;
  bytes: number;
  /** Where the data begin, and where the next element does. */
  at: number;
  next: number;
}

/** A tag, also a small one that holds its data in itself; null: cut off. */
function readTag(bytes: Uint8Array, from: number, little: boolean): Tag | null {
  if (from + 8 > bytes.length) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const first = view.getUint32(from, little);
  if (first >>> 16 !== 0) return { type: first & 0xffff, bytes: first >>> 16, at: from + 4, next: from + 8 };
  const length = view.getUint32(from + 4, little);
  return { type: first, bytes: length, at: from + 8, next: from + 8 + Math.ceil(length / 8) * 8 };
}

interface Element {
  file: string;
  little: boolean;
  start: number;
  end: number;
  packed: boolean;
}

function openElement({ file, little, start, end, packed }: Element): MatVariable | null {
  const head = headOf(file, start, end, packed);
  const found = parseHead(head, little);
  if (found === null) return null;
  const { name, shape, data } = found;
  if (!little) throw refuse(file, 'its bytes are in big-endian order', 'Save it again on a little-endian machine.');
  const type = READ[data.type];
  const count = shape.reduce((product, length) => product * length, 1);
  if (type === undefined || count * type.bytes !== data.bytes) throw refuse(file, `the variable ${name} is damaged`);
  const whole = packed
    ? openPacked({ file, start: start + 8, end, format: 'zlib', expected: data.at + data.bytes })
    : sourceFrom(openSource(file, 0), start);
  return { name, shape, stored: data.type, source: sourceFrom(whole, data.at) };
}

function headOf(file: string, start: number, end: number, packed: boolean): Uint8Array {
  const bytes = readAt(file, start, Math.min(HEAD, end - start));
  if (!packed) return bytes;
  try {
    // At most 1032 times as large: a bomb is harmless here.
    return inflateSync(bytes.subarray(8), { finishFlush: constants.Z_SYNC_FLUSH });
  } catch (error) {
    throw refuse(file, 'its compressed data are damaged', undefined, error);
  }
}

/** Flags, dimensions, name and the tag of the values of a numeric array; null: something else. */
function parseHead(head: Uint8Array, little: boolean): { name: string; shape: number[]; data: Tag } | null {
  const outer = readTag(head, 0, little);
  const flags = outer?.type === MATRIX ? readTag(head, outer.at, little) : null;
  const dimensions = flags && readTag(head, flags.next, little);
  const name = dimensions && readTag(head, dimensions.next, little);
  const data = name && readTag(head, name.next, little);
  if (flags === null || dimensions === null || name === null || data === null) return null;
  const view = new DataView(head.buffer, head.byteOffset, head.length);
  // Classes 6 to 15 are numbers: double, single, int8 to uint64. Complex ones carry 0x800.
  const kind = view.getUint32(flags.at, little);
  if ((kind & 0xff) < 6 || (kind & 0xff) > 15 || (kind & 0x800) !== 0) return null;
  const shape = Array.from({ length: dimensions.bytes / 4 }, (_, i) => view.getInt32(dimensions.at + 4 * i, little));
  if (shape.some((length) => length < 0)) return null;
  return { name: Buffer.from(head.subarray(name.at, name.at + name.bytes)).toString('latin1'), shape, data };
}

function refuse(file: string, why: string, next = 'Fetch the file again.', cause?: unknown): AppError {
  return new AppError('E_DATASET', `${path.basename(file)} cannot be read: ${why}.`, {
    next,
    ...(cause !== undefined && { cause }),
  });
}
