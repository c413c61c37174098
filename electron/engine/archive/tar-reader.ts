/**
 * Lists TAR archives that may be hostile (POSIX ustar and pax, GNU long names): files with their place in the archive, in
 * its order. Checksums are checked, names that leave the folder are refused; links and devices are told apart from files.
 * Nothing is ever written to a disk here.
 */
import { isPlainPath } from './zip-reader.ts';

export interface TarEntry {
  name: string;
  size: number;
  /** Of its first byte in the (inflated) archive. */
  start: number;
  file: boolean;
}

/** What is wrong with the archive, without a final stop. */
export class TarError extends Error {}

/** Fewer bytes only at the end. */
export type ReadTar = (at: number, length: number) => Promise<Uint8Array>;

const BLOCK = 512;
const MOST_ENTRIES = 5_000_000;
/** Of a long name or a pax header. */
const MOST_HEADER = 1 << 20;

/** Throws TarError. */
export async function* listTar(read: ReadTar): AsyncGenerator<TarEntry> {
  let next: { name?: string; size?: number } = {};
  for (let at = 0, count = 0; ; count++) {
    if (count > MOST_ENTRIES) throw new TarError(`it lists more than ${MOST_ENTRIES} files`);
    const block = Buffer.from(await read(at, BLOCK));
    if (block.length === 0 || (block.length === BLOCK && block.every((byte) => byte === 0))) return;
    const header = parseHeader(block);
    const start = at + BLOCK;
    const size = next.size ?? header.size;
    at = start + Math.ceil(size / BLOCK) * BLOCK;
    if ('xL'.includes(header.type)) {
      next = { ...next, ...(await extension(header.type, read, { start, size: header.size })) };
      continue;
    }
    if (header.type === 'g' || header.type === 'K') continue;
    const name = (next.name ?? header.name).replace(/^(?:\.\/)+/, '');
    next = {};
    if (name !== '' && !isPlainPath(name))
      throw new TarError(`the name ${JSON.stringify(name.slice(0, 80))} leaves the archive's folder`);
    if (header.type !== '5' && name !== '') yield { name, size, start, file: header.type === '0' || header.type === '7' };
  }
}

interface Header {
  name: string;
  size: number;
  type: string;
}

function parseHeader(block: Buffer): Header {
  if (block.length < BLOCK) throw new TarError('it is cut short');
  // The checksum counts its own field as blanks.
  let sum = 8 * 0x20;
  for (let i = 0; i < BLOCK; i++) if (i < 148 || i >= 156) sum += block[i];
  if (sum !== octal(block, 148, 8)) throw new TarError('it is damaged: a checksum differs');
  const type = block[156] === 0 ? '0' : String.fromCharCode(block[156]);
  const ustar = block.toString('latin1', 257, 262) === 'ustar' && block[262] === 0;
  const prefix = ustar ? text(block, 345, 155) : '';
  const name = text(block, 0, 100);
  return {
    name: prefix === '' ? name : `${prefix}/${name}`,
    size: sizeOf(block),
    type: name.endsWith('/') && type === '0' ? '5' : type,
  };
}

const text = (block: Buffer, from: number, length: number): string => {
  const end = block.indexOf(0, from);
  return block.toString('utf8', from, end < 0 || end > from + length ? from + length : end);
};

const octal = (block: Buffer, from: number, length: number): number =>
  parseInt(
    block
      .toString('latin1', from, from + length)
      .replace(/\0.*$/s, '')
      .trim() || '0',
    8,
  );

/** Octal, or binary with the highest bit set where that is too short. */
function sizeOf(block: Buffer): number {
  const size = (block[124] & 0x80) === 0 ? octal(block, 124, 12) : Number(block.readBigUInt64BE(128));
  if (!Number.isSafeInteger(size) || size < 0) throw new TarError('it is damaged: a size is none');
  return size;
}

/** The name (and size) of the next entry, where they do not fit into its own header. */
async function extension(
  type: string,
  read: ReadTar,
  place: { start: number; size: number },
): Promise<{ name?: string; size?: number }> {
  if (place.size > MOST_HEADER) throw new TarError('it is damaged: a name is longer than 1 MiB');
  const bytes = Buffer.from(await read(place.start, place.size));
  if (type === 'L') return { name: bytes.toString('utf8').replace(/\0.*$/s, '') };
  const found: { name?: string; size?: number } = {};
  // Records "LENGTH KEY=VALUE\n"; the length counts the whole record in bytes.
  for (let at = 0; at < bytes.length;) {
    const length = parseInt(bytes.toString('latin1', at, at + 20), 10);
    if (!(length > 3) || at + length > bytes.length) throw new TarError('it is damaged: an extended header is none');
    const [, key, value] = /^\d+ ([^=]*)=(.*)$/s.exec(bytes.toString('utf8', at, at + length - 1)) ?? [];
    if (key === 'path') found.name = value;
    if (key === 'size') found.size = Number(value);
    at += length;
  }
  if (found.size !== undefined && !(Number.isSafeInteger(found.size) && found.size >= 0))
    throw new TarError('it is damaged: a size is none');
  return found;
}
