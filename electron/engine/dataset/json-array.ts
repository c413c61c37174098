/**
 * The objects of a JSON file that is one array, one after the other: label files of a gigabyte fit in little memory.
 * NaN and Infinity, which Python writes, are read as null.
 */
import { createReadStream } from 'node:fs';
import path from 'node:path';
import { AppError } from '../../shared/errors.ts';
import { unreadable } from './byte-source.ts';
import { throwIfAborted } from './range.ts';

/** One object is never larger. */
const MAX_OBJECT = 16 << 20;
const SPECIAL = /"(?:[^"\\]|\\.)*"|-?\b(?:NaN|Infinity)\b/g;

export async function* streamJsonArray(file: string, signal?: AbortSignal): AsyncGenerator<unknown> {
  const splitter = new ArraySplitter(path.basename(file));
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

/** Follows brackets and strings only; each object of depth 1 is handed to JSON.parse. */
class ArraySplitter {
  private readonly name: string;
  private depth = 0;
  private inString = false;
  private escaped = false;
  private pending = '';
  private started = false;

  constructor(name: string) {
    this.name = name;
  }

  *push(chunk: string): Generator<unknown> {
    let from = 0;
    for (let i = 0; i < chunk.length; i++) {
      const step = this.follow(chunk.charCodeAt(i));
      if (step === 'opened') from = i;
      if (step !== 'closed') continue;
      yield this.parse(this.pending + chunk.slice(from, i + 1));
      this.pending = '';
    }
    if (this.depth < 2) return;
    this.pending += chunk.slice(from);
    if (this.pending.length > MAX_OBJECT) throw this.refuse('one of its objects is larger than 16 MiB');
  }

  end(): void {
    if (!this.started || this.depth !== 0) throw this.refuse('it is cut short or no JSON array');
  }

  private follow(code: number): 'opened' | 'closed' | null {
    if (this.inString) {
      if (this.escaped) this.escaped = false;
      else if (code === 0x5c) this.escaped = true;
      else if (code === 0x22) this.inString = false;
      return null;
    }
    if (code === 0x22) this.inString = true;
    else if (code === 0x5b || code === 0x7b) return this.open(code);
    else if ((code === 0x5d || code === 0x7d) && --this.depth === 1) return 'closed';
    return null;
  }

  private open(code: number): 'opened' | null {
    if (!this.started && code !== 0x5b) throw this.refuse('it holds no JSON array');
    this.started = true;
    return ++this.depth === 2 ? 'opened' : null;
  }

  private parse(text: string): unknown {
    try {
      return JSON.parse(text.replace(SPECIAL, (found) => (found.startsWith('"') ? found : 'null')));
    } catch {
      throw this.refuse('one of its objects is damaged');
    }
  }

  private refuse(why: string): AppError {
    return new AppError('E_DATASET', `${this.name} cannot be read: ${why}.`, { next: 'Fetch the label file again.' });
  }
}
