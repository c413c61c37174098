/**
 * Noise of the Monte-Carlo draw: the plan once more under each seed of the masks, with the largest number of samples; of
 * every image the entropies of its first N samples are kept as well, so one pass gives all N. Images, hold-out and rules
 * are those of the plan: what differs between repeats is the draw alone.
 */
import type { ModelWarning, OnProgress } from '../../shared/domain.ts';
import { FLIP_BOUND, NOISE_SAMPLES, recommendedSamples, type DetectorNoise, type Noise } from '../../shared/noise.ts';
import { noiseReading } from '../../shared/noise-reading.ts';
import type { Plan } from '../../shared/plan.ts';
import type { Results } from '../../shared/results.ts';
import { noiseFigures, type Repeat } from '../metrics/mc-noise.ts';
import { detectorConfigs, type DetectorConfig } from './detector-configs.ts';
import type { ScoredConfig } from './evaluate-stage.ts';
import { setsOf } from './figures-stage.ts';
import { withoutLadder } from './ladder-sets.ts';
import { fitMethods, scoreMethods } from './method-stage.ts';
import { withAbsolutePaths } from './resolve-plan.ts';
import { planRoles, type Roles } from './roles.ts';
import type { RunPlanOptions } from './run-plan.ts';
import { sampleSets } from './sample-sets.ts';
import { withStage } from './stage.ts';
import { concatenate } from './vectors.ts';

/** Adds the block `noise`, its time and its warnings; a warning alone where there is nothing to measure. */
export async function withNoise(results: Results, options: RunPlanOptions, count: number): Promise<Results> {
  const { plan } = options.file;
  const started = performance.now();
  const warned = (why: string): Results => ({ ...results, warnings: [...results.warnings, notMeasured(why)] });
  const configs = detectorConfigs(plan).filter(({ space }) => space === 'entropy');
  if (configs.length === 0) return warned('No detector of the plan works on entropies.');
  const seeds = Array.from({ length: count }, (_, k) => plan.sampling.seed + k);
  const numbers = sampleNumbers(plan.sampling);
  const repeats: Repeated[] = [];
  for (const [k, seed] of seeds.entries()) {
    const onProgress: OnProgress = (progress) =>
      options.onProgress({ ...progress, stage: `noise ${k + 1}/${count} ${progress.stage}` });
    repeats.push(await repeat({ ...options, onProgress }, { seed, numbers, configs }));
  }
  if (new Set(repeats.map(({ accepted }) => accepted)).size > 1)
    return warned('Not every draw of the masks gives finite values for the same images.');
  const detectors = configs.flatMap((config) => detectorNoise(config, numbers, repeats));
  const measured: Omit<Noise, 'reading'> = { seeds, flipBound: FLIP_BOUND, detectors };
  const images = count * results.datasets.reduce((sum, set) => sum + set.count, 0);
  return {
    ...results,
    noise: {
      ...measured,
      reading: noiseReading(measured, { config: results.statistics?.main ?? null, samples: plan.sampling.samples, locale: 'en' }),
    },
    timing: [...results.timing, { stage: 'noise', images, seconds: (performance.now() - started) / 1000 }],
  };
}

/** The network's own random nodes are drawn by whole passes: more of them than the plan asks for would take too long. */
function sampleNumbers({ mechanism, samples }: Plan['sampling']): number[] {
  const most = mechanism === 'model' ? samples : Infinity;
  return [...new Set([...NOISE_SAMPLES, samples])].filter((n) => n <= most).sort((a, b) => a - b);
}

/** Scores of one draw of the masks, by number of samples. */
export interface Repeated {
  roles: Roles;
  /** How many images of each set have a score. */
  accepted: string;
  scored: Map<number, ScoredConfig[]>;
}

export interface Draw {
  seed: number;
  numbers: readonly number[];
  configs: readonly DetectorConfig[];
}

/** The plan under other masks: fitted and scored for each number of samples, the last of which is sampled. */
export async function repeat(options: RunPlanOptions, { seed, numbers, configs }: Draw): Promise<Repeated> {
  const own = withoutLadder(withAbsolutePaths(options.file));
  const most = numbers[numbers.length - 1];
  const drawn: Plan = { ...own, sampling: { ...own.sampling, seed, samples: most }, baselines: [] };
  const sampled = await sampleSets({ ...options, plan: drawn, first: numbers.slice(0, -1) });
  // By the plan's own seed: the same images are held out in every repeat.
  const roles = planRoles(own, sampled.sets);
  const scored = new Map<number, ScoredConfig[]>();
  await withStage(options, { plan: drawn, sampled, roles }, async (stage) => {
    for (const n of numbers) {
      const at = configs.map((config): DetectorConfig => ({ ...config, space: n === most ? 'entropy' : `first-${n}` }));
      scored.set(n, (await scoreMethods(stage, await fitMethods(stage, at))).scored);
    }
  });
  return { roles, accepted: sampled.sets.map((set) => set.count).join(), scored };
}

/** A configuration that one of the draws cannot fit (its rank fell below the PCA size) has no level for that number. */
function detectorNoise({ id, pca }: DetectorConfig, numbers: readonly number[], repeats: readonly Repeated[]): DetectorNoise[] {
  const [{ roles }] = repeats;
  const levels = numbers.flatMap((samples) => {
    const found = repeats.map(({ scored }) => scored.get(samples)!.find((one) => one.id === id && one.pca === pca));
    const all = found.filter((one) => one !== undefined);
    if (all.length < repeats.length) return [];
    const figures = noiseFigures(
      all.map((one) => repeatOf(one, roles)),
      setsOf(roles, 'test').join(' + '),
    );
    return [{ samples, ...figures }];
  });
  return levels.length === 0 ? [] : [{ detector: id, pca, levels, recommended: recommendedSamples(levels) }];
}

/** Its scores on the sets that are measured. */
export function repeatOf({ scores, threshold }: ScoredConfig, roles: Roles): Repeat {
  return {
    threshold,
    ind: concatenate(setsOf(roles, 'test').map((name) => scores.get(name)!)),
    oods: setsOf(roles, 'ood').map((name) => ({ name, scores: scores.get(name)! })),
  };
}

function notMeasured(why: string): ModelWarning {
  return { code: 'NOISE_NOT_MEASURED', message: `The noise of the draw was not measured: ${why}` };
}
