/** Archives of images that are large and take no room on the disk: only the first image is there, the others are holes. */
import { open, type FileHandle } from 'node:fs/promises';
import { crc32 } from 'node:zlib';

export interface SparseArchive {
  file: string;
  images: number;
  /** Of each image but the first. */
  imageBytes: number;
  first: Uint8Array;
}

const nameOf = (i: number): string => `images/${String(i).padStart(7, '0')}.png`;
const TAR_BLOCK = 512;

export async function writeSparseTar({ file, images, imageBytes, first }: SparseArchive): Promise<void> {
  const handle = await open(file, 'w');
  try {
    let at = 0;
    for (let i = 0; i < images; i++) {
      const size = i === 0 ? first.length : imageBytes;
      await handle.write(tarHeader(nameOf(i), size), 0, TAR_BLOCK, at);
      if (i === 0) await handle.write(first, 0, size, TAR_BLOCK);
      at += TAR_BLOCK + Math.ceil(size / TAR_BLOCK) * TAR_BLOCK;
    }
    await handle.truncate(at + 2 * TAR_BLOCK);
  } finally {
    await handle.close();
  }
}

function tarHeader(name: string, size: number): Buffer {
  const block = Buffer.alloc(TAR_BLOCK);
  block.write(name);
  block.write('0000644\0', 100);
  block.write(`${size.toString(8).padStart(11, '0')}\0`, 124);
  block.write('00000000000\0', 136);
  block.write('        0', 148);
  block.write('ustar\x0000', 257, 'latin1');
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return block;
}

/** With the fields of ZIP64, as every archive beyond 4 GB has. */
export async function writeSparseZip({ file, images, imageBytes, first }: SparseArchive): Promise<void> {
  const handle = await open(file, 'w');
  try {
    const hole = crc32(Buffer.alloc(imageBytes));
    const directory: Buffer[] = [];
    let at = 0;
    for (let i = 0; i < images; i++) {
      const name = Buffer.from(nameOf(i));
      const size = i === 0 ? first.length : imageBytes;
      const fields = zipFields(i === 0 ? crc32(first) : hole, size, name.length);
      const local = Buffer.concat([Buffer.from('PK\x03\x04'), fields, Buffer.alloc(2), name]);
      await handle.write(local, 0, local.length, at);
      if (i === 0) await handle.write(first, 0, size, local.length);
      directory.push(centralRecord(fields, name, at));
      at += local.length + size;
    }
    await writeDirectory(handle, directory, at);
  } finally {
    await handle.close();
  }
}

/** Version to length of the name; stored, not deflated. */
function zipFields(crc: number, size: number, nameBytes: number): Buffer {
  const fields = Buffer.alloc(24);
  fields.writeUInt16LE(45, 0);
  fields.writeUInt32LE(crc, 10);
  fields.writeUInt32LE(size, 14);
  fields.writeUInt32LE(size, 18);
  fields.writeUInt16LE(nameBytes, 22);
  return fields;
}

function centralRecord(fields: Buffer, name: Buffer, at: number): Buffer {
  const rest = Buffer.alloc(16);
  rest.writeUInt16LE(12, 0);
  rest.writeUInt32LE(0xffffffff, 12);
  const extra = Buffer.alloc(12);
  extra.writeUInt16LE(1, 0);
  extra.writeUInt16LE(8, 2);
  extra.writeBigUInt64LE(BigInt(at), 4);
  return Buffer.concat([Buffer.from('PK\x01\x02\x2d\x00'), fields, rest, name, extra]);
}

async function writeDirectory(handle: FileHandle, records: readonly Buffer[], at: number): Promise<void> {
  const directory = Buffer.concat(records);
  const end64 = Buffer.alloc(56);
  end64.write('PK\x06\x06', 'latin1');
  end64.writeBigUInt64LE(44n, 4);
  end64.writeBigUInt64LE(BigInt(records.length), 24);
  end64.writeBigUInt64LE(BigInt(records.length), 32);
  end64.writeBigUInt64LE(BigInt(directory.length), 40);
  end64.writeBigUInt64LE(BigInt(at), 48);
  const locator = Buffer.alloc(20);
  locator.write('PK\x06\x07', 'latin1');
  locator.writeBigUInt64LE(BigInt(at + directory.length), 8);
  locator.writeUInt32LE(1, 16);
  const end = Buffer.alloc(22, 0xff);
  end.write('PK\x05\x06', 'latin1');
  end.fill(0, 4, 8);
  end.fill(0, 20);
  const tail = Buffer.concat([directory, end64, locator, end]);
  await handle.write(tail, 0, tail.length, at);
}
