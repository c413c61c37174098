/**
 * The evaluation plan, schema `oodlab.plan/1` (PRODUCT.md): one JSON file that describes a whole evaluation.
 * `parsePlan` refuses unknown keys and writes out every default, so that results carry the plan as it was run.
 */
import { z } from 'zod';
import { CORRUPTION_IDS, SEVERITIES } from './corruptions.ts';
import { ladderProblem, withSources } from './derived-sets.ts';
import { AppError } from './errors.ts';
import { BASELINE_IDS, refusedDetector, type DetectorId } from './method-ids.ts';
import { canSelect } from './select-sets.ts';

const resizeMode = z.enum(['bilinear', 'nearest', 'bicubic']);
const size = z.strictObject({ height: z.int().min(1).max(16384), width: z.int().min(1).max(16384) });

export const preprocessSchema = z.strictObject({
  /** gray: one channel; rgb, bgr: three; A model whose input is uint8 gets the bytes as stored; scale, mean and std are then refused unless neutral. */
  color: z.enum(['gray', 'rgb', 'bgr']).default('rgb'),
  /** A size, or the length of the shorter side, or null for none. */
  resize: z
    .union([
      size.extend({ mode: resizeMode.default('bilinear') }),
      z.strictObject({ shorterSide: z.int().min(1).max(16384), mode: resizeMode.default('bilinear') }),
    ])
    .nullable()
    .default(null),
  centerCrop: size.nullable().default(null),
  scale: z.number().default(1 / 255),
  mean: z.array(z.number()).min(1).max(3).default([0]),
  std: z.array(z.number().positive()).min(1).max(3).default([1]),
  layout: z.enum(['NCHW', 'NHWC']).default('NCHW'),
});
export type Preprocess = z.infer<typeof preprocessSchema>;

const seed = z.int().min(0).max(Number.MAX_SAFE_INTEGER).default(0);

/** How class scores of pixels or boxes become one score of the image: by how OoD-like each of them is. */
export const aggregateSchema = z.strictObject({
  /** mean of all; max: the most OoD-like one; top: mean of the most OoD-like share. */
  rule: z.enum(['mean', 'max', 'top']),
  share: z.number().gt(0).lte(1).default(0.1),
});
export type Aggregate = z.infer<typeof aggregateSchema>;

const modelSchema = z.strictObject({
  path: z.string().min(1),
  input: z.string().min(1).nullable().default(null),
  logits: z.string().min(1).nullable().default(null),
  /** For `logits` of pixels or boxes; without it those are not read. */
  aggregate: aggregateSchema.optional(),
  preprocess: preprocessSchema.prefault({}),
  /** Fixed values for inputs other than the image: a number fills the tensor. Never filled in silently. */
  otherInputs: z.record(z.string(), z.union([z.number(), z.boolean(), z.array(z.number())])).default({}),
});

const hookSchema = z.strictObject({
  tensor: z.union([z.string().min(1), z.array(z.string().min(1)).min(1)]),
  kind: z.enum(['auto', 'conv', 'fc', 'tokens', 'rpn', 'roi']).default('auto'),
  /** fullmean | mean | mean:G | avgpool:K,S,P (NUMERICS section 2). */
  reduction: z
    .string()
    .regex(/^(fullmean|mean(:\d+)?|avgpool:\d+,\d+,\d+)$/, 'must be fullmean, mean, mean:G or avgpool:K,S,P')
    .default('fullmean'),
});

const samplingSchema = z.strictObject({
  mechanism: z.enum(['dropblock', 'dropout', 'model', 'none']).default('dropblock'),
  dropProb: z.number().min(0).lt(1).default(0.5),
  blockSize: z.int().min(1).max(4096).default(8),
  samples: z.int().min(2).max(1024).default(16),
  seed,
  masks: z.enum(['bank', 'per-image']).default('bank'),
});
export type Sampling = z.infer<typeof samplingSchema>;

const corruption = z.enum(CORRUPTION_IDS);
const severityLevel = z.literal(SEVERITIES);

/** How an OoD set is made from an in-distribution one (engine/corruption), image by image. */
export const deriveSchema = z.strictObject({
  /** Name of the set it is made from. */
  from: z.string().min(1).max(200),
  corruption,
  severity: severityLevel,
  seed,
});

const datasetSchema = z.strictObject({
  name: z.string().min(1).max(200),
  role: z.enum(['fit', 'calibrate', 'select', 'test', 'ood']),
  /** A derived set has none in a file; it gets that of the set it is made from. */
  path: z.string().default(''),
  format: z.string().min(1).default('auto'),
  limit: z.int().min(1).nullable().default(null),
  /** Of a select set: out-of-distribution images (the default), or in-distribution ones to hold them against. */
  side: z.enum(['ind', 'ood']).optional(),
  derive: deriveSchema.optional(),
});
export type PlanDataset = z.infer<typeof datasetSchema>;

const thresholdSchema = z.strictObject({
  rule: z.enum(['conformal', 'quantile', 'zscore']).default('conformal'),
  falseAlarm: z.number().gt(0).lt(1).default(0.05),
});

