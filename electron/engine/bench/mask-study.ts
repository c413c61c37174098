/**
 * Masks drawn afresh for every image, one bank for all, or several banks averaged, and how many samples: the plan's sets
 * under each, the same images every time, so that differences are paired. Its finding set the defaults (README, glossary).
 */
import path from 'node:path';
import type { Plan } from '../../shared/plan.ts';
import { aurocInterval } from '../metrics/auroc-interval.ts';
import { auroc } from '../metrics/curves.ts';
import { delongPaired, holm } from '../metrics/paired.ts';
import { rank } from '../metrics/ranking.ts';
import { withAbsolutePaths } from '../pipeline/resolve-plan.ts';
import { openProject, type Project } from '../storage/open-project.ts';
import { benchRow, type BenchRow } from './bench-report.ts';
import type { PartOptions } from './bench-options.ts';
import { run } from './whole-run.ts';

const DETECTORS = ['lared', 'larem'] as const;
/** Banks that are averaged, with seeds that follow the plan's own. */
const BANKS = 3;

interface Variant {
  masks: 'per-image' | 'bank';
  samples: number;
  seed: number;
}

/** Scores of one detector: in-distribution test images, and each OoD set by name. */
interface Scores {
  ind: Float64Array;
  ood: Map<string, Float64Array>;
}

export async function maskStudy(options: PartOptions): Promise<BenchRow[]> {
  const plan = withAbsolutePaths(options.demo);
  const project = openProject(path.join(options.folder, 'masks.oodlab'));
  const known = new Map<string, Promise<Record<string, Scores>>>();
  const scoresOf = (variant: Variant): Promise<Record<string, Scores>> => {
    const key = JSON.stringify(variant);
    if (!known.has(key)) known.set(key, evaluate(plan, project, { variant, options }));
    return known.get(key)!;
  };
  const { seed } = plan.sampling;
  try {
    const rows: BenchRow[] = [];
    const { bank: numbers, perImage, averaged: several } = options.effort.masks;
    for (const samples of numbers) {
      const bank = await scoresOf({ masks: 'bank', samples, seed });
      const fresh = perImage.includes(samples) ? await scoresOf({ masks: 'per-image', samples, seed }) : null;
      const seeds = several.includes(samples) ? Array.from({ length: BANKS }, (_, i) => seed + i) : [];
      const banks: Record<string, Scores>[] = [];
      for (const other of seeds) banks.push(await scoresOf({ masks: 'bank', samples, seed: other }));
      for (const detector of DETECTORS) {
        const against = fresh?.[detector] ?? null;
        if (against !== null) rows.push(studyRow(detector, `per-image masks, ${samples} samples`, against, null));
        rows.push(
          studyRow(detector, `one bank, ${samples} samples`, bank[detector], against && { name: 'per-image', scores: against }),
        );
        if (banks.length === 0) continue;
        const mean = averaged(banks.map((each) => each[detector]));
        rows.push(
          studyRow(detector, `${BANKS} banks averaged, ${samples} samples`, mean, { name: 'one bank', scores: bank[detector] }),
        );
      }
    }
    return rows;
  } finally {
    project.close();
  }
}

async function evaluate(
  plan: Plan,
  project: Project,
  { variant, options }: { variant: Variant; options: PartOptions },
): Promise<Record<string, Scores>> {
  const { masks, samples, seed } = variant;
  options.onStep(`masks: ${masks}, ${samples} samples, seed ${seed}`);
  const limit = options.effort.masks.images;
  const changed: Plan = {
    ...plan,
    sampling: { ...plan.sampling, masks, samples, seed },
    datasets: plan.datasets.map((set) => ({ ...set, limit: Math.min(limit, set.limit ?? limit) })),
    pca: [null],
    detectors: [...DETECTORS],
    baselines: [],
  };
  const { scored, roles } = await run(changed, project, options);
  const names = (role: string): string[] => roles.parts.filter((part) => part.role === role).map(({ set }) => set.set.name);
  return Object.fromEntries(
    scored.map(({ id, scores }) => [
      id,
      {
        ind: Float64Array.from(names('test').flatMap((name) => [...scores.get(name)!])),
        ood: new Map(names('ood').map((name) => [name, scores.get(name)!])),
      },
    ]),
  );
}

/** The mean of the scores of each image. */
function averaged(all: readonly Scores[]): Scores {
  const mean = (vectors: readonly Float64Array[]): Float64Array =>
    vectors[0].map((_, i) => vectors.reduce((sum, vector) => sum + vector[i], 0) / vectors.length);
  const names = [...all[0].ood.keys()];
  return {
    ind: mean(all.map(({ ind }) => ind)),
    ood: new Map(names.map((name) => [name, mean(all.map(({ ood }) => ood.get(name)!))])),
  };
}

/** The mean AUROC over the OoD sets; each set with its interval, and the paired difference with p by Holm over the sets. */
function studyRow(
  detector: string,
  what: string,
  { ind, ood }: Scores,
  against: { name: string; scores: Scores } | null,
): BenchRow {
  const sets = [...ood].map(([name, scores]) => {
    const value = auroc(rank(ind, scores));
    const [low, high] = aurocInterval(value, ind, scores);
    const paired =
      against && delongPaired({ positive: [ind, against.scores.ind], negative: [scores, against.scores.ood.get(name)!] });
    return { name, value, low, high, paired };
  });
  const adjusted = holm(sets.map(({ paired }) => paired?.p ?? NaN));
  const note = sets
    .map(({ name, value, low, high, paired }, i) => {
      const difference = paired && `, ${signed(paired.difference)} to ${against!.name}, p ${adjusted[i].toPrecision(1)}`;
      return `${name} ${value.toFixed(3)} (${low.toFixed(3)}-${high.toFixed(3)}${difference ?? ''})`;
    })
    .join('; ');
  const measured = sets.reduce((sum, { value }) => sum + value, 0) / sets.length;
  return benchRow({
    id: `masks.${detector}.${what.replace(/\W+/g, '-')}`,
    what: `${detector}, ${what}`,
    measured,
    unit: 'AUROC',
    note,
  });
}

const signed = (value: number): string => `${value < 0 ? '-' : '+'}${Math.abs(value).toFixed(3)}`;
