/** Typed arrays to SQLite BLOBs and back, little-endian (every platform Oodlab runs on is). */

export function toBlob(array: ArrayBufferView): Buffer {
  return Buffer.from(array.buffer, array.byteOffset, array.byteLength);
}

/** Copies, because a BLOB is not aligned for wider elements and its memory belongs to the row. */
function bytesOf(blob: Buffer): ArrayBuffer {
  const copy = new ArrayBuffer(blob.byteLength);
  new Uint8Array(copy).set(blob);
  return copy;
}

export const float64FromBlob = (blob: Buffer): Float64Array => new Float64Array(bytesOf(blob));
export const float32FromBlob = (blob: Buffer): Float32Array => new Float32Array(bytesOf(blob));
export const int32FromBlob = (blob: Buffer): Int32Array => new Int32Array(bytesOf(blob));
