/** Topic pipeline_end_to_end: latents and uniforms to samples, entropies, detectors, thresholds and the metrics table. */
import { ESTIMATORS } from '../detectors/registry.ts';
import type { Matrix } from '../linalg/matrix.ts';
import { pcaModel, project } from '../linalg/pca.ts';
import { aupr, auroc, fprAtTpr } from '../metrics/curves.ts';
import { rank } from '../metrics/ranking.ts';
import { zScoreThreshold } from '../metrics/threshold.ts';
import { dropBlockMask } from '../sampling/masks.ts';
import { bestSize, type CandidateRow } from './best-size.ts';
import { trainSpectrum } from './detectors.ts';
import { stackEntropies } from './entropy.ts';
import { maskedMeans } from './sampling.ts';
import { numberOf, numbersOf, shapeOf, type Check, type GoldenCase, type TopicCheck, type TopicContext } from './types.ts';

type Fields = Record<string, unknown>;
const SETS = ['train', 'test', 'near', 'far'] as const;
const METHODS = { LaRED: 'lared', LaREM: 'larem' } as const;
type Method = keyof typeof METHODS;
type BySet = Record<(typeof SETS)[number], Matrix>;

export const pipelineTopic: TopicCheck = async (golden, check, context) => {
  const entropies = Object.fromEntries(SETS.map((set) => [set, entropiesOf(golden, set, { check, context })])) as BySet;
  const spectrum = await trainSpectrum(entropies.train, context.matmul);
  check.same('rank', spectrum.rank, golden.entropy_rank);
  const table: Record<Method, CandidateRow[]> = { LaRED: [], LaREM: [] };
  const sizes = [null, ...numbersOf(golden.n_components)];
  for (const pca of sizes) {
    const features = { ...entropies };
    if (pca !== null) {
      const model = pcaModel(spectrum, pca, true);
      for (const set of SETS) features[set] = await project(model, entropies[set], context.matmul);
    }
    for (const method of ['LaRED', 'LaREM'] as const) {
      table[method].push(...(await methodAgrees({ golden, method, pca, features }, check, context)));
    }
  }
  for (const method of ['LaRED', 'LaREM'] as const) {
    check.close(`best ${method}`, bestSize(table[method], sizes), (golden.best as Fields)[method], { rtol: 0, atol: 1e-6 });
  }
};

/** Samples and entropies of one set, compared on the way. */
function entropiesOf(golden: GoldenCase, set: string, { check, context }: { check: Check; context: TopicContext }): Matrix {
  const latents = (golden.latents as Fields)[set];
  const uniforms = numbersOf((golden.uniforms as Fields)[set]);
  const [images, channels, height, width] = shapeOf(latents);
  const samples = numberOf(golden.mcd_samples);
  const shape = { height, width, blockSize: numberOf(golden.block_size), dropProb: numberOf(golden.drop_prob) };
  const positions = height * width;
  const data = numbersOf(latents);
  const stack = { rows: images * samples, cols: channels, data: new Float64Array(images * samples * channels) };
  const masks = new Uint8Array(samples * positions);
  const kept = new Float64Array(samples);
  for (let i = 0; i < images; i++) {
    for (let s = 0; s < samples; s++) {
      const at = (i * samples + s) * positions;
      kept[s] = dropBlockMask(uniforms.subarray(at, at + positions), shape, masks.subarray(s * positions, (s + 1) * positions));
    }
    const image = {
      rows: channels,
      cols: positions,
      data: data.subarray(i * channels * positions, (i + 1) * channels * positions),
    };
    stack.data.set(maskedMeans(image, masks, kept, { height, width }), i * samples * channels);
  }
  const first = stack.data.subarray(0, samples * channels);
  const tolerance = { rtol: context.tolerance('samples_rtol'), atol: 1e-14 };
  check.close(`samples of ${set}`, first, (golden.mcd_samples_first_image as Fields)[set], tolerance);
  const { joint, features } = stackEntropies(stack, samples);
  check.close(`entropies of ${set}`, features, (golden.h_z as Fields)[set], { rtol: 0, atol: context.tolerance('h_z_atol') });
  check.close(`joint entropies of ${set}`, joint, (golden.h_mvn as Fields)[set], { rtol: 0, atol: 1e-9 });
  return { rows: images, cols: channels, data: features };
}

interface MethodCase {
  golden: GoldenCase;
  method: Method;
  pca: number | null;
  features: BySet;
}

async function methodAgrees(
  { golden, method, pca, features }: MethodCase,
  check: Check,
  context: TopicContext,
): Promise<CandidateRow[]> {
  const name = pca === null ? method : `${method} PCA ${pca}`;
  const wanted = (golden.scores as Record<string, Fields>)[name];
  const tolerance = { rtol: context.tolerance('scores_rtol'), atol: context.tolerance('scores_atol') };
  const work = { multiply: context.matmul, signal: context.signal };
  const detector = await ESTIMATORS[METHODS[method]].fit(features.train, work);
  const scores = {
    test: await detector.score(features.test, work),
    near: await detector.score(features.near, work),
    far: await detector.score(features.far, work),
  };
  for (const set of ['test', 'near', 'far'] as const) check.close(`${name}, ${set}`, scores[set], wanted[set], tolerance);
  check.close(`${name}, threshold`, zScoreThreshold(scores.test), wanted.threshold, tolerance);
  const one = golden.inference_one as Fields;
  if (one.method === method && one.n_components === pca) {
    check.close('one image', scores[one.set as 'far'][numberOf(one.image)], one.score, tolerance);
  }
  return (['near', 'far'] as const).map((ood) => {
    const row = (golden.table as unknown[][]).find((entry) => entry[0] === `${ood} ${name}`)!;
    const plain = rank(scores.test, scores[ood]);
    const inverted = auroc(plain) < 0.5;
    const ranking = inverted ? rank(scores[ood], scores.test) : plain;
    const figures = [auroc(ranking), fprAtTpr(ranking), aupr(ranking)];
    check.close(`${ood} ${name}`, figures, row.slice(1, 4), { rtol: 0, atol: context.tolerance('table_atol') });
    check.same(`${ood} ${name}, labels swapped`, inverted, row[4]);
    return { pca, auroc: figures[0], fpr95: figures[1], aupr: figures[2] };
  });
}
