/**
 * Masks drawn afresh for every image, one bank for all, or several banks averaged, and how many samples: the sets of a plan
 * under each, several seeds of the masks, the same images every time. One pass with the largest number of samples gives all
 * smaller ones (noise-stage.ts). Its finding set the defaults (README, glossary).
 */
import path from 'node:path';
import { NOISE_SAMPLES } from '../../shared/noise.ts';
import type { Plan } from '../../shared/plan.ts';
import { auroc } from '../metrics/curves.ts';
import { noiseFigures, type Repeat } from '../metrics/mc-noise.ts';
import { differenceOverDraws, holm } from '../metrics/paired.ts';
import { rank } from '../metrics/ranking.ts';
import { detectorConfigs } from '../pipeline/detector-configs.ts';
import { repeat, repeatOf } from '../pipeline/noise-stage.ts';
import { withAbsolutePaths } from '../pipeline/resolve-plan.ts';
import { openProject, type Project } from '../storage/open-project.ts';
import { benchRow, type BenchRow } from './bench-report.ts';
import type { PartOptions } from './bench-options.ts';

const DETECTORS = ['lared', 'larem'] as const;
/** New projects start with it. */
const DEFAULT_SAMPLES = 16;

type Masks = Plan['sampling']['masks'];
/** One for each seed. */
type Draws = Repeat[];

export async function maskStudy(options: PartOptions): Promise<BenchRow[]> {
  const project = openProject(path.join(options.folder, 'masks.oodlab'));
  try {
    const drawn = {
      'per-image': await drawsOf('per-image', project, options),
      bank: await drawsOf('bank', project, options),
    };
    return DETECTORS.flatMap((detector) =>
      NOISE_SAMPLES.flatMap((samples) =>
        rowsOf(detector, samples, (masks, n = samples) => drawn[masks].get(`${detector} ${n}`)!),
      ),
    );
  } finally {
    project.close();
  }
}

/** Scores under each seed, by detector and number of samples. */
async function drawsOf(masks: Masks, project: Project, options: PartOptions): Promise<Map<string, Draws>> {
  const { images, seeds } = options.effort.masks;
  const own = withAbsolutePaths(options.demo);
  const plan: Plan = {
    ...own,
    sampling: { ...own.sampling, masks },
    datasets: own.datasets.map((set) => ({ ...set, limit: Math.min(images, set.limit ?? images) })),
    pca: [null],
    detectors: [...DETECTORS],
  };
  const { openSamplers, threads, signal, onStep } = options;
  const run = { file: { plan, baseDir: '/' }, project, openSamplers, processes: 1, threads, signal, onProgress: () => undefined };
  const draws = new Map<string, Draws>();
  for (let k = 0; k < seeds; k++) {
    onStep(`masks: ${masks}, seed ${k + 1} of ${seeds}`);
    const draw = { seed: own.sampling.seed + k, numbers: NOISE_SAMPLES, configs: detectorConfigs(plan) };
    const { scored, roles } = await repeat(run, draw);
    for (const [samples, configs] of scored) {
      for (const config of configs) {
        const key = `${config.id} ${samples}`;
        draws.set(key, [...(draws.get(key) ?? []), repeatOf(config, roles)]);
      }
    }
  }
  return draws;
}

type DrawsAt = (masks: Masks, samples?: number) => Draws;

function rowsOf(detector: string, samples: number, at: DrawsAt): BenchRow[] {
  const row = (what: string, draws: Draws, against: [name: string, draws: Draws][]): BenchRow =>
    studyRow({ id: `${detector}.${samples}`, what: `${detector}, ${samples} samples, ${what}`, draws, against });
  const bank = at('bank');
  const fewer: [string, Draws][] = samples > DEFAULT_SAMPLES ? [[`${DEFAULT_SAMPLES} samples`, at('bank', DEFAULT_SAMPLES)]] : [];
  const mean = averaged(bank);
  return [
    row('per-image masks', at('per-image'), []),
    row('one bank', bank, [['per-image', at('per-image')], ...fewer]),
    // The mean is the same under every seed: each single bank is held against it.
    row(
      `${bank.length} banks averaged`,
      bank.map(() => mean),
      [['one bank', bank]],
    ),
  ];
}

/** The mean of the scores of each image over the draws. */
function averaged(draws: Draws): Repeat {
  const mean = (vectors: readonly Float64Array[]): Float64Array =>
    vectors[0].map((_, i) => vectors.reduce((sum, vector) => sum + vector[i], 0) / vectors.length);
  const [{ threshold, oods }] = draws;
  return {
    threshold,
    ind: mean(draws.map(({ ind }) => ind)),
    oods: oods.map(({ name }, s) => ({ name, scores: mean(draws.map((draw) => draw.oods[s].scores)) })),
  };
}

interface Study {
  id: string;
  what: string;
  draws: Draws;
  against: [name: string, draws: Draws][];
}

/** The mean AUROC over OoD sets and seeds; each set with its range over the seeds, and the differences with p by Holm over the sets. */
function studyRow({ id, what, draws, against }: Study): BenchRow {
  const sets = draws[0].oods.map(({ name }, s) => {
    const each = draws.map(({ ind, oods }) => auroc(rank(ind, oods[s].scores)));
    return { name, each, mean: each.reduce((sum, value) => sum + value, 0) / each.length };
  });
  const tests = against.map(([name, others]) => {
    const differences = sets.map((_, s) =>
      differenceOverDraws(
        draws.map(({ ind, oods }, k) => ({
          positive: [ind, others[k].ind],
          negative: [oods[s].scores, others[k].oods[s].scores],
        })),
      ),
    );
    return { name, differences, p: holm(differences.map(({ p }) => p)) };
  });
  const parts = sets.map(({ name, each, mean }, s) => {
    const held = tests.map(({ name: other, differences, p }) => {
      const { difference, low, high } = differences[s];
      return `, ${signed(difference)} (${signed(low)} to ${signed(high)}) to ${other}, p ${p[s].toPrecision(1)}`;
    });
    return `${name} ${mean.toFixed(3)} (seeds ${Math.min(...each).toFixed(3)}-${Math.max(...each).toFixed(3)})${held.join('')}`;
  });
  const flips =
    new Set(draws).size > 1 ? [`two draws decide ${(100 * flipsOf(draws)).toFixed(1)} % of the images differently`] : [];
  return benchRow({
    id: `masks.${id}.${what.split(', ').at(-1)!.replace(/\W+/g, '-')}`,
    what,
    measured: sets.reduce((sum, { mean }) => sum + mean, 0) / sets.length,
    unit: 'AUROC',
    note: [...parts, ...flips].join('; '),
  });
}

const flipsOf = (draws: Draws): number => noiseFigures(draws, 'test').flipsPair;

const signed = (value: number): string => `${value < 0 ? '-' : '+'}${Math.abs(value).toFixed(3)}`;
