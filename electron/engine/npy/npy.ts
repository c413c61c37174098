/**
 * numpy's .npy files: versions 1 to 3, either byte order, C or Fortran order. Values come out row-major. Arrays of objects
 * (they need pickle, which runs code), structures, dates, text and complex numbers are refused.
 */
import { NpyError, parseHeader } from './header.ts';

export { NpyError } from './header.ts';

export type NpyData =
  | Float64Array
  | Float32Array
  | Int32Array
  | Int16Array
  | Int8Array
  | Uint32Array
  | Uint16Array
  | Uint8Array
  | BigInt64Array
  | BigUint64Array;

export interface NpyArray {
  version: [number, number];
  /** As the file states it: <f8, |u1 ... */
  descr: string;
  fortranOrder: boolean;
  shape: number[];
  /** Row-major. float16 is widened to float32; booleans are 0 and 1. */
  data: NpyData;
}

interface ElementType {
  bytes: number;
  make: new (length: number) => NpyData;
  read: (view: DataView, at: number, little: boolean) => number | bigint;
}

const TYPES: Readonly<Record<string, ElementType>> = {
  f8: { bytes: 8, make: Float64Array, read: (view, at, little) => view.getFloat64(at, little) },
  f4: { bytes: 4, make: Float32Array, read: (view, at, little) => view.getFloat32(at, little) },
  f2: { bytes: 2, make: Float32Array, read: (view, at, little) => halfToNumber(view.getUint16(at, little)) },
  i8: { bytes: 8, make: BigInt64Array, read: (view, at, little) => view.getBigInt64(at, little) },
  i4: { bytes: 4, make: Int32Array, read: (view, at, little) => view.getInt32(at, little) },
  i2: { bytes: 2, make: Int16Array, read: (view, at, little) => view.getInt16(at, little) },
  i1: { bytes: 1, make: Int8Array, read: (view, at) => view.getInt8(at) },
  u8: { bytes: 8, make: BigUint64Array, read: (view, at, little) => view.getBigUint64(at, little) },
  u4: { bytes: 4, make: Uint32Array, read: (view, at, little) => view.getUint32(at, little) },
  u2: { bytes: 2, make: Uint16Array, read: (view, at, little) => view.getUint16(at, little) },
  u1: { bytes: 1, make: Uint8Array, read: (view, at) => view.getUint8(at) },
  b1: { bytes: 1, make: Uint8Array, read: (view, at) => Number(view.getUint8(at) !== 0) },
};

/** What stands in front of the values. */
export interface NpyHead {
  version: [number, number];
  descr: string;
  fortranOrder: boolean;
  shape: number[];
  /** Where the values begin. */
  start: number;
}

/** Throws NpyError. @param bytes the file, or enough of its beginning. */
export function readNpyHead(bytes: Uint8Array): NpyHead {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 10 || Buffer.from(bytes.subarray(0, 6)).toString('latin1') !== '\x93NUMPY') {
    throw new NpyError('it is not a .npy file');
  }
  const version: [number, number] = [bytes[6], bytes[7]];
  if (version[0] < 1 || version[0] > 3 || version[1] !== 0) throw new NpyError(`version ${version.join('.')} is not known`);
  const width = version[0] === 1 ? 2 : 4;
  if (bytes.length < 8 + width) throw new NpyError('its header is cut off');
  const start = 8 + width + (width === 2 ? view.getUint16(8, true) : view.getUint32(8, true));
  if (start > bytes.length) throw new NpyError('its header is cut off');
  const text = headerText(bytes.subarray(8 + width, start), version[0] === 3);
  return { version, ...parseHeader(text, version[0] < 3), start };
}

/** Throws NpyError. Nothing is allocated by a size that the file only claims. */
export function readNpy(bytes: Uint8Array): NpyArray {
  const { start, ...head } = readNpyHead(bytes);
  return { ...head, data: valuesIn(bytes.subarray(start), head) };
}

/** Throws NpyError. @param bytes what stands behind the header. */
export function valuesIn(bytes: Uint8Array, head: Omit<NpyHead, 'version' | 'start'>): NpyData {
  return readValues(new DataView(bytes.buffer, bytes.byteOffset, bytes.length), head);
}

function headerText(bytes: Uint8Array, utf8: boolean): string {
  try {
    return utf8 ? new TextDecoder('utf-8', { fatal: true }).decode(bytes) : Buffer.from(bytes).toString('latin1');
  } catch (error) {
    throw new NpyError('its header is not text', { cause: error });
  }
}

function readValues(
  body: DataView,
  { descr, fortranOrder, shape }: { descr: string; fortranOrder: boolean; shape: readonly number[] },
): NpyData {
  const [, order, kind] = /^([<>|=]?)(.*)$/s.exec(descr)!;
  if (kind.startsWith('O')) throw new NpyError('it holds Python objects, which cannot be read without running code');
  const type = Object.hasOwn(TYPES, kind) ? TYPES[kind] : undefined;
  if (type === undefined) throw new NpyError(`values of type ${descr.slice(0, 20)} are not supported`);
  const count = shape.reduce((product, length) => product * length, 1);
  if (count * type.bytes > body.byteLength) throw new NpyError('its data are cut off');
  const data = new type.make(count);
  const strides = fortranOrder ? fortranStrides(shape) : null;
  const little = order !== '>';
  for (let i = 0; i < count; i++) {
    const at = strides === null ? i : fortranIndex(i, shape, strides);
    data[i] = type.read(body, at * type.bytes, little);
  }
  return data;
}

function fortranStrides(shape: readonly number[]): number[] {
  let stride = 1;
  return shape.map((length) => {
    const mine = stride;
    stride *= length;
    return mine;
  });
}

/** Where the i-th value in row-major order lies in column-major order. */
function fortranIndex(i: number, shape: readonly number[], strides: readonly number[]): number {
  let rest = i;
  let index = 0;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    index += (rest % shape[axis]) * strides[axis];
    rest = Math.floor(rest / shape[axis]);
  }
  return index;
}

/** IEEE 754 binary16. */
function halfToNumber(bits: number): number {
  const sign = bits >> 15 === 0 ? 1 : -1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1024 + fraction) * 2 ** (exponent - 25);
}

const WRITTEN = { float64: ['<f8', 8], float32: ['<f4', 4], int32: ['<i4', 4] } as const;
export type WrittenDtype = keyof typeof WRITTEN;

/** Magic and header of version 1.0 as numpy writes them, padded to 64 bytes: the values follow, row-major, little-endian. */
export function npyHead(dtype: WrittenDtype, shape: readonly number[]): Buffer {
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(', ')})`;
  const text = `{'descr': '${WRITTEN[dtype][0]}', 'fortran_order': False, 'shape': ${tuple}, }`;
  const padded = text.padEnd(Math.ceil((10 + text.length + 1) / 64) * 64 - 11) + '\n';
  const head = Buffer.alloc(10);
  head.write('\x93NUMPY\x01\x00', 'latin1');
  head.writeUInt16LE(padded.length, 8);
  return Buffer.concat([head, Buffer.from(padded, 'latin1')]);
}
