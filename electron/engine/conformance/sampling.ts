/** Topics dropblock_masks and latent_reduction: masks, masked means as matrix products, reductions as weights. */
import type { Matrix } from '../linalg/matrix.ts';
import { multiplyDense } from '../linalg/matmul.ts';
import { dropBlockMask, dropoutMask } from '../sampling/masks.ts';
import { poolingOf } from '../sampling/pooling.ts';
import { samplingWeights } from '../sampling/weights.ts';
import { numberOf, numbersOf, shapeOf, type Check, type GoldenCase, type TopicCheck } from './types.ts';

/** Feature maps [images, channels, height, width]. */
interface Maps {
  shape: number[];
  data: Float64Array;
}

function mapsOf(value: unknown): Maps {
  return { shape: shapeOf(value), data: numbersOf(value) };
}

/** One image as the product's left factor: [channels, positions]. */
function imageOf({ shape, data }: Maps, image: number): Matrix {
  const [, rows, height, width] = shape;
  const size = rows * height * width;
  return { rows, cols: height * width, data: data.subarray(image * size, (image + 1) * size) };
}

/**
 * Masked means of one image by the product's identity. @param kept per mask; the reference's batches share one total.
 * @returns [masks, channels]
 */
export function maskedMeans(
  image: Matrix,
  masks: Uint8Array,
  kept: Float64Array,
  map: { height: number; width: number },
): Float64Array {
  const pooling = poolingOf('fullmean', map.height, map.width);
  const weights = samplingWeights({ masks: { masks, kept }, pooling, includeMean: false, dtype: 'float64' });
  // [masks, positions] x [positions, channels], so that rows are samples.
  return multiplyDense(weights, image, { transposeA: true, transposeB: true }).data;
}

const DROPBLOCK_KINDS: Record<string, TopicCheck> = {
  dropblock(golden, check, context) {
    const latents = mapsOf(golden.latents);
    const [samples, images, height, width] = shapeOf(golden.uniforms);
    const shape = { height, width, blockSize: numberOf(golden.block_size), dropProb: numberOf(golden.drop_prob) };
    const positions = height * width;
    const masks = new Uint8Array(samples * images * positions);
    const uniforms = numbersOf(golden.uniforms);
    const kept = new Float64Array(samples);
    for (let i = 0; i < samples * images; i++) {
      const part = uniforms.subarray(i * positions, (i + 1) * positions);
      kept[Math.floor(i / images)] += dropBlockMask(part, shape, masks.subarray(i * positions, (i + 1) * positions));
    }
    // Golden block_mask and our masks both say 1 = kept.
    check.close('mask', masks, golden.block_mask, { rtol: 0, atol: 0 });
    check.close('kept', kept, golden.kept, { rtol: 0, atol: 0 });
    const channels = latents.shape[1];
    const got = new Float64Array(samples * images * channels);
    for (let b = 0; b < images; b++) {
      for (let s = 0; s < samples; s++) {
        const at = s * images + b;
        const mask = masks.subarray(at * positions, (at + 1) * positions);
        // The reference divides by the whole batch's total (D3); one image at a time, that is the image's own.
        const mean = maskedMeans(imageOf(latents, b), mask, Float64Array.of(kept[s] / images), { height, width });
        got.set(mean, at * channels);
      }
    }
    const tolerance = { rtol: context.tolerance('rtol'), atol: context.tolerance('atol') };
    check.close('samples', got, golden.samples, tolerance);
    const single = { rtol: context.tolerance('float32_rtol'), atol: context.tolerance('float32_atol') };
    check.close('samples, float32 reference', got, golden.samples_float32, single);
  },
  identity(golden, check, context) {
    const latents = mapsOf(golden.latents);
    const [, , height, width] = latents.shape;
    const none = samplingWeights({
      masks: null,
      pooling: poolingOf('fullmean', height, width),
      includeMean: true,
      dtype: 'float64',
    });
    const mean = multiplyDense(imageOf(latents, 0), none).data;
    const got = Array.from({ length: numberOf(golden.n_samples) }, () => Array.from(mean)).flat();
    check.close('samples', got, golden.samples, { rtol: context.tolerance('rtol'), atol: context.tolerance('atol') });
  },
  compare(golden, check) {
    for (const row of golden.rows as Record<string, unknown>[]) {
      const uniforms = Float32Array.from(numbersOf(row.uniforms));
      const keep = new Uint8Array(uniforms.length);
      const shape = { height: uniforms.length, width: 1, blockSize: 1, dropProb: numberOf(row.gamma) };
      dropBlockMask(uniforms, shape, keep);
      check.same(
        'dropped',
        Array.from(keep, (value) => 1 - value),
        row.dropped,
      );
    }
  },
  rpn(golden, check, context) {
    const levels = (golden.levels as unknown[]).map(mapsOf);
    const got = (golden.uniforms as unknown[][]).flatMap((sample) =>
      levels.flatMap((level, l) => {
        const [, , height, width] = level.shape;
        const shape = { height, width, blockSize: numberOf(golden.block_size), dropProb: numberOf(golden.drop_prob) };
        const mask = new Uint8Array(height * width);
        const kept = dropBlockMask(numbersOf(sample[l]), shape, mask);
        return Array.from(maskedMeans(imageOf(level, 0), mask, Float64Array.of(kept), { height, width }));
      }),
    );
    check.close('samples', got, golden.samples, { rtol: context.tolerance('rtol'), atol: context.tolerance('atol') });
  },
  dropout(golden, check, context) {
    const x = numbersOf(golden.x);
    const keep = numbersOf(golden.keep);
    const p = numberOf(golden.drop_prob);
    // Uniforms on the kept and on the dropped side of p: the mask must come out as given.
    const mask = new Uint8Array(x.length);
    dropoutMask(
      keep.map((value) => (value === 1 ? p : p / 2)),
      p,
      mask,
    );
    check.close('keep', mask, golden.keep, { rtol: 0, atol: 0 });
    const out = x.map((value, i) => value * (mask[i] / (1 - p)));
    check.close('out', out, golden.out, { rtol: context.tolerance('rtol'), atol: context.tolerance('atol') });
  },
};

