/** The few calls that a pickled numpy array consists of, as plain data. Nothing of a pickle is ever run. */
import { readAt } from './byte-source.ts';
import { PickleError } from './pickle-bytes.ts';
import type { PickleValue } from './pickle.ts';

export type Callable = (given: PickleValue[]) => PickleValue;

/** Shorter byte strings are read as text. */
export const LONG = 4096;

/** Bytes that lie in the file, or in memory. */
export class PickledBytes {
  readonly length: number;
  /** null: they are nowhere in the file as they are. */
  readonly start: number | null;
  private readonly file: string;
  private readonly kept: Uint8Array | null;

  constructor(place: { file: string; start: number; length: number } | Uint8Array) {
    const inFile = !(place instanceof Uint8Array);
    this.length = place.length;
    this.start = inFile ? place.start : null;
    this.file = inFile ? place.file : '';
    this.kept = inFile ? null : place;
  }

  read(offset: number, length: number): Uint8Array {
    const most = Math.max(0, Math.min(length, this.length - offset));
    return this.kept?.subarray(offset, offset + most) ?? readAt(this.file, this.start! + offset, most);
  }
}

/** numpy.dtype, by its code: u1 is uint8. */
export class PickledType {
  readonly code: string;

  constructor(code: string) {
    this.code = code.replace(/^[|<>=]/, '');
  }

  /** The byte order and so on: nothing that one-byte values have. */
  build(): void {}
}

export class PickledArray {
  shape: number[] = [];
  type = '';
  fortranOrder = false;
  data = new PickledBytes(new Uint8Array(0));

  /** Of numpy.ndarray.__setstate__: version, shape, type, order, bytes. */
  build(state: PickleValue[]): void {
    const [shape, type, fortranOrder, data] = state.slice(-4);
    this.set({ shape, type, fortranOrder: fortranOrder === true, data });
  }

  set(given: { shape: PickleValue; type: PickleValue; fortranOrder: boolean; data: PickleValue }): void {
    const { shape, type, data } = given;
    const whole = Array.isArray(shape) && shape.every((length) => Number.isSafeInteger(length) && Number(length) >= 0);
    if (!whole || !(type instanceof PickledType)) throw new PickleError('an array in it is damaged');
    this.shape = shape as number[];
    this.type = type.code;
    this.fortranOrder = given.fortranOrder;
    this.data = asBytes(data);
  }
}

const CALLS: Readonly<Record<string, Callable>> = {
  'numpy.core.multiarray._reconstruct': () => new PickledArray(),
  'numpy.core.numeric._frombuffer': ([data, type, shape, order]) => {
    const array = new PickledArray();
    array.set({ shape, type, fortranOrder: order === 'F', data });
    return array;
  },
  'numpy.ndarray': () => refuse('numpy.ndarray'),
  'numpy.dtype': ([code]) => new PickledType(String(code)),
  '_codecs.encode': ([text, encoding]) => {
    if (typeof text !== 'string' || !/^latin-?1$/.test(String(encoding))) return refuse('_codecs.encode');
    return text.length > LONG ? new PickledBytes(Buffer.from(text, 'latin1')) : text;
  },
};

/** Throws PickleError for everything but the building of an array. */
export function numpyCall(name: string): Callable {
  // numpy 2 renamed its inner modules.
  const known = name.replace(/^numpy\._core\./, 'numpy.core.');
  return Object.hasOwn(CALLS, known) ? CALLS[known] : refuse(name);
}

function refuse(name: string): never {
  throw new PickleError(`it wants to run ${name.slice(0, 80)}, and nothing in a pickle is run`);
}

function asBytes(value: PickleValue): PickledBytes {
  if (value instanceof PickledBytes) return value;
  if (typeof value === 'string') return new PickledBytes(Buffer.from(value, 'latin1'));
  throw new PickleError('an array in it is damaged');
}
