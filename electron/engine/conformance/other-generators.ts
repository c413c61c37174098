/**
 * Generators that the golden topic rng covers and the product does not use: Threefry (Salmon et al. 2011) and
 * Philox4x64 as numpy streams it. Kept so that numbers drawn by other tools can be checked against ours.
 */
const MASK64 = (1n << 64n) - 1n;
const ROTATIONS_4X32 = [10, 26, 11, 21, 13, 27, 23, 5, 6, 20, 17, 11, 25, 10, 18, 20];
const ROTATIONS_2X32 = [13, 15, 26, 6, 17, 29, 16, 24];
const KEY_PARITY = 0x1bd11bda;

/** @param counter 2 or 4 words. @param key as many. */
export function threefry(counter: Uint32Array, key: Uint32Array, rounds: number): Uint32Array {
  const n = counter.length;
  const schedule = Uint32Array.of(
    ...key,
    key.reduce((parity, word) => parity ^ word, KEY_PARITY),
  );
  const x = counter.map((word, i) => word + schedule[i]);
  for (let round = 0; round < rounds; round++) {
    if (n === 2) mix(x, 0, 1, ROTATIONS_2X32[round % 8]);
    else {
      const odd = round % 2;
      mix(x, 0, odd === 0 ? 1 : 3, ROTATIONS_4X32[(round % 8) * 2]);
      mix(x, 2, odd === 0 ? 3 : 1, ROTATIONS_4X32[(round % 8) * 2 + 1]);
    }
    if (round % 4 === 3) inject(x, schedule, (round + 1) / 4);
  }
  return x;
}

function mix(x: Uint32Array, a: number, b: number, rotation: number): void {
  x[a] += x[b];
  x[b] = ((x[b] << rotation) | (x[b] >>> (32 - rotation))) ^ x[a];
}

function inject(x: Uint32Array, schedule: Uint32Array, step: number): void {
  for (let i = 0; i < x.length; i++) x[i] += schedule[(step + i) % schedule.length];
  x[x.length - 1] += step;
}

/** Philox with 64-bit words. @param counter 4 words. @param key 2 words. */
export function philox4x64(counter: readonly bigint[], key: readonly bigint[], rounds = 10): bigint[] {
  let [c0, c1, c2, c3] = counter;
  let [k0, k1] = key;
  for (let round = 0; round < rounds; round++) {
    const p0 = 0xd2e7470ee14c6c93n * c0;
    const p1 = 0xca5a826395121157n * c2;
    [c0, c1, c2, c3] = [(p1 >> 64n) ^ c1 ^ k0, p1 & MASK64, (p0 >> 64n) ^ c3 ^ k1, p0 & MASK64];
    k0 = (k0 + 0x9e3779b97f4a7c15n) & MASK64;
    k1 = (k1 + 0xbb67ae8584caa73bn) & MASK64;
  }
  return [c0, c1, c2, c3];
}

/** Raw words of numpy.random.Philox(counter, key): the counter is raised before the first block. */
export function numpyPhilox(counter: readonly bigint[], key: readonly bigint[], count: number): bigint[] {
  let position = counter.reduce((sum, word, i) => sum | (word << BigInt(64 * i)), 0n);
  const out: bigint[] = [];
  while (out.length < count) {
    position = (position + 1n) & ((1n << 256n) - 1n);
    const words = [0n, 64n, 128n, 192n].map((shift) => (position >> shift) & MASK64);
    out.push(...philox4x64(words, key));
  }
  return out.slice(0, count);
}
