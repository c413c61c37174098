/**
 * The card of a deployable monitor, schema `oodlab.monitor/1`: monitor.json beside monitor.onnx. It says what the file
 * is, what it must be fed, what its answer means and how it was checked. Read back by `oodlab score --monitor`.
 */
import { z } from 'zod';
import { AppError } from './errors.ts';
import { planSchema, preprocessSchema } from './plan.ts';

const estimate = z.object({ value: z.number(), low: z.number(), high: z.number() });
const warning = z.object({ code: z.string(), message: z.string() });
const otherValue = z.union([z.number(), z.boolean(), z.array(z.number())]);

/** A dense tensor: values little-endian, row-major, in base64. */
const tensorSchema = z.object({ name: z.string(), dtype: z.string(), shape: z.array(z.int().min(0)), base64: z.string() });
export type CardTensor = z.infer<typeof tensorSchema>;

/** Alarms of one measured set: false ones in a test set, true ones in an ood set. Intervals are Clopper-Pearson, 95 %. */
const rateSchema = z.object({
  set: z.string(),
  role: z.enum(['test', 'ood']),
  images: z.int().min(1),
  alarms: z.int().min(0),
  rate: estimate,
  /** Against the test images; null for test sets. */
  auroc: estimate.nullable(),
});
export type MonitorRate = z.infer<typeof rateSchema>;

/** P(alarm) of an in-distribution image is at most `bound` = rank / (calibration images + 1) (split conformal). */
const conformalSchema = z.object({
  calibrationImages: z.int().min(1),
  rank: z.int().min(0),
  bound: z.number(),
  /** 90 % of calibration sets of this size give a realised rate in here: Beta(rank, n + 1 - rank). */
  realised: z.object({ mean: z.number(), low: z.number(), high: z.number() }),
});

const falseAlarmSchema = z.object({
  /** Share of in-distribution alarms that the plan asked for. */
  wanted: z.number(),
  /** All test sets together; null: the plan has none. */
  observed: z.object({ images: z.int().min(1), alarms: z.int().min(0), rate: estimate }).nullable(),
  conformal: conformalSchema.nullable(),
  statement: z.string(),
});

const paritySchema = z.object({
  images: z.int().min(0),
  sets: z.array(z.string()),
  /** Largest |monitor - evaluation| / max(1, |evaluation|) over all images. */
  maxRelativeDifference: z.number(),
  limit: z.number(),
  /** Decisions that differ from the evaluation's; all of them lie within `limit` of the threshold. */
  flipped: z.int().min(0),
  onnxruntime: z.string(),
  provider: z.string(),
});

const percentilesSchema = z.object({ p50: z.number(), p95: z.number(), p99: z.number() });

/** One image at a time on the machine that exported, in milliseconds; warm-up left out. */
const latencySchema = z.object({
  /** Images in one run: 1, or the network's fixed batch size. */
  batch: z.int().min(1),
  /** Runs of each way that were counted. */
  runs: z.int().min(1),
  monitor: percentilesSchema,
  /** The network inside the file, to its own outputs. */
  network: percentilesSchema,
  /** Of the medians: what the monitor costs, in passes of the bare network. */
  ratio: z.number(),
  provider: z.string(),
  /** null: ONNX Runtime's choice. */
  threads: z.int().min(1).nullable(),
  hardware: z.string(),
});

const goldenSchema = z.object({
  set: z.string(),
  at: z.string(),
  /** SHA-256 of the decoded pixels before preprocessing. */
  sha256: z.string(),
  inputs: z.array(tensorSchema),
  /** The score and the decision always; the network's own outputs where they are small. */
  outputs: z.array(tensorSchema),
});

export const monitorCardSchema = z.object({
  schema: z.literal('oodlab.monitor/1'),
  oodlab: z.string(),
  name: z.string(),
  detector: z.object({
    id: z.string(),
    pca: z.int().min(1).nullable(),
    /** entropy: of the Monte-Carlo samples. latent: the hooked tensor itself, no sampling. */
    space: z.enum(['entropy', 'latent']),
    features: z.int().min(1),
    nFit: z.int().min(1),
    facts: z.record(z.string(), z.number()),
  }),
  hashes: z.object({ monitor: z.string(), model: z.string(), plan: z.string(), datasets: z.record(z.string(), z.string()) }),
  file: z.object({
    name: z.literal('monitor.onnx'),
    bytes: z.int().min(1),
    /** Version of each operator set; '' is standard ONNX. */
    opsets: z.record(z.string(), z.int()),
    irVersion: z.int(),
    /** Kinds of node that were added behind the network, all of them standard ONNX. */
    addedOps: z.array(z.string()),
  }),
  input: z.object({
    name: z.string(),
    dtype: z.enum(['float32', 'uint8']),
    layout: z.enum(['NCHW', 'NHWC']),
    channels: z.int().min(1),
    height: z.int().min(1),
    width: z.int().min(1),
    /** False: one image without a batch axis. */
    batchAxis: z.boolean(),
    /** null: any batch size. A number: always this many images; fill up with any image and ignore its answer. */
    fixedBatch: z.int().min(1).nullable(),
  }),
  otherInputs: z.record(z.string(), otherValue),
  preprocess: preprocessSchema,
  outputs: z.object({
    /** The network's own, under their own names. */
    own: z.array(z.string()),
    score: z.literal('ood_score'),
    decision: z.literal('in_distribution'),
    entropies: z.literal('entropies').nullable(),
  }),
  /** As exported: with a mask bank even where the evaluation drew masks for each image. */
  plan: planSchema,
  constants: z.object({
    /** Monte-Carlo samples; 0 without sampling. */
    samples: z.int().min(0),
    neighbour: z.int().min(0),
    minDistance: z.number(),
    /** Masks of the bank that dropped everything and were drawn again. */
    redrawnMasks: z.int().min(0),
  }),
  threshold: z.object({
    /** null: no alarm is ever raised. */
    value: z.number().nullable(),
    rule: z.string(),
    /** True: in-distribution iff score > value; false: iff score >= value. */
    strict: z.boolean(),
    meaning: z.string(),
  }),
  falseAlarm: falseAlarmSchema,
  masks: z.object({
    evaluated: z.enum(['bank', 'per-image', 'none']),
    exported: z.enum(['bank', 'none']),
    /** True: the detector was fitted again on entropies of the bank. */
    refitted: z.boolean(),
  }),
  /** The figures of the evaluation and of the exported monitor, row by row for the same sets; equal unless refitted. */
  figures: z.object({ asEvaluated: z.array(rateSchema), asExported: z.array(rateSchema) }),
  parity: paritySchema,
  /** Missing on cards of earlier versions and where no image could be read. */
  latency: latencySchema.optional(),
  golden: z.array(goldenSchema),
  warnings: z.array(warning),
});
export type MonitorCard = z.infer<typeof monitorCardSchema>;

/** Checks a card from outside. Throws E_INPUT with one sentence that names the field. */
export function parseMonitorCard(value: unknown, source: string): MonitorCard {
  const parsed = monitorCardSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const at = issue.path.length === 0 ? 'the file' : issue.path.map(String).join('.');
  throw new AppError('E_INPUT', `${source} is not a monitor card that this Oodlab reads: ${at}: ${issue.message}.`, {
    next: 'Use the monitor.json that was exported with this monitor, or export it again.',
  });
}