export const dropBlockTopic: TopicCheck = (golden, check, context) => byKind(DROPBLOCK_KINDS, golden, check, context);

/** What the reference's table means by "mean" and by its average pooling: groups of rows, and kernel, stride, padding. */
const REFERENCE_TABLE: Record<string, { mean: string; avgpool: string | null }> = {
  '2 32 true': { mean: 'mean', avgpool: 'avgpool:2,2,0' },
  '2 32 false': { mean: 'mean:8', avgpool: 'avgpool:8,6,2' },
  '2 64 true': { mean: 'mean', avgpool: null },
  '2 64 false': { mean: 'mean:8', avgpool: 'avgpool:16,12,4' },
  '2 128 true': { mean: 'mean', avgpool: null },
  '2 128 false': { mean: 'mean:8', avgpool: 'avgpool:16,12,4' },
  '1 128 true': { mean: 'mean:16', avgpool: 'avgpool:4,2,2' },
  '1 128 false': { mean: 'mean:16', avgpool: 'avgpool:4,2,2' },
  '3 32 true': { mean: 'mean', avgpool: null },
  '3 32 false': { mean: 'mean:4', avgpool: 'avgpool:4,4,0' },
  '3 128 true': { mean: 'mean', avgpool: null },
};

/** The plan's reduction for a row of the reference's table; null where the reference has none. */
function reductionOf(golden: GoldenCase): string | null {
  const { location, input_size: size, original } = golden;
  const row = REFERENCE_TABLE[`${String(location)} ${String(size)} ${String(original)}`];
  if (row === undefined) throw new Error('this extractor is not in the table of NUMERICS section 2');
  if (golden.reduction === 'mean') return row.mean;
  // At location 2 of the modified network "fullmean" is average pooling (D17).
  const fullmean = golden.reduction === 'fullmean' && !(location === 2 && original === false);
  return fullmean ? 'fullmean' : row.avgpool;
}

function reduce(maps: Maps, reduction: string): Float64Array {
  const [, , height, width] = maps.shape;
  const weights = samplingWeights({
    masks: null,
    pooling: poolingOf(reduction, height, width),
    includeMean: true,
    dtype: 'float64',
  });
  return multiplyDense(imageOf(maps, 0), weights).data;
}

