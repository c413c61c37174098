/** Reads a pickle forwards in blocks; long byte strings are passed over, and told by their place. */
import { statSync } from 'node:fs';
import { readAt } from './byte-source.ts';

/** Why a pickle cannot be read, without a final stop. */
export class PickleError extends Error {}

const BLOCK = 1 << 20;

export class PickleBytes {
  readonly file: string;
  private readonly size: number;
  private at = 0;
  private start = 0;
  private block: Uint8Array = new Uint8Array(0);

  constructor(file: string) {
    this.file = file;
    this.size = statSync(file).size;
  }

  /** @returns where the skipped bytes begin. */
  skip(length: number): number {
    const from = this.at;
    if (length > this.size - from) throw new PickleError('it is cut short');
    this.at += length;
    return from;
  }

  /** Valid until the next call. */
  take(length: number): Uint8Array {
    const from = this.skip(length);
    if (from < this.start || from + length > this.start + this.block.length) {
      this.start = from;
      this.block = readAt(this.file, from, Math.max(length, Math.min(BLOCK, this.size - from)));
    }
    return this.block.subarray(from - this.start, from - this.start + length);
  }

  /** An unsigned little-endian number. */
  number(bytes: number): number {
    const value = this.take(bytes).reduceRight((sum, byte) => sum * 256 + byte, 0);
    if (!Number.isSafeInteger(value)) throw new PickleError('it is damaged');
    return value;
  }

  int32(): number {
    return this.number(4) | 0;
  }

  /** The text up to the end of the line. */
  line(): string {
    let text = '';
    for (let byte = this.take(1)[0]; byte !== 0x0a; byte = this.take(1)[0]) {
      text += String.fromCharCode(byte);
      if (text.length > 1000) throw new PickleError('it is damaged');
    }
    return text;
  }
}
