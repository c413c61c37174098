/**
 * The header of a .npy file: a Python literal, read by a grammar of its own and never evaluated. Exactly the keys descr,
 * fortran_order and shape; anything else is refused (NUMERICS2 section 6).
 */

export class NpyError extends Error {}

export interface NpyHeader {
  descr: string;
  fortranOrder: boolean;
  shape: number[];
}

/** @param longs whether `2L` is a number: files of Python 2, versions 1 and 2. */
export function parseHeader(text: string, longs: boolean): NpyHeader {
  const fields = new Literal(text, longs).dictionary();
  const { descr, fortran_order: fortranOrder, shape } = Object.fromEntries(fields);
  if (fields.size !== 3 || typeof fortranOrder !== 'boolean') throw malformed();
  if (!Array.isArray(shape) || typeof descr !== 'string') throw malformed();
  return { descr, fortranOrder, shape };
}

type Value = string | boolean | number[];

class Literal {
  private readonly text: string;
  private readonly longs: boolean;
  private at = 0;

  constructor(text: string, longs: boolean) {
    this.text = text;
    this.longs = longs;
  }

  dictionary(): Map<string, Value> {
    const fields = new Map<string, Value>();
    this.expect('{');
    while (!this.take('}')) {
      const key = this.quoted();
      this.expect(':');
      if (fields.has(key)) throw malformed();
      fields.set(key, this.value());
      if (this.take(',')) continue;
      this.expect('}');
      break;
    }
    if (this.match(/\s*$/y) === null) throw malformed();
    return fields;
  }

  private value(): Value {
    const word = this.match(/\s*(True|False)/y);
    if (word !== null) return word === 'True';
    if (this.take('(')) return this.tuple();
    if (this.match(/\s*\[/y) !== null) throw new NpyError('structured arrays are not supported');
    return this.quoted();
  }

  /** A tuple of one needs its comma: (5) is a number in Python. */
  private tuple(): number[] {
    const values: number[] = [];
    let comma = true;
    while (!this.take(')')) {
      if (!comma) throw malformed();
      const digits = this.match(this.longs ? /\s*(\d+)L?(?![\w.])/y : /\s*(\d+)(?![\w.])/y);
      if (digits === null || !Number.isSafeInteger(Number(digits))) throw malformed();
      values.push(Number(digits));
      comma = this.take(',');
    }
    if (values.length === 1 && !comma) throw malformed();
    return values;
  }

  private quoted(): string {
    return this.match(/\s*'([^'\\\n]*)'/y) ?? this.match(/\s*"([^"\\\n]*)"/y) ?? fail();
  }

  private take(mark: string): boolean {
    while (/\s/.test(this.text.charAt(this.at))) this.at++;
    if (this.text.charAt(this.at) !== mark) return false;
    this.at++;
    return true;
  }

  private expect(mark: string): void {
    if (!this.take(mark)) throw malformed();
  }

  /** Sticky: moves on when it matches. @returns the first group, or the whole match. */
  private match(pattern: RegExp): string | null {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text);
    if (found === null) return null;
    this.at = pattern.lastIndex;
    return found[1] ?? found[0];
  }
}

function malformed(): NpyError {
  return new NpyError('its header is not one that numpy writes');
}

function fail(): never {
  throw malformed();
}