function formulaMaps(golden: GoldenCase): Maps {
  const { a, b, d, mod, off } = golden.formula as Record<string, number>;
  const [channels, height, width] = golden.shape as number[];
  const data = new Float64Array(channels * height * width);
  let at = 0;
  for (let c = 0; c < channels; c++)
    for (let i = 0; i < height; i++) for (let j = 0; j < width; j++) data[at++] = ((a * c + b * i + d * j + i * j) % mod) - off;
  return { shape: [1, channels, height, width], data };
}

const REDUCTION_KINDS: Record<string, TopicCheck> = {
  extractor(golden, check, context) {
    const reduction = reductionOf(golden);
    if (reduction === null) {
      check.same('error', 'NotImplementedError', golden.error);
      return;
    }
    const out = reduce(formulaMaps(golden), reduction);
    check.same('length', out.length, golden.length);
    const picked = numbersOf(golden.index).map((index) => out[index]);
    check.close('values', picked, golden.value, { rtol: context.tolerance('rtol'), atol: context.tolerance('atol') });
  },
  /** Mean over rows, one number a column: bands of the transposed map. */
  extractor_small(golden, check, context) {
    const { shape, data } = formulaMaps(golden);
    const [, channels, height, width] = shape;
    const turned = new Float64Array(data.length);
    for (let c = 0; c < channels; c++)
      for (let i = 0; i < height; i++)
        for (let j = 0; j < width; j++) turned[(c * width + j) * height + i] = data[(c * height + i) * width + j];
    const got = reduce({ shape: [1, channels, width, height], data: turned }, 'mean');
    check.close('values', got, golden.out, { rtol: context.tolerance('rtol'), atol: context.tolerance('atol') });
  },
  avgpool(golden, check, context) {
    const got = reduce(mapsOf(golden.x), `avgpool:${String(golden.kernel)},${String(golden.stride)},${String(golden.padding)}`);
    check.close('values', got, golden.out, { rtol: context.tolerance('rtol'), atol: context.tolerance('atol') });
  },
  /** The reference's row order: batch by batch, in a batch pass by pass. Ours is image by image (D4), so rows are placed. */
  order_conv(golden, check, context) {
    orderOf(golden, check, context.tolerance('rtol'));
  },
  order_fc(golden, check, context) {
    orderOf(golden, check, context.tolerance('rtol'));
  },
};

function orderOf(golden: GoldenCase, check: Check, rtol: number): void {
  const shape = shapeOf(golden.latents);
  const data = numbersOf(golden.latents);
  const [images] = shape;
  const batch = numberOf(golden.batch);
  const passes = numberOf(golden.n_samples);
  const conv = golden.kind === 'order_conv';
  const features = conv ? shape[1] : 1;
  const [height, width] = conv ? [shape[2], shape[3]] : [1, shape[1]];
  const size = features * height * width;
  const got: number[] = [];
  let pass = 0;
  for (let from = 0; from < images; from += batch) {
    for (let s = 0; s < passes; s++) {
      pass++;
      for (let i = from; i < Math.min(images, from + batch); i++) {
        const moved = data.subarray(i * size, (i + 1) * size).map((value) => value + pass * numberOf(golden.pass_offset));
        got.push(...reduce({ shape: [1, features, height, width], data: moved }, 'fullmean'));
      }
    }
  }
  check.close('rows', got, golden.out, { rtol, atol: 1e-12 });
}

export const latentReductionTopic: TopicCheck = (golden, check, context) => byKind(REDUCTION_KINDS, golden, check, context);

/** Runs the check of a case's kind; a kind that is not there fails the case. */
export function byKind(
  kinds: Record<string, TopicCheck>,
  ...[golden, check, context]: Parameters<TopicCheck>
): void | Promise<void> {
  const run = Object.hasOwn(kinds, golden.kind ?? '') ? kinds[golden.kind ?? ''] : undefined;
  if (run === undefined) throw new Error(`unknown kind ${String(golden.kind)}`);
  return run(golden, check, context);
}
