/**
 * The reference's algorithm, implemented as it is written there: for each image N passes at batch 1, each with its own
 * mask on the hooked tensor, then for each feature a nearest-neighbour search over all pairs of its N samples.
 */
import { jointEntropy } from '../entropy/joint-entropy.ts';
import { neighbourRule } from '../entropy/kozachenko-leonenko.ts';
import type { LoadedBatch } from '../dataset/batch-loader.ts';
import type { Session } from '../runtime/session.ts';
import { drawDropBlockMasks, type DropBlockShape } from '../sampling/masks.ts';
import { alternate } from './measure.ts';
import { atLeast, atMost, benchRow, type BenchRow } from './bench-report.ts';
import type { PartOptions } from './bench-options.ts';
import {
  imageOf,
  type Network,
  noiseBatch,
  openBare,
  openProduct,
  openReference,
  REFERENCE,
  sampleBatch,
  STREAM,
} from './hooked-network.ts';

export const RATIO_TARGET = 25;
export const AGREEMENT = 1e-4;

interface Draw {
  seed: number;
  samples: number;
  shape: DropBlockShape;
}

/** Samples [N, C] of one image, row by row. */
export async function referenceSamples(
  session: Session,
  image: { batch: LoadedBatch; row: number },
  { seed, samples, shape }: Draw,
): Promise<Float32Array[]> {
  const { batch, row } = image;
  const size = batch.data.length / batch.to;
  const one = imageOf({ data: batch.data.subarray(row * size, (row + 1) * size), shape: [1, ...batch.shape.slice(1)] });
  const drawn = drawDropBlockMasks({ seed, stream: STREAM, image: batch.indices[row], samples }, shape);
  const positions = shape.height * shape.width;
  const latents: Float32Array[] = [];
  for (let s = 0; s < samples; s++) {
    const mask = Float32Array.from(drawn.masks.subarray(s * positions, (s + 1) * positions));
    const output = await session.run({
      image: one,
      [REFERENCE.mask]: { dtype: 'float32', shape: [1, 1, shape.height, shape.width], data: mask },
      [REFERENCE.scale]: { dtype: 'float32', shape: [], data: Float32Array.of(positions / drawn.kept[s]) },
    });
    latents.push(output[REFERENCE.latent].data as Float32Array);
  }
  return latents;
}

/** Entropy of each feature. @param samples rows [N][C]. */
export function referenceEntropies(samples: readonly Float32Array[]): Float64Array {
  const n = samples.length;
  const k = neighbourRule(n);
  return Float64Array.from({ length: samples[0].length }, (_, c) =>
    jointEntropy({ rows: n, cols: 1, data: Float64Array.from(samples, (row) => row[c]) }, k),
  );
}

/** Largest difference, NaN if one of them is not a number. */
export function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let largest = a.length === b.length ? 0 : NaN;
  for (let i = 0; i < a.length; i++) largest = Math.max(largest, Math.abs(a[i] - b[i]));
  return largest;
}

/** Images a second against the reference's way, and whether both give the same entropies for the same masks. */
export async function againstReference(options: PartOptions, network: Network): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  for (const hook of network.hooks) rows.push(...(await againstReferenceAt(hook, options, network)));
  return rows;
}

async function againstReferenceAt(
  hook: string,
  { effort, threads, signal, onStep }: PartOptions,
  { file, name, side, output }: Network,
): Promise<BenchRow[]> {
  onStep(`the reference's way at ${hook} of ${name}`);
  const product = await openProduct({ file, hook, side, threads }, 'per-image');
  const bare = await openBare(product.model, hook, threads);
  const toHook = await openReference(product.model, hook, { output: null, threads });
  const whole = await openReference(product.model, hook, { output, threads });
  const batch = noiseBatch(product.info.batchSize, side);
  const [[, height, width]] = product.info.hookShapes;
  const draw: Draw = { seed: 0, samples: product.samples, shape: { height, width, blockSize: 8, dropProb: 0.5 } };
  const byReference = async (session: Session): Promise<Float64Array> =>
    referenceEntropies(await referenceSamples(session, { batch, row: 0 }, draw));
  try {
    const seconds = await alternate(
      {
        product: () => sampleBatch(product, batch),
        bare: () => bare.run({ image: imageOf(batch) }),
        toHook: () => byReference(toHook),
        whole: () => byReference(whole),
      },
      { rounds: effort.referenceRounds, signal },
    );
    const { entropies } = await sampleBatch(product, batch);
    const where = `${name} ${hook}`;
    const id = (what: string): string => `reference.${side}.${hook}.${what}`;
    const rates = (way: 'product' | 'bare', reference: 'toHook' | 'whole'): Pick<BenchRow, 'measured' | 'note'> => ({
      measured: (seconds[reference] * batch.to) / seconds[way],
      note: `${(batch.to / seconds[way]).toFixed(1)} / ${(1 / seconds[reference]).toFixed(2)} images/s`,
    });
    return [
      benchRow({
        id: id('whole'),
        what: `times the reference's rate, ${where}`,
        unit: 'x',
        target: atLeast(RATIO_TARGET),
        ...rates('product', 'whole'),
      }),
      benchRow({ id: id('bound'), what: '  the same if sampling cost nothing', unit: 'x', ...rates('bare', 'whole') }),
      benchRow({ id: id('toHook'), what: '  if the reference stopped at the hook', unit: 'x', ...rates('product', 'toHook') }),
      benchRow({
        id: id('agreement'),
        what: '  largest difference of an entropy, same masks',
        measured: largestDifference(entropies.subarray(0, product.info.entropyDim), await byReference(whole)),
        unit: 'nats',
        target: atMost(AGREEMENT),
        note: `${product.info.entropyDim} features of one image`,
      }),
    ];
  } finally {
    await Promise.all([product.session, bare, toHook, whole].map((session) => session.release()));
  }
}
