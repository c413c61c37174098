/** Tells image formats by their first bytes; the extension is only a hint that saves opening a file. */
import { closeSync, openSync, readSync } from 'node:fs';
import path from 'node:path';

export type ImageFormat = 'png' | 'jpeg' | 'bmp' | 'webp';

/** Bytes that `sniffFormat` looks at. */
const SIGNATURE_BYTES = 30;
const EXTENSIONS = new Set(['.png', '.apng', '.jpg', '.jpeg', '.jpe', '.jfif', '.bmp', '.dib', '.webp']);
const BMP_HEADERS = [12, 40, 52, 56, 64, 108, 124];

export function sniffFormat(bytes: Uint8Array): ImageFormat | null {
  const starts = (...signature: number[]) => signature.every((byte, i) => bytes[i] === byte);
  if (starts(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)) return 'png';
  if (starts(0xff, 0xd8, 0xff)) return 'jpeg';
  if (starts(0x52, 0x49, 0x46, 0x46) && bytes[8] === 0x57 && bytes[9] === 0x45 && bytes[10] === 0x42 && bytes[11] === 0x50) {
    return 'webp';
  }
  // "BM" alone begins many text files: the size of the header that follows must be one that exists.
  if (starts(0x42, 0x4d) && BMP_HEADERS.includes(bytes[14]) && bytes[15] === 0 && bytes[16] === 0) return 'bmp';
  return null;
}

export function hasImageExtension(file: string): boolean {
  return EXTENSIONS.has(path.extname(file).toLowerCase());
}

/** True for files that are, or by their name claim to be, an image. A false claim is found when it is decoded. */
export function looksLikeImage(file: string): boolean {
  return hasImageExtension(file) || sniffFormat(firstBytes(file, SIGNATURE_BYTES)) !== null;
}

/** The first bytes of a file; fewer when it is shorter, none when it cannot be read. */
export function firstBytes(file: string, count: number): Uint8Array {
  let fd: number | undefined;
  try {
    fd = openSync(file, 'r');
    const bytes = new Uint8Array(count);
    return bytes.subarray(0, readSync(fd, bytes, 0, count, 0));
  } catch {
    return new Uint8Array(0);
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}
