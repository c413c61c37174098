/** A small JSON file in the user's folder. What does not fit its schema is replaced by the default, never half used. */
import { readFileSync } from 'node:fs';
import writeFileAtomic from 'write-file-atomic';
import type { z } from 'zod';

export class JsonFile<T> {
  private readonly file: string;
  private current: T;

  constructor(file: string, schema: z.ZodType<T>, otherwise: T) {
    this.file = file;
    this.current = schema.safeParse(read(file)).data ?? otherwise;
  }

  get value(): T {
    return this.current;
  }

  set(value: T): void {
    this.current = value;
    writeFileAtomic.sync(this.file, `${JSON.stringify(value, null, 2)}\n`);
  }
}

function read(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined; // Not there yet, or damaged: the defaults hold.
  }
}
