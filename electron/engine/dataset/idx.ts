/** The IDX file format of MNIST (yann.lecun.com/exdb/mnist): header, size checks, labels. Plain and gzip. */
import { statSync } from 'node:fs';
import path from 'node:path';
import { AppError } from '../../shared/errors.ts';
import { headOf, isGzip, measureGzip, openSource } from './byte-source.ts';
import { MAX_PIXELS } from './image-error.ts';

const UINT8 = 0x08;
const TYPES: Readonly<Record<number, string>> = {
  0x09: 'int8',
  0x0b: 'int16',
  0x0c: 'int32',
  0x0d: 'float32',
  0x0e: 'float64',
};

export interface IdxHeader {
  /** Sizes, the number of records first. */
  shape: number[];
  headerBytes: number;
  /** Bytes of the whole (inflated) file. */
  totalBytes: number;
}

/** Rank 1 to 4 by the magic number, 0 when this is no IDX file of a known type. */
export function idxRank(file: string): number {
  const [a, b, type, rank] = headOf(file, 4);
  return a === 0 && b === 0 && (type === UINT8 || type in TYPES) && rank >= 1 && rank <= 4 ? rank : 0;
}

/** Reads and checks the header. @param rank 3 images [n, h, w]; 1 labels [n]. */
export function readIdxHeader(file: string, rank: 1 | 3): IdxHeader {
  const name = path.basename(file);
  const what = rank === 3 ? 'images' : 'labels';
  const headerBytes = 4 + 4 * rank;
  const head = headOf(file, headerBytes);
  const magic = Buffer.from(head.subarray(0, 4)).toString('hex');
  const wanted = rank === 3 ? '00000803' : '00000801';
  if (head.length >= 4 && magic !== wanted) throw refuse(`${name}: ${wrongMagic(head, magic, wanted, what)}`);
  if (head.length < headerBytes) {
    throw refuse(`${name} is cut short: an IDX header has ${headerBytes} bytes, ${headerBytes - head.length} are missing`);
  }
  const view = new DataView(head.buffer, head.byteOffset, head.length);
  const shape = Array.from({ length: rank }, (_, axis) => view.getUint32(4 + 4 * axis));
  const [count, height = 1, width = 1] = shape;
  if (count === 0) throw refuse(`${name} holds no ${what}: its header announces 0`);
  if (height * width === 0 || height * width > MAX_PIXELS)
    throw refuse(`${name}: its header announces images of ${height}x${width}`);
  const totalBytes = headerBytes + count * height * width;
  return { shape, headerBytes, totalBytes };
}

function wrongMagic(head: Uint8Array, magic: string, wanted: string, what: string): string {
  if (magic === '00000801') return 'it holds labels, not images; point at the images file beside it';
  if (head[0] === 0 && head[1] === 0 && head[2] in TYPES) return `it holds ${TYPES[head[2]]} values, only uint8 ${what} are read`;
  if (head[0] === 0 && head[1] === 0 && head[2] === UINT8) {
    return `it has ${head[3]} dimensions, IDX ${what} have ${wanted.at(-1)}`;
  }
  return `it is not an IDX file of ${what}: it begins with ${magic}, not ${wanted}`;
}

/** Compares the size of the data with what the header announces; a .gz is inflated for it, never beyond that. */
export async function checkIdxSize(file: string, header: IdxHeader, signal?: AbortSignal): Promise<void> {
  const { totalBytes, shape } = header;
  const { bytes, damaged } = isGzip(file)
    ? await measureGzip(file, totalBytes, signal)
    : { bytes: statSync(file).size, damaged: false };
  const name = path.basename(file);
  const announced = `its header announces ${shape.join(' x ')} = ${totalBytes} bytes`;
  if (damaged) throw refuse(`${name} is damaged: its gzip data cannot be inflated to the end; ${announced}`);
  if (bytes < totalBytes) throw refuse(`${name} is cut short: ${announced}, ${totalBytes - bytes} of them are missing`);
  if (bytes > totalBytes) throw refuse(`${name} holds more bytes than it should: ${announced}`);
}

/** The labels file beside an images file, by the names of MNIST; null when there is none. */
export function labelsFileOf(imagesFile: string): string | null {
  const name = path.basename(imagesFile);
  const plain = name.replace('images-idx3', 'labels-idx1').replace('images.idx3', 'labels.idx1');
  if (plain === name) return null;
  const other = plain.endsWith('.gz') ? plain.slice(0, -3) : `${plain}.gz`;
  const found = [plain, other].map((file) => path.join(path.dirname(imagesFile), file)).find(isFile);
  return found ?? null;
}

export async function readLabels(file: string, count: number, signal?: AbortSignal): Promise<Uint8Array> {
  const header = readIdxHeader(file, 1);
  if (header.shape[0] !== count) {
    throw refuse(
      `${path.basename(file)} holds ${header.shape[0]} labels for ${count} images`,
      'Use the labels file that belongs to these images.',
    );
  }
  await checkIdxSize(file, header, signal);
  return (await openSource(file, header.totalBytes).read(header.headerBytes, count)).slice();
}

/** False also where it cannot be told: behind a loop of links, in a folder that may not be entered. */
export function isFile(file: string): boolean {
  try {
    return statSync(file, { throwIfNoEntry: false })?.isFile() === true;
  } catch {
    return false;
  }
}

function refuse(sentence: string, next = 'Fetch or write the file again.'): AppError {
  return new AppError('E_DATASET', `${sentence}.`, { next });
}
