/**
 * Kozachenko-Leonenko entropy from k-th neighbour distances (Kozachenko & Leonenko 1987; Kraskov et al. 2004;
 * NUMERICS section 3), in nats, max norm. `entropiesOfBlock` is the hot path of a run: it allocates nothing.
 * Distances are float64 also for float32 samples; a non-finite sample gives NaN, never a finite number.
 */

/** Distances below this are raised to it, so that duplicates give a finite value. */
export const MIN_DISTANCE = 1e-5;
const EULER_GAMMA = 0.57721566490153286;
/** Below this many samples an insertion sort beats the engine's. */
const SMALL = 48;
const LARGE_FACTOR = 1e100;
const LARGE_PRODUCT = 1e150;

/** Neighbour number for S samples an image: 5, or S - 1 if fewer than 6. */
export function neighbourRule(samples: number): number {
  return samples > 5 ? 5 : samples - 1;
}

/** Digamma at a positive integer: -gamma + sum_{j<m} 1/j. */
export function digammaInteger(m: number): number {
  let sum = -EULER_GAMMA;
  for (let j = 1; j < m; j++) sum += 1 / j;
  return sum;
}

/** Entropies within this of the floor lie at it. */
export const ENTROPY_TOLERANCE = 1e-9;

/** The least entropy that N samples of a feature can have: all of them equal. */
export function entropyFloor(samples: number): number {
  return digammaInteger(samples) - digammaInteger(neighbourRule(samples)) + Math.log(2 * MIN_DISTANCE);
}

/**
 * Entropy of n numbers: psi(n) - psi(k) + (1/n) sum ln(2 eps_i).
 * @param samples read from `offset` on. @param k at least 1; k >= n gives +Infinity.
 * @param scratch at least 2 n long, overwritten.
 * @returns NaN if a sample is not finite.
 */
export function entropy1d(
  samples: Float32Array | Float64Array,
  { offset, n, k }: { offset: number; n: number; k: number },
  scratch: Float64Array,
): number {
  if (!sortInto(samples, offset, n, scratch)) return NaN;
  return k >= n ? Infinity : digammaInteger(n) - digammaInteger(k) + meanLogDoubled(scratch, n, k);
}

/** Where the samples of a block lie: rows of `rowStride` numbers, in each `groups` runs of `samples` numbers. */
export interface BlockLayout {
  /** Images times channels. */
  rows: number;
  rowStride: number;
  groups: number;
  samples: number;
  /** Only so many of them count, from the front; left out: all. */
  first?: number;
}

/**
 * Per-feature entropies of a whole batch, k by the rule of `get_dl_h_z`.
 * @param block [rows, rowStride]; group g of a row holds its samples at g * samples.
 * @param out [rows * groups], feature order row-major: channel * groups + group within an image. NaN where a sample is not finite.
 * @param scratch 2 * samples long or more.
 */
export function entropiesOfBlock(
  block: Float32Array | Float64Array,
  layout: BlockLayout,
  out: Float64Array,
  scratch: Float64Array = new Float64Array(2 * layout.samples),
): void {
  const { rows, rowStride, groups, samples, first: n = samples } = layout;
  const k = neighbourRule(n);
  const base = digammaInteger(n) - digammaInteger(k);
  for (let row = 0, feature = 0; row < rows; row++) {
    for (let g = 0; g < groups; g++, feature++) {
      const finite = sortInto(block, row * rowStride + g * samples, n, scratch);
      out[feature] = finite ? base + meanLogDoubled(scratch, n, k) : NaN;
    }
  }
}

/** Copies n samples to the front of `scratch` in ascending order. @returns false if one of them is not finite. */
function sortInto(samples: Float32Array | Float64Array, offset: number, n: number, scratch: Float64Array): boolean {
  let check = 0;
  if (n > SMALL) {
    for (let i = 0; i < n; i++) {
      const value = samples[offset + i];
      check += value * 0;
      scratch[i] = value;
    }
    scratch.subarray(0, n).sort();
    return check === 0;
  }
  for (let i = 0; i < n; i++) {
    const value = samples[offset + i];
    check += value * 0;
    let j = i - 1;
    for (; j >= 0 && scratch[j] > value; j--) scratch[j + 1] = scratch[j];
    scratch[j + 1] = value;
  }
  return check === 0;
}

/**
 * Distance of every sorted sample to its k-th nearest other one, k < n. The k + 1 nearest, itself included, are a
 * window of the sorted samples, and the window of the next sample never starts further left.
 * @param values the first n are sorted. @param out receives n distances at `at`. @returns out.to
 */
export function neighbourDistances(
  values: Float64Array,
  n: number,
  k: number,
  out: { to: Float64Array; at: number },
): Float64Array {
  const { to, at } = out;
  for (let i = 0, left = 0; i < n; i++) {
    const value = values[i];
    if (left < i - k) left = i - k;
    while (left < i && left + k + 1 < n && values[left + k + 1] - value < value - values[left]) left++;
    const below = value - values[left];
    const above = values[left + k] - value;
    to[at + i] = below > above ? below : above;
  }
  return to;
}

/** (1/n) sum ln(2 eps_i), eps_i raised to 1e-5. Distances are multiplied up and the logarithm taken of the product. */
function meanLogDoubled(scratch: Float64Array, n: number, k: number): number {
  neighbourDistances(scratch, n, k, { to: scratch, at: n });
  let sum = n * Math.LN2;
  let product = 1;
  for (let i = n; i < 2 * n; i++) {
    const distance = scratch[i] > MIN_DISTANCE ? scratch[i] : MIN_DISTANCE;
    if (distance > LARGE_FACTOR) {
      sum += Math.log(distance);
      continue;
    }
    product *= distance;
    if (product > LARGE_PRODUCT || product < 1 / LARGE_PRODUCT) {
      sum += Math.log(product);
      product = 1;
    }
  }
  return (sum + Math.log(product)) / n;
}
