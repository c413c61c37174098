/**
 * All hygiene checks of a run, from what its stages left in the project. What reads every image or every entropy is found
 * again by the content of the sets, so that another detector or PCA size costs nothing.
 */
import type { ModelWarning } from '../../shared/domain.ts';
import { FILE_CUES, type CueRow, type Hygiene } from '../../shared/hygiene.ts';
import type { Plan } from '../../shared/plan.ts';
import type { DetectorSummary } from '../../shared/results.ts';
import { contentKey } from '../pipeline/keys.ts';
import type { SampledSet } from '../pipeline/sampled-set.ts';
import { MOST_AT_FLOOR } from '../preflight/rate.ts';
import { NOT_FINITE } from '../sampling/reduce-outputs.ts';
import { storageErrors, type Project } from '../storage/open-project.ts';
import { classWarnings } from './class-counts.ts';
import { detectorWarnings, sizeWarnings } from './detector-warnings.ts';
import { fedMoments, fedWarnings } from './fed-moments.ts';
import { floorShare } from './floor-share.ts';
import { nearDuplicates } from './near-duplicates.ts';
import { readTraces } from './set-traces.ts';
import { CUE_BOUND, trivialCues } from './trivial-cues.ts';
import { hygieneWarning } from './warning.ts';

/** Counts up when a check changes, so that nothing older is found. */
const VERSION = 1;

export interface HygieneInput {
  project: Project;
  plan: Plan;
  sets: readonly SampledSet[];
  detectors: readonly DetectorSummary[];
  signal?: AbortSignal | undefined;
}

export interface CheckedHygiene {
  hygiene: Hygiene;
  warnings: ModelWarning[];
}

export async function checkHygiene(input: HygieneInput): Promise<CheckedHygiene> {
  const { sets, detectors } = input;
  const images = await cached(input, 'hygiene-images', sets.map(imageKey), () => imageChecks(input));
  const atFloor = await cached(
    input,
    'hygiene-floor',
    sets.map(({ key }) => key),
    () => Promise.resolve(floorShares(input)),
  );
  return {
    hygiene: { ...images.hygiene, atFloor },
    warnings: [
      ...sizeWarnings(sets),
      ...sets.flatMap(notFinite),
      ...images.warnings,
      ...Object.entries(atFloor ?? {})
        .filter(([, share]) => share > MOST_AT_FLOOR)
        .map(([set, share]) => hygieneWarning('ENTROPY_FLOOR', { set, share })),
      ...detectorWarnings(detectors),
    ],
  };
}

/** What the image checks depend on. */
function imageKey({ set, sha256, entries, count, classNames }: SampledSet): unknown {
  return { name: set.name, role: set.role, sha256, entries, count, classNames };
}

async function cached<T>({ project, plan }: HygieneInput, kind: string, keys: unknown, make: () => Promise<T>): Promise<T> {
  const key = contentKey({ version: VERSION, keys, preprocess: plan.model.preprocess });
  const known = project.artifacts.json(kind, key) as T | undefined;
  if (known !== undefined) return known;
  const made = await make();
  storageErrors(project.file, () => project.artifacts.putJson(kind, key, made));
  return made;
}

type ImageChecks = { hygiene: Omit<Hygiene, 'atFloor'>; warnings: ModelWarning[] };

async function imageChecks({ project, plan, sets, signal }: HygieneInput): Promise<ImageChecks> {
  const read = sets.map((set) => readTraces(project.samples, set));
  const known = read.filter((traces) => traces !== null);
  const unknown = sets.filter((_, i) => read[i] === null).map(({ set }) => set.name);
  const byRole = (role: string) => known.filter(({ set }) => set.set.role === role);
  const cues = trivialCues(byRole('test'), byRole('ood'));
  const duplicates = await nearDuplicates(known, signal);
  const fed = known.map(fedMoments);
  const older = sets.filter(({ layout, set }) => layout !== 'entropies' && unknown.includes(set.name));
  return {
    hygiene: {
      cueBound: CUE_BOUND,
      cues,
      nearDuplicates: duplicates,
      fed: fed.map(({ set, role, mean, deviation }) => ({ set, role, mean, deviation })),
      unknown,
    },
    warnings: [
      ...cueWarnings(cues),
      ...known
        .filter(({ set }) => duplicates.counts[set.set.name] > 0)
        .map(({ set: { set } }) => hygieneWarning('NEAR_DUPLICATES', { set: set.name, count: duplicates.counts[set.name] })),
      ...classWarnings(byRole('fit'), byRole('test')),
      ...fedWarnings(fed, plan.model.preprocess),
      ...(older.length === 0 ? [] : [hygieneWarning('HYGIENE_UNKNOWN', { sets: older.map(({ set }) => set.name).join(', ') })]),
    ],
  };
}

/** Of each OoD set at most one for its files and one for its pictures, the cues best first. */
function cueWarnings(rows: readonly CueRow[]): ModelWarning[] {
  const oods = [...new Set(rows.map(({ ood }) => ood))];
  return oods.flatMap((ood) =>
    ([true, false] as const).flatMap((ofFile): ModelWarning[] => {
      const strong = rows
        .filter((row) => row.ood === ood && row.separates && FILE_CUES.includes(row.cue) === ofFile)
        .sort((a, b) => separation(b) - separation(a));
      if (strong.length === 0) return [];
      const { value, low, high } = strong[0].auroc;
      const [from, to] = value >= 0.5 ? [low, high] : [1 - high, 1 - low];
      const cues = strong.map(({ cue }) => cue).join(',');
      const values = { ood, cues, auroc: separation(strong[0]), low: from, high: to };
      return [hygieneWarning(ofFile ? 'CUE_OF_FILE' : 'CUE_OF_PICTURE', values)];
    }),
  );
}

const separation = ({ auroc }: CueRow): number => Math.max(auroc.value, 1 - auroc.value);

function floorShares({ project, plan, sets }: HygieneInput): Record<string, number> | null {
  if (plan.sampling.mechanism === 'none') return null;
  const fits = sets.filter(({ set, layout }) => set.role === 'fit' && layout !== 'entropies');
  return Object.fromEntries(fits.map(({ set, id }) => [set.name, floorShare(project.samples, id, plan.sampling.samples)]));
}

function notFinite({ set, count, rejected }: SampledSet): ModelWarning[] {
  const bad = rejected.filter(({ reason }) => reason.startsWith(NOT_FINITE)).length;
  return bad === 0 ? [] : [hygieneWarning('NOT_FINITE', { set: set.name, count: bad, of: count + rejected.length })];
}
