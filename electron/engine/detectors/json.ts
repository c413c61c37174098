/** Float64 arrays as base64 text: exact, and a third of the size of decimals. */
import type { Matrix } from '../linalg/matrix.ts';

export interface ArrayJson {
  dtype: 'float64';
  shape: number[];
  base64: string;
}

export function arrayToJson(data: Float64Array, shape: number[] = [data.length]): ArrayJson {
  return { dtype: 'float64', shape, base64: Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('base64') };
}

export function arrayFromJson(json: unknown): Float64Array {
  const { shape, base64 } = json as ArrayJson;
  const bytes = Buffer.from(base64, 'base64');
  if (bytes.length !== 8 * shape.reduce((a, b) => a * b, 1))
    throw new Error('a stored array has another length than its shape says');
  return new Float64Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
}

export function matrixToJson({ rows, cols, data }: Matrix): ArrayJson {
  return arrayToJson(data, [rows, cols]);
}

export function matrixFromJson(json: unknown): Matrix {
  const [rows, cols] = (json as ArrayJson).shape;
  return { rows, cols, data: arrayFromJson(json) };
}
