/** Reads the little-endian C-ordered .npy files of the reference run. */
import { readFileSync } from 'node:fs';

export interface NpyArray {
  shape: number[];
  data: Float64Array | Float32Array | Uint8Array;
}

export function readNpy(file: string): NpyArray {
  const bytes = readFileSync(file);
  const headerLength = bytes.readUInt16LE(8);
  const header = bytes.toString('latin1', 10, 10 + headerLength);
  const dtype = /'descr': '([^']+)'/.exec(header)![1];
  const shape = /'shape': \(([^)]*)\)/
    .exec(header)![1]
    .split(',')
    .filter((text) => text.trim() !== '')
    .map(Number);
  const start = 10 + headerLength;
  const body = bytes.buffer.slice(bytes.byteOffset + start, bytes.byteOffset + bytes.length);
  if (dtype === '<f8') return { shape, data: new Float64Array(body) };
  if (dtype === '<f4') return { shape, data: new Float32Array(body) };
  if (dtype === '|u1') return { shape, data: new Uint8Array(body) };
  throw new Error(`dtype ${dtype}`);
}
