/**
 * The records of a JSON file, one after the other: of a file that is one array, or of arrays that are members of one object
 * (COCO). Label files of a gigabyte fit in little memory. NaN and Infinity, which Python writes, are read as null.
 */
import { createReadStream } from 'node:fs';
import path from 'node:path';
import { AppError } from '../../shared/errors.ts';
import { unreadable } from './byte-source.ts';
import { throwIfAborted } from './range.ts';

/** One record is never larger. */
const MAX_RECORD = 16 << 20;
const SPECIAL = /"(?:[^"\\]|\\.)*"|-?\b(?:NaN|Infinity)\b/g;

export interface JsonRecord {
  /** '' in a file that is one array. */
  member: string;
  value: unknown;
}

export async function* streamJsonArray(file: string, signal?: AbortSignal): AsyncGenerator<unknown> {
  for await (const { value } of stream(new RecordSplitter(path.basename(file), null), file, signal)) yield value;
}

/** @param members the arrays that are wanted. */
export function streamJsonMembers(file: string, members: readonly string[], signal?: AbortSignal): AsyncGenerator<JsonRecord> {
  return stream(new RecordSplitter(path.basename(file), members), file, signal);
}

async function* stream(splitter: RecordSplitter, file: string, signal?: AbortSignal): AsyncGenerator<JsonRecord> {
  try {
    for await (const chunk of createReadStream(file, { encoding: 'utf8', highWaterMark: 1 << 20 })) {
      throwIfAborted(signal);
      yield* splitter.push(chunk as string);
    }
  } catch (error) {
    throw error instanceof AppError ? error : unreadable(file, error);
  }
  splitter.end();
}

/** A whole JSON text as Python may have written it. Throws SyntaxError. */
export function parsePythonJson(text: string): unknown {
  return JSON.parse(text.replace(SPECIAL, (found) => (found.startsWith('"') ? found : 'null')));
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPENING = [0x5b, 0x7b];
const CLOSING = [0x5d, 0x7d];

/** Follows brackets and strings only; each record that is wanted is handed to JSON.parse. */
class RecordSplitter {
  private readonly name: string;
  private readonly members: readonly string[] | null;
  /** Depth inside a record: 2 in an array, 3 in an array of an object. */
  private readonly recordDepth: number;
  private depth = 0;
  private inString = false;
  private escaped = false;
  private pending = '';
  private started = false;
  /** The name of the member, read while outside of any. */
  private key = '';

  constructor(name: string, members: readonly string[] | null) {
    this.name = name;
    this.members = members;
    this.recordDepth = members === null ? 2 : 3;
  }

  *push(chunk: string): Generator<JsonRecord> {
    let from = 0;
    for (let i = 0; i < chunk.length; i++) {
      const step = this.follow(chunk.charCodeAt(i));
      if (step === null) continue;
      if (step === 'opened') from = i;
      else if (this.wanted) yield { member: this.key, value: this.parse(this.pending + chunk.slice(from, i + 1)) };
      this.pending = '';
    }
    if (this.depth < this.recordDepth || !this.wanted) return;
    this.pending += chunk.slice(from);
    if (this.pending.length > MAX_RECORD) throw this.refuse('one of its records is larger than 16 MiB');
  }

  end(): void {
    if (!this.started || this.depth !== 0) throw this.refuse(`it is cut short or no JSON ${this.kind}`);
  }

  private get kind(): string {
    return this.members === null ? 'array' : 'object';
  }

  private get wanted(): boolean {
    return this.members === null || this.members.includes(this.key);
  }

  private follow(code: number): 'opened' | 'closed' | null {
    if (this.inString) {
      this.inText(code);
      return null;
    }
    if (code === QUOTE) {
      this.inString = true;
      if (this.depth === 1) this.key = '';
    } else if (OPENING.includes(code)) return this.open(code);
    else if (CLOSING.includes(code) && --this.depth === this.recordDepth - 1) return 'closed';
    return null;
  }

  private inText(code: number): void {
    if (this.escaped) this.escaped = false;
    else if (code === BACKSLASH) this.escaped = true;
    else if (code === QUOTE) this.inString = false;
    else if (this.depth === 1 && this.key.length < 100) this.key += String.fromCharCode(code);
  }

  private open(code: number): 'opened' | null {
    if (!this.started && code !== OPENING[this.members === null ? 0 : 1]) throw this.refuse(`it holds no JSON ${this.kind}`);
    this.started = true;
    return ++this.depth === this.recordDepth ? 'opened' : null;
  }

  private parse(text: string): unknown {
    try {
      return parsePythonJson(text);
    } catch {
      throw this.refuse('one of its records is damaged');
    }
  }

  private refuse(why: string): AppError {
    return new AppError('E_DATASET', `${this.name} cannot be read: ${why}.`, { next: 'Fetch the label file again.' });
  }
}
