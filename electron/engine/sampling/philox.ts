/**
 * Philox4x32-10 (Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3"): the one source of randomness of
 * the product. A counter-based generator has no state: the same (seed, stream, image, sample) always gives the same
 * numbers, whatever the batch, the process or the order.
 *
 * Layout, least significant word first. Key: low and high word of the seed.
 * Counter: [attempt << 24 | block, sample, image, stream]; one block is four 32-bit words.
 */
export interface PhiloxKey {
  /** A non-negative integer up to 2^53 - 1. */
  seed: number;
}

export interface PhiloxCounter {
  stream: number;
  image: number;
  sample: number;
  /** 0 for the first draw, 1 ... 255 for redraws of the same mask. */
  attempt?: number;
}

/** Redraws that the counter has room for. */
export const MAX_ATTEMPTS = 256;
/** Blocks of one draw that the counter has room for: 2^26 numbers. */
const BLOCK_BITS = 24;

const M0 = 0xd2511f53 | 0;
const M1 = 0xcd9e8d57 | 0;
const W0 = 0x9e3779b9 | 0;
const W1 = 0xbb67ae85 | 0;
const TWO_POW_32 = 2 ** 32;
const TWO_POW_MINUS_24 = 2 ** -24;

/** High word of the unsigned 32 x 32 bit product, by 16-bit halves (Math.imul gives the low word). */
function mulHigh(a: number, b: number): number {
  const a0 = a & 0xffff;
  const a1 = a >>> 16;
  const b0 = b & 0xffff;
  const b1 = b >>> 16;
  const middle = (Math.imul(a1, b0) + (Math.imul(a0, b0) >>> 16)) | 0;
  const middle2 = (Math.imul(a0, b1) + (middle & 0xffff)) | 0;
  return (Math.imul(a1, b1) + (middle >>> 16) + (middle2 >>> 16)) | 0;
}

/**
 * One block. Words are read as 32 bits, signed or not.
 * @param counter, key 4 and 2 words. @param out receives 4 words at `at`.
 */
export function philox4x32(
  counter: Int32Array | Uint32Array,
  key: Int32Array | Uint32Array,
  out: Int32Array | Uint32Array,
  { at = 0, rounds = 10 }: { at?: number; rounds?: number } = {},
): void {
  let c0 = counter[0] | 0;
  let c1 = counter[1] | 0;
  let c2 = counter[2] | 0;
  let c3 = counter[3] | 0;
  let k0 = key[0] | 0;
  let k1 = key[1] | 0;
  for (let round = 0; round < rounds; round++) {
    const high0 = mulHigh(M0, c0);
    const high1 = mulHigh(M1, c2);
    const low0 = Math.imul(M0, c0);
    c0 = high1 ^ c1 ^ k0;
    c1 = Math.imul(M1, c2);
    c2 = high0 ^ c3 ^ k1;
    c3 = low0;
    k0 = (k0 + W0) | 0;
    k1 = (k1 + W1) | 0;
  }
  out[at] = c0;
  out[at + 1] = c1;
  out[at + 2] = c2;
  out[at + 3] = c3;
}

function forEachBlock(
  length: number,
  key: PhiloxKey,
  counter: PhiloxCounter & { firstBlock: number },
  take: (words: Uint32Array, at: number, count: number) => void,
): void {
  const k = Uint32Array.of(key.seed % TWO_POW_32, Math.floor(key.seed / TWO_POW_32));
  const c = Uint32Array.of(0, counter.sample, counter.image, counter.stream);
  const top = (counter.attempt ?? 0) << BLOCK_BITS;
  const words = new Uint32Array(4);
  const options = { at: 0, rounds: 10 };
  let block = counter.firstBlock;
  for (let at = 0; at < length; at += 4, block++) {
    c[0] = top | block;
    philox4x32(c, k, words, options);
    take(words, at, Math.min(4, length - at));
  }
}

/** Fills `out` with 32-bit words. */
export function fillWords(out: Uint32Array, key: PhiloxKey, counter: PhiloxCounter, firstBlock = 0): void {
  forEachBlock(out.length, key, { ...counter, firstBlock }, (words, at, count) => {
    for (let j = 0; j < count; j++) out[at + j] = words[j];
  });
}

/** Fills `out` with float32 uniforms in [0, 1): the top 24 bits of a word times 2^-24. */
export function fillUniforms(out: Float32Array, key: PhiloxKey, counter: PhiloxCounter, firstBlock = 0): void {
  forEachBlock(out.length, key, { ...counter, firstBlock }, (words, at, count) => {
    for (let j = 0; j < count; j++) out[at + j] = uniform24(words[j]);
  });
}

/** A word as float32 uniform in [0, 1): its top 24 bits. */
export function uniform24(word: number): number {
  return (word >>> 8) * TWO_POW_MINUS_24;
}

/** Two words as float64 uniform in [0, 1): 27 bits of the first above 26 bits of the second. */
export function uniform53(high: number, low: number): number {
  return ((high >>> 5) * 2 ** 26 + (low >>> 6)) * 2 ** -53;
}

/** One float64 uniform in [0, 1) for item `index` of `stream`. */
export function philoxUniform(seed: number, stream: number, index: number): number {
  const words = new Uint32Array(2);
  fillWords(words, { seed }, { stream, image: index, sample: 0 });
  return uniform53(words[0], words[1]);
}
