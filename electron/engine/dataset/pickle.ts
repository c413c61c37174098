/**
 * Reads the pickles in which CIFAR is distributed (docs.python.org/3/library/pickletools.html) and executes nothing: data,
 * and of everything that a pickle can call only what builds a numpy array, done here by our own code. Any other call and
 * any other instruction is refused. Strings of Python 2 and bytes come as text, one character a byte; long ones stay in
 * the file.
 */
import { LONG, numpyCall, PickledArray, PickledBytes, PickledType, type Callable } from './pickle-numpy.ts';
import { PickleBytes, PickleError } from './pickle-bytes.ts';

export type PickleValue =
  | null
  | boolean
  | number
  | string
  | PickleValue[]
  | Map<PickleValue, PickleValue>
  | PickledBytes
  | PickledArray
  | PickledType
  | Callable;

/** CIFAR has under half a million. */
const MOST_STEPS = 20_000_000;
/** Below what one string can hold. */
const MOST_TEXT = 500e6;

/** Throws PickleError. */
export function readPickle(file: string): PickleValue {
  const machine = new PickleMachine(new PickleBytes(file));
  for (let step = 0; step < MOST_STEPS; step++) if (machine.step()) return machine.pop();
  throw new PickleError('it is longer than any data set');
}

type Step = (machine: PickleMachine) => void;

class PickleMachine {
  readonly bytes: PickleBytes;
  private readonly stack: PickleValue[] = [];
  private readonly marks: number[] = [];
  private readonly memo = new Map<number, PickleValue>();

  constructor(bytes: PickleBytes) {
    this.bytes = bytes;
  }

  /** @returns whether this was the last one. */
  step(): boolean {
    const [code] = this.bytes.take(1);
    if (code === STOP) return true;
    const step = STEPS[code];
    if (step === undefined) throw new PickleError(`the instruction 0x${code.toString(16)} is not accepted`);
    step(this);
    return false;
  }

  push(value: PickleValue): void {
    this.stack.push(value);
  }

  pop(): PickleValue {
    if (this.stack.length <= (this.marks.at(-1) ?? 0)) throw new PickleError('it is damaged');
    return this.stack.pop()!;
  }

  mark(): void {
    this.marks.push(this.stack.length);
  }

  toMark(): PickleValue[] {
    const from = this.marks.pop();
    if (from === undefined) throw new PickleError('it is damaged');
    return this.stack.splice(from);
  }

  popMany(count: number): PickleValue[] {
    return Array.from({ length: count }, () => this.pop()).reverse();
  }

  top(): PickleValue {
    const value = this.pop();
    this.push(value);
    return value;
  }

  remember(key = this.memo.size): void {
    this.memo.set(key, this.top());
  }

  recall(key: number): void {
    const value = this.memo.get(key);
    if (value === undefined) throw new PickleError('it is damaged');
    this.push(value);
  }

  /** Bytes or a string of Python 2. */
  pushBytes(length: number): void {
    this.push(
      length > LONG
        ? new PickledBytes({ file: this.bytes.file, start: this.bytes.skip(length), length })
        : latin1(this.bytes.take(length)),
    );
  }

  pushText(length: number): void {
    if (length > MOST_TEXT) throw new PickleError('a text in it is longer than any data set');
    this.push(Buffer.from(this.bytes.take(length)).toString('utf8'));
  }

  append(items: PickleValue[]): void {
    const list = this.top();
    if (!Array.isArray(list)) throw new PickleError('it is damaged');
    for (const item of items) list.push(item);
  }

  setItems(items: PickleValue[]): void {
    const map = this.top();
    if (!(map instanceof Map) || items.length % 2 !== 0) throw new PickleError('it is damaged');
    for (let i = 0; i < items.length; i += 2) map.set(items[i], items[i + 1]);
  }

  global(module: PickleValue, name: PickleValue): void {
    this.push(numpyCall(`${String(module)}.${String(name)}`));
  }

  reduce(): void {
    const [callable, given] = this.popMany(2);
    if (typeof callable !== 'function' || !Array.isArray(given)) throw new PickleError('it is damaged');
    this.push(callable(given));
  }

  build(): void {
    const state = this.pop();
    const target = this.top();
    if (!(target instanceof PickledArray || target instanceof PickledType) || !Array.isArray(state)) {
      throw new PickleError('it sets the state of something that is no array');
    }
    target.build(state);
  }
}

const latin1 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');
const STOP = 0x2e;

/** By code: the instructions of protocols 2 to 5 that data need. */
const STEPS: Readonly<Record<number, Step>> = {
  0x80: (m) => void m.bytes.number(1), // PROTO
  0x95: (m) => void m.bytes.number(8), // FRAME
  0x28: (m) => m.mark(),
  0x4e: (m) => m.push(null),
  0x88: (m) => m.push(true),
  0x89: (m) => m.push(false),
  0x4a: (m) => m.push(m.bytes.int32()),
  0x4b: (m) => m.push(m.bytes.number(1)),
  0x4d: (m) => m.push(m.bytes.number(2)),
  0x8a: (m) => m.push(m.bytes.number(m.bytes.number(1))), // LONG1
  0x54: (m) => m.pushBytes(m.bytes.number(4)), // BINSTRING
  0x55: (m) => m.pushBytes(m.bytes.number(1)),
  0x42: (m) => m.pushBytes(m.bytes.number(4)), // BINBYTES
  0x43: (m) => m.pushBytes(m.bytes.number(1)),
  0x8e: (m) => m.pushBytes(m.bytes.number(8)),
  0x96: (m) => m.pushBytes(m.bytes.number(8)), // BYTEARRAY8
  0x58: (m) => m.pushText(m.bytes.number(4)), // BINUNICODE
  0x8c: (m) => m.pushText(m.bytes.number(1)),
  0x8d: (m) => m.pushText(m.bytes.number(8)),
  0x5d: (m) => m.push([]),
  0x61: (m) => m.append([m.pop()]),
  0x65: (m) => m.append(m.toMark()),
  0x29: (m) => m.push([]), // EMPTY_TUPLE
  0x74: (m) => m.push(m.toMark()),
  0x85: (m) => m.push(m.popMany(1)),
  0x86: (m) => m.push(m.popMany(2)),
  0x87: (m) => m.push(m.popMany(3)),
  0x7d: (m) => m.push(new Map()),
  0x73: (m) => m.setItems(m.popMany(2)),
  0x75: (m) => m.setItems(m.toMark()),
  0x71: (m) => m.remember(m.bytes.number(1)), // BINPUT
  0x72: (m) => m.remember(m.bytes.number(4)),
  0x94: (m) => m.remember(), // MEMOIZE
  0x68: (m) => m.recall(m.bytes.number(1)), // BINGET
  0x6a: (m) => m.recall(m.bytes.number(4)),
  0x63: (m) => m.global(m.bytes.line(), m.bytes.line()),
  0x93: (m) => m.global(...(m.popMany(2) as [PickleValue, PickleValue])),
  0x52: (m) => m.reduce(),
  0x62: (m) => m.build(),
};