/** How one detector and PCA size is chosen before the test sets are looked at. */
const selectionSchema = z.strictObject({
  /**
   * auto: select where there is a select set, else none. split: a seeded share of the test and OoD images becomes select
   * sets. reference: by mean AUROC over the OoD test sets, as the reference does; optimistic.
   */
  rule: z.enum(['auto', 'none', 'select', 'split', 'reference']).default('auto'),
  /** Of the images that split sets aside. */
  share: z.number().gt(0).lt(1).default(0.2),
  /** Hook and sampling were chosen by a search over this many candidates, on these sets. */
  search: z
    .strictObject({ candidates: z.int().min(1), images: z.int().min(1), ind: z.string(), ood: z.array(z.string()).min(1) })
    .optional(),
});

/** The severity ladder: corruptions of growing strength drawn onto a test set. */
export const severitySchema = z.strictObject({
  /** Name of the test set. */
  from: z.string().min(1).max(200),
  corruptions: z
    .preprocess((chosen) => (chosen === 'all' ? CORRUPTION_IDS : chosen), z.array(corruption).min(1))
    .transform((chosen) => [...new Set(chosen)])
    .prefault('all'),
  severities: z
    .array(severityLevel)
    .min(1)
    .default([...SEVERITIES]),
  /** Images of each step: the first ones of the set. */
  limit: z.int().min(1).nullable().default(200),
  seed,
});

const runtimeSchema = z.strictObject({
  provider: z.enum(['auto', 'cpu', 'webgpu', 'cuda', 'tensorrt', 'dml', 'coreml']).default('auto'),
  batchSize: z.int().min(1).max(4096).nullable().default(null),
  threads: z.int().min(1).max(1024).nullable().default(null),
});

const detectorId = z.custom<DetectorId>((id) => refusedDetector(id) === null, {
  error: ({ input }) => refusedDetector(input) ?? '',
});

const baselineId = z.enum(BASELINE_IDS, {
  error: ({ input }) => `there is no baseline ${JSON.stringify(input)}; it must be one of ${BASELINE_IDS.join(', ')}`,
});

export const planSchema = z.strictObject({
  schema: z.literal('oodlab.plan/1'),
  name: z.string().min(1).max(200).default('Untitled evaluation'),
  model: modelSchema,
  hook: hookSchema,
  sampling: samplingSchema.prefault({}),
  datasets: z.array(datasetSchema).min(1),
  pca: z.array(z.int().min(1).nullable()).min(1).default([null]),
  detectors: z.array(detectorId).default(['larem', 'lared']),
  baselines: z.array(baselineId).default([]),
  threshold: thresholdSchema.prefault({}),
  selection: selectionSchema.prefault({}),
  runtime: runtimeSchema.prefault({}),
  severity: severitySchema.optional(),
});

/** A plan with every default written out. */
export type Plan = z.infer<typeof planSchema>;

/** Checks a plan from outside. Throws E_INPUT with one sentence that names the field and what it must be. */
export function parsePlan(value: unknown, source = 'the plan'): Plan {
  const parsed = planSchema.safeParse(value);
  if (!parsed.success) throw planError(parsed.error.issues, source);
  const plan = parsed.data;
  const names = new Set<string>();
  for (const set of plan.datasets) {
    if (names.has(set.name))
      throw refuse(source, `datasets: the name "${set.name}" stands twice`, 'Give every data set a name of its own.');
    names.add(set.name);
    if (set.side !== undefined && set.role !== 'select')
      throw refuse(source, `datasets: "${set.name}" has a side, but only a select set has one`, 'Remove "side".');
  }
  const datasets = withSources(plan.datasets, ({ what, next }) => refuse(source, `datasets: ${what}`, next));
  const ladder = ladderProblem(plan.severity, datasets);
  if (ladder !== null) throw refuse(source, `severity.from: ${ladder.what}`, ladder.next);
  if (!plan.datasets.some((set) => set.role === 'fit')) {
    throw refuse(source, 'datasets: no set has the role "fit"', 'Add an in-distribution set with "role": "fit".');
  }
  if (plan.selection.rule === 'select' && !canSelect(plan.datasets)) {
    throw refuse(
      source,
      'selection.rule is "select", but no OoD set has the role "select"',
      'Give one that role, or let "split" set a part of the test and OoD images aside.',
    );
  }
  if (plan.model.preprocess.mean.length !== plan.model.preprocess.std.length) {
    throw refuse(source, 'model.preprocess: mean and std differ in length', 'Give one value, or one for each channel, in both.');
  }
  return { ...plan, datasets };
}

function planError(issues: z.core.$ZodIssue[], source: string): AppError {
  const issue = issues[0];
  if (issue === undefined) return refuse(source, 'it is not valid', 'Compare it with the example in README.md.');
  const at = issue.path.length === 0 ? 'the file' : issue.path.map(String).join('.');
  if (issue.code === 'unrecognized_keys') {
    return refuse(source, `unknown key "${issue.keys.join('", "')}" in ${at}`, 'Remove it or correct its spelling.');
  }
  return refuse(source, `${at}: ${issue.message}`, 'Correct this field.');
}

function refuse(source: string, what: string, next: string): AppError {
  return new AppError('E_INPUT', `${source}: ${what}.`, { next });
}
