/**
 * Keep masks of DropBlock2D and plain dropout as the reference draws them (NUMERICS section 1), drawn one image at a
 * time from Philox. A mask that drops every position is drawn again with fresh numbers and counted, never used:
 * its rescaling factor would be 0/0.
 */
import { AppError } from '../../shared/errors.ts';
import { fillUniforms, MAX_ATTEMPTS } from './philox.ts';

export interface DropBlockShape {
  height: number;
  width: number;
  blockSize: number;
  dropProb: number;
}

/**
 * One DropBlock keep mask (Ghiasi et al. 2018, without their border correction). A seed stands where u < p / s^2 and
 * drops s x s positions round it, clipped to the map; for even s the block reaches one further down and right.
 * @param uniforms [height * width] in [0, 1); float32 uniforms are compared with gamma in float32.
 * @param out [height * width], 1 = kept.
 * @returns how many positions are kept.
 */
export function dropBlockMask(uniforms: Float32Array | Float64Array, shape: DropBlockShape, out: Uint8Array): number {
  const { height, width, blockSize } = shape;
  const exact = shape.dropProb / (blockSize * blockSize);
  const gamma = uniforms instanceof Float32Array ? Math.fround(exact) : exact;
  const after = Math.floor(blockSize / 2);
  const before = blockSize - 1 - after;
  out.fill(1);
  for (let row = 0, at = 0; row < height; row++) {
    for (let col = 0; col < width; col++, at++) {
      if (!(uniforms[at] < gamma)) continue;
      const left = Math.max(0, col - before);
      const right = Math.min(width, col + after + 1);
      const bottom = Math.min(height, row + after + 1);
      for (let r = Math.max(0, row - before); r < bottom; r++) out.fill(0, r * width + left, r * width + right);
    }
  }
  let kept = 0;
  for (let at = 0; at < out.length; at++) kept += out[at];
  return kept;
}

/** Plain dropout: an element is kept with probability 1 - p. @returns how many are kept. */
export function dropoutMask(uniforms: Float32Array | Float64Array, dropProb: number, out: Uint8Array): number {
  const p = uniforms instanceof Float32Array ? Math.fround(dropProb) : dropProb;
  let kept = 0;
  for (let i = 0; i < out.length; i++) {
    const keep = uniforms[i] < p ? 0 : 1;
    out[i] = keep;
    kept += keep;
  }
  return kept;
}

/** What names a set of masks: nothing else enters the draw. */
export interface DrawKey {
  seed: number;
  stream: number;
  image: number;
  samples: number;
  /** Number of the first sample; several maps of one image (pyramid levels) take disjoint ranges. */
  firstSample?: number;
}

export interface Masks {
  /** [samples, positions], 1 = kept. */
  masks: Uint8Array;
  /** [samples], positions kept; at least 1 for DropBlock. */
  kept: Float64Array;
  /** Masks that dropped everything and were drawn again. */
  redraws: number;
}

/**
 * `samples` DropBlock masks of one image.
 * @throws E_INPUT when 256 draws in a row drop every position.
 */
export function drawDropBlockMasks(key: DrawKey, shape: DropBlockShape): Masks {
  const positions = shape.height * shape.width;
  const drawn = emptyMasks(key.samples, positions);
  const uniforms = new Float32Array(positions);
  for (let s = 0; s < key.samples; s++) {
    const mask = drawn.masks.subarray(s * positions, (s + 1) * positions);
    const sample = (key.firstSample ?? 0) + s;
    let attempt = 0;
    for (;;) {
      fillUniforms(uniforms, key, { stream: key.stream, image: key.image, sample, attempt });
      drawn.kept[s] = dropBlockMask(uniforms, shape, mask);
      if (drawn.kept[s] > 0) break;
      drawn.redraws++;
      if (++attempt === MAX_ATTEMPTS) throw dropsEverything(shape);
    }
  }
  return drawn;
}

/** `samples` plain dropout masks over `features` elements of one image. Dropping everything is allowed here. */
export function drawDropoutMasks(key: DrawKey, features: number, dropProb: number): Masks {
  const drawn = emptyMasks(key.samples, features);
  const uniforms = new Float32Array(features);
  for (let s = 0; s < key.samples; s++) {
    fillUniforms(uniforms, key, { stream: key.stream, image: key.image, sample: (key.firstSample ?? 0) + s });
    drawn.kept[s] = dropoutMask(uniforms, dropProb, drawn.masks.subarray(s * features, (s + 1) * features));
  }
  return drawn;
}

function emptyMasks(samples: number, positions: number): Masks {
  return { masks: new Uint8Array(samples * positions), kept: new Float64Array(samples), redraws: 0 };
}

function dropsEverything({ height, width, blockSize, dropProb }: DropBlockShape): AppError {
  return new AppError(
    'E_INPUT',
    `DropBlock with block size ${blockSize} and drop probability ${dropProb} drops the whole ${height} x ${width} map again and again.`,
    { next: 'Choose a smaller sampling.blockSize or sampling.dropProb, or hook an earlier layer with a larger map.' },
  );
}
