/** Topic rng: blocks and streams of counter-based generators, and words turned into uniforms. All values are exact. */
import { philox4x32, uniform24, uniform53 } from '../sampling/philox.ts';
import { numpyPhilox, philox4x64, threefry } from './other-generators.ts';
import { numberOf, numbersOf, type GoldenCase, type TopicCheck } from './types.ts';

type Row = Record<string, unknown>;
const EXACT = { rtol: 0, atol: 0 };

const KINDS: Record<string, TopicCheck> = {
  block(golden, check) {
    for (const row of rowsOf(golden)) check.same(String(golden.generator), block(String(golden.generator), row), row.out);
  },
  torch_stream(golden, check) {
    for (const row of rowsOf(golden))
      check.same('stream of philox4x32-10', torchStream(row, (row.out as string[]).length), row.out);
  },
  u32_float32(golden, check) {
    check.close('word to float32', Array.from(words32(golden.words), uniform24), singles(golden.out), EXACT);
  },
  u32_float32_low(golden, check) {
    const low = (word: number) => (word & 0xffffff) * 2 ** -24;
    check.close('word to float32, low bits', Array.from(words32(golden.words), low), singles(golden.out), EXACT);
  },
  u64_float64(golden, check) {
    check.close('word to float64', words64(golden.words).map(uniformOf64), golden.out, EXACT);
  },
  u32x2_float64(golden, check) {
    const words = words32(golden.words);
    const got = Float64Array.from({ length: words.length / 2 }, (_, i) => uniform53(words[2 * i], words[2 * i + 1]));
    check.close('two words to float64', got, golden.out, EXACT);
  },
  numpy_stream(golden, check) {
    for (const row of rowsOf(golden)) {
      const raw = numpyPhilox(words64(row.counter), words64(row.key), (row.raw as string[]).length);
      check.same(
        'raw words',
        raw.map((word) => hex(word, 16)),
        row.raw,
      );
      check.close('doubles', raw.map(uniformOf64), row.random, EXACT);
      const halves = raw.flatMap((word) => [Number(word & 0xffffffffn), Number(word >> 32n)]);
      const wanted = singles(row.random_float32);
      check.close('singles', halves.slice(0, wanted.length).map(uniform24), wanted, EXACT);
    }
  },
};

export const rngTopic: TopicCheck = (golden, check, context) => {
  const run = KINDS[golden.kind ?? ''];
  if (run === undefined) throw new Error(`unknown kind ${golden.kind}`);
  return run(golden, check, context);
};

function block(generator: string, row: Row): string[] {
  const rounds = numberOf(row.rounds);
  if (generator === 'philox4x64') return philox4x64(words64(row.counter), words64(row.key), rounds).map((word) => hex(word, 16));
  const counter = words32(row.counter);
  const key = words32(row.key);
  if (generator.startsWith('threefry')) return Array.from(threefry(counter, key, rounds), (word) => hex(word, 8));
  const out = new Uint32Array(4);
  philox4x32(counter, key, out, { rounds });
  return Array.from(out, (word) => hex(word, 8));
}

/** PyTorch: key = seed, low counter words = offset, high ones = subsequence; one is added a block. */
function torchStream(row: Row, count: number): string[] {
  const seed = BigInt(`0x${String(row.seed)}`);
  let position = BigInt(`0x${String(row.offset)}`) | (BigInt(`0x${String(row.subsequence)}`) << 64n);
  const out = new Uint32Array(Math.ceil(count / 4) * 4);
  for (let at = 0; at < out.length; at += 4) {
    philox4x32(split32(position, 4), split32(seed, 2), out, { at });
    position = (position + 1n) & ((1n << 128n) - 1n);
  }
  return Array.from(out.subarray(0, count), (word) => hex(word, 8));
}

function rowsOf(golden: GoldenCase): Row[] {
  return golden.rows as Row[];
}

function split32(value: bigint, count: number): Uint32Array {
  return Uint32Array.from({ length: count }, (_, i) => Number((value >> BigInt(32 * i)) & 0xffffffffn));
}

function words32(value: unknown): Uint32Array {
  return Uint32Array.from(value as string[], (word) => Number.parseInt(word, 16));
}

function words64(value: unknown): bigint[] {
  return (value as string[]).map((word) => BigInt(`0x${word}`));
}

function uniformOf64(word: bigint): number {
  return Number(word >> 11n) * 2 ** -53;
}

function hex(word: number | bigint, digits: number): string {
  return word.toString(16).padStart(digits, '0');
}

/** float32 numbers are printed with their own shortest digits. */
function singles(value: unknown): Float64Array {
  return numbersOf(value).map(Math.fround);
}
