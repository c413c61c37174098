/** The images in a ZIP or TAR archive (.tar, .tar.gz, .tgz), listed and read in place: nothing is unpacked to a disk. */
import { closeSync, openSync, readSync, statSync } from 'node:fs';
import path from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { AppError } from '../../shared/errors.ts';
import { listTar, TarError, type ReadTar, type TarEntry } from '../archive/tar-reader.ts';
import { openZip, ZipError, type ByteSource } from '../archive/zip-reader.ts';
import { isGzip, openPacked, readAt } from './byte-source.ts';
import { hasImageExtension } from './image-format.ts';
import { comparePaths, sortCalmly } from './natural-order.ts';
import { throwIfAborted } from './range.ts';

export interface ArchivedImage {
  /** In the archive, with '/'. */
  name: string;
  size: number;
  /** Throws ZipError or TarError. */
  read(): Promise<Uint8Array>;
}

export interface ImageArchive {
  /** In natural order, as a folder would be. */
  images: ArchivedImage[];
  ignored: number;
}

const NAMES = /\.(?:zip|tar|tgz|tar\.gz)$/i;
/** Entries between two chances for other work. */
const BREATH = 256;
/** No image in an archive is larger, packed or not. */
export const MOST_IMAGE_BYTES = 256 << 20;
const ZIP_LIMITS = { entries: 5_000_000, entryBytes: Number.MAX_SAFE_INTEGER, totalBytes: Number.MAX_SAFE_INTEGER };

export function isArchive(file: string): boolean {
  return NAMES.test(file);
}

/** The archive that was listed last: choices and opening ask for the same one. */
let last: { key: string; archive: Promise<ImageArchive> } | undefined;

/** Throws E_DATASET: one entry that leaves the folder condemns the archive. */
export function openImageArchive(file: string, signal?: AbortSignal): Promise<ImageArchive> {
  const { size, mtimeMs } = statSync(file);
  const key = `${path.resolve(file)} ${size} ${mtimeMs}`;
  if (last?.key !== key) {
    const archive = list(file, signal);
    last = { key, archive };
    archive.catch(() => (last = undefined));
  }
  return last!.archive;
}

async function list(file: string, signal?: AbortSignal): Promise<ImageArchive> {
  try {
    const { files, others } = /\.zip$/i.test(file) ? await zipped(file) : await tarred(file, signal);
    const found = files.filter(({ name }) => isImage(name));
    const images = await sortCalmly(found, (a, b) => comparePaths(a.name, b.name));
    return { images, ignored: others + files.length - found.length };
  } catch (error) {
    if (!(error instanceof ZipError || error instanceof TarError)) throw error;
    throw new AppError('E_DATASET', `${path.basename(file)} cannot be read: ${error.message}.`, {
      next: 'Pack the images again, or point at their folder.',
      cause: error,
    });
  }
}

/** Hidden files and what macOS adds are none. */
function isImage(name: string): boolean {
  return hasImageExtension(name) && !name.split('/').some((part) => part.startsWith('.') || part === '__MACOSX');
}

/** For the ZIP reader: the file is opened for each read and never held. */
export function fileBytes(file: string): ByteSource {
  return {
    size: statSync(file).size,
    read: async (at, length) => {
      const { buffer, byteOffset, length: got } = readAt(file, at, length);
      return Buffer.from(buffer, byteOffset, got);
    },
  };
}

interface Listed {
  files: ArchivedImage[];
  /** Links and devices. */
  others: number;
}

async function zipped(file: string): Promise<Listed> {
  const zip = await openZip(fileBytes(file), ZIP_LIMITS);
  const entries = zip.entries.filter(({ name }) => !name.endsWith('/'));
  const files = entries.map((entry) => ({
    name: entry.name,
    size: Math.max(entry.size, entry.packed),
    read: () => zip.read(entry),
  }));
  return { files, others: 0 };
}

async function tarred(file: string, signal?: AbortSignal): Promise<Listed> {
  const read = tarBytes(file);
  const headers = openHeaders(file);
  const listed: Listed = { files: [], others: 0 };
  try {
    for await (const entry of listTar(headers?.read ?? read)) {
      throwIfAborted(signal);
      if ((listed.files.length + listed.others) % BREATH === 0) await setImmediate();
      addTo(listed, entry, read);
    }
  } finally {
    headers?.close();
  }
  return listed;
}

function addTo(listed: Listed, { name, size, start, file }: TarEntry, read: ReadTar): void {
  const load = async (): Promise<Uint8Array> => {
    const bytes = await read(start, size);
    if (bytes.length < size) throw new TarError('the archive is cut short');
    return bytes;
  };
  // What a link leads to may lie anywhere.
  if (file) listed.files.push({ name, size, read: load });
  else listed.others++;
}

/** While the headers of a plain archive are read, it is held open; null: it is packed. */
function openHeaders(file: string): { read: ReadTar; close: () => void } | null {
  if (isGzip(file)) return null;
  const fd = openSync(file, 'r');
  const read: ReadTar = async (at, length) => {
    const bytes = new Uint8Array(length);
    return bytes.subarray(0, readSync(fd, bytes, 0, length, at));
  };
  return { read, close: () => closeSync(fd) };
}

/** A packed one is inflated as a stream that moves forward. */
function tarBytes(file: string): ReadTar {
  if (!isGzip(file)) return async (at, length) => readAt(file, at, length);
  const source = openPacked({ file, start: 0, end: Infinity, format: 'gzip', expected: Number.MAX_SAFE_INTEGER });
  return (at, length) => source.read(at, length);
}
