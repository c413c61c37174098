/** The outcome of a run, schema `oodlab.results/1` (PRODUCT.md): what the table, the files and the window show. */
import type { ModelWarning, RejectedImage, Role } from './domain.ts';
import type { Plan } from './plan.ts';

/** A figure with its 95 % interval. */
export interface Estimate {
  value: number;
  low: number;
  high: number;
}

export interface MetricsRow {
  detector: string;
  /** Number of PCA components, null for none (always null for baselines). */
  pca: number | null;
  ood: string;
  nInd: number;
  nOod: number;
  auroc: Estimate;
  /** Area under precision-recall, in-distribution images as the positive class. */
  auprInd: Estimate;
  /** Area under precision-recall, out-of-distribution images as the positive class. */
  auprOod: Estimate;
  /** Share of OoD images accepted where 95 % of InD images are accepted (the CEA line). */
  fpr95IndPositive: Estimate;
  /** Share of InD images alarmed where 95 % of OoD images are alarmed (OpenOOD, pytorch-ood). */
  fpr95OodPositive: Estimate;
  /** An alarm is a score below it. */
  threshold: number;
  alarmRateInd: number;
  /** Clopper-Pearson, 95 %. */
  alarmRateIndInterval: [number, number];
  detectionRateOod: number;
  detectionRateOodInterval: [number, number];
}

export interface DatasetResult {
  name: string;
  role: Role;
  path: string;
  layout: string;
  /** Entries found, limit applied. */
  entries: number;
  /** Images that entered the evaluation. */
  count: number;
  rejected: RejectedImage[];
  /** Images of this set that stand, pixel for pixel, in a set of another role too. */
  duplicatesAcrossRoles: number;
  sha256: string;
}

export interface CalibrationResult {
  /** Where the calibration scores came from. */
  source: 'calibrate sets' | 'held out of the fit sets';
  count: number;
  /** Entries of the fit sets that were held out: share and seed of the draw. */
  heldOutShare: number | null;
}

export interface DetectorSummary {
  detector: string;
  pca: number | null;
  /** Images it was fitted on, and features after PCA. */
  nFit: number;
  features: number;
  threshold: number;
  rule: string;
  /** Figures of the fit that a reader may question: rank, condition number, explained variance. */
  facts: Record<string, number>;
}

export interface StageTiming {
  stage: string;
  set?: string;
  images: number;
  seconds: number;
}

/** Figures of one detector on one OoD set under each seed, in the order of the seeds. */
export interface StabilityRow {
  detector: string;
  pca: number | null;
  ood: string;
  alarmRatesInd: number[];
  detectionRatesOod: number[];
  aurocs: number[];
}

/** The same plan run again with other seeds of the masks; the first seed is the plan's own. */
export interface Stability {
  seeds: number[];
  rows: StabilityRow[];
}

export interface Results {
  schema: 'oodlab.results/1';
  plan: Plan;
  hashes: {
    model: string;
    plan: string;
    datasets: Record<string, string>;
    /** Merkle root over the model and every image; results of older versions lack it. */
    inputs?: string;
  };
  environment: {
    oodlab: string;
    node: string;
    onnxruntime: string;
    os: string;
    provider: string;
    threads: number | null;
    processes: number;
  };
  model: {
    input: string;
    inputShape: number[];
    logits: string | null;
    hookKind: string;
    hookShapes: number[][];
    latentFeatures: number;
    entropyFeatures: number;
  };
  datasets: DatasetResult[];
  calibration: CalibrationResult;
  detectors: DetectorSummary[];
  metrics: MetricsRow[];
  /** Only when the run was asked for more than one seed. */
  stability?: Stability;
  /** Masks that dropped every position and were drawn again. */
  redrawnMasks: number;
  warnings: ModelWarning[];
  timing: StageTiming[];
}
