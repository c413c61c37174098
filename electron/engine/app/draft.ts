/**
 * The draft of a plan: what the wizard edits. `planOf` makes the plan that a run gets, so the hash that is shown is the
 * hash of the run. In the project file paths inside its folder are relative: project and data can be moved together.
 */
import path from 'node:path';
import type { ModelInfo } from '../../shared/domain.ts';
import type { DraftPatch } from '../../shared/app/contract.ts';
import type { Draft } from '../../shared/app/views.ts';
import { parsePlan, planSchema, preprocessSchema, type Plan, type Preprocess } from '../../shared/plan.ts';
import { AppError } from '../../shared/errors.ts';

const { sampling, pca, detectors, baselines, threshold, selection, runtime } = planSchema.shape;

export function newDraft(name: string): Draft {
  return {
    name,
    model: null,
    hook: null,
    sampling: sampling.parse(undefined),
    datasets: [],
    pca: pca.parse([null, 4, 8, 16]),
    detectors: detectors.parse(undefined),
    baselines: baselines.parse(['msp', 'energy']),
    threshold: threshold.parse(undefined),
    selection: selection.parse(undefined),
    runtime: runtime.parse(undefined),
  };
}

/** @param plan with absolute paths. */
export function draftOf(plan: Plan): Draft {
  const { schema, datasets, ...rest } = plan;
  void schema;
  return { ...rest, datasets: datasets.map((set, i) => ({ ...set, id: `set-${i + 1}` })) };
}

/** The plan as it would be run with paths relative to `baseDir` where they lie below it; null while a part is missing. */
export function planOf(draft: Draft, baseDir: string): Plan | null {
  const { model, hook, datasets, ...rest } = draft;
  if (model === null || hook === null || !datasets.some(({ role }) => role === 'fit')) return null;
  const plan = {
    schema: 'oodlab.plan/1',
    ...rest,
    model,
    hook,
    datasets: datasets.map(({ id, ...set }) => (void id, set)),
  };
  try {
    return withPaths(parsePlan(plan), (file) => below(file, baseDir));
  } catch (error) {
    if (error instanceof AppError) return null;
    throw error;
  }
}

interface WithPaths {
  model: { path: string } | null;
  datasets: { path: string }[];
}

/** The same with every path changed. */
export function withPaths<T extends WithPaths>(parts: T, change: (file: string) => string): T {
  return {
    ...parts,
    model: parts.model === null ? null : { ...parts.model, path: change(parts.model.path) },
    datasets: parts.datasets.map((set) => ({ ...set, path: change(set.path) })),
  };
}

/** Relative, with '/', when it lies below the folder; else as it is. */
export function below(file: string, folder: string): string {
  const relative = path.relative(folder, file);
  const outside = relative === '' || relative === '..' || relative.startsWith(`..${path.sep}`) || path.isAbsolute(relative);
  return outside ? file : relative.split(path.sep).join('/');
}

/** Throws E_INPUT for a part of the model without a model. */
export function patched(draft: Draft, patch: DraftPatch): Draft {
  const { preprocess, input, logits, otherInputs, aggregate, severity, ...rest } = patch;
  const given = Object.fromEntries(Object.entries({ preprocess, input, logits, otherInputs }).filter(([, v]) => v !== undefined));
  const next: Draft = { ...draft, ...(rest as Partial<Draft>) };
  if (severity === null) delete next.severity;
  else if (severity !== undefined) next.severity = severity;
  if (Object.keys(given).length === 0 && aggregate === undefined) return next;
  if (draft.model === null) throw new AppError('E_INPUT', 'There is no model yet.', { next: 'Add a model first.' });
  const model = { ...draft.model, ...given, ...(aggregate && { aggregate }) };
  if (aggregate === null) delete model.aggregate;
  return { ...next, model };
}

/** A first guess from what the model's input states; normalisation is for the user, with the accuracy beside it. */
export function guessPreprocess(info: ModelInfo): Preprocess {
  const guess = preprocessSchema.parse({});
  const shape = info.inputs.find(({ name }) => name === info.imageInput)?.shape ?? null;
  if (shape === null || shape.length < 3) return guess;
  const [first, second, third] = shape.slice(-3);
  const last = third === 1 || third === 3;
  const layout = !(first === 1 || first === 3) && last ? 'NHWC' : 'NCHW';
  const [channels, height, width] = layout === 'NCHW' ? [first, second, third] : [third, first, second];
  return {
    ...guess,
    layout,
    color: channels === 1 ? 'gray' : 'rgb',
    resize: typeof height === 'number' && typeof width === 'number' ? { height, width, mode: 'bilinear' } : null,
  };
}

/** From a file's name to a name for people: no extension, no IDX suffix. */
export function setName(file: string, taken: ReadonlySet<string>): string {
  const bare = path
    .basename(file)
    .replace(/\.gz$/i, '')
    .replace(/[-.]?images[-.]idx3[-.]ubyte$/i, '')
    .replace(/\.(png|jpe?g|bmp|webp|zip|tar|parquet|npz|npy|mat)$/i, '')
    .replace(/[_]+/g, ' ')
    .trim();
  const name = (bare || 'Images').slice(0, 190);
  for (let n = 1; ; n++) {
    const candidate = n === 1 ? name : `${name} ${n}`;
    if (!taken.has(candidate)) return candidate;
  }
}
