/** The outcome of a run, schema `oodlab.results/1` (PRODUCT.md): what the table, the files and the window show. */
import type { CorruptionId, SeverityLevel } from './corruptions.ts';
import type { ModelWarning, RejectedImage, Role } from './domain.ts';
import type { Hygiene } from './hygiene.ts';
import type { Noise } from './noise.ts';
import type { Plan } from './plan.ts';

/** A provider against the CPU, on the same images and masks, before a run. */
export interface ProviderCheck {
  images: number;
  /** Largest difference of a value, as a share of the largest value of its tensor on the CPU. */
  worst: number;
  /** What `worst` may be at most. */
  bound: number;
  /** Nodes of the network and the sampling that ran. */
  nodes: number;
  /** Those that the provider left to the CPU, by operator. */
  onCpu: { op: string; nodes: number }[];
}

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
  /** Where it knew the class of each fit image from; only for detectors that need it. */
  classes?: ClassSource;
}

export type ClassSource = 'labels of the fit sets' | 'predicted classes';

/** A detector or baseline of the plan that has no figures. */
export interface NotRun {
  kind: 'detector' | 'baseline';
  id: string;
  pca: number | null;
  /** A sentence. */
  reason: string;
}

/** A detector at a PCA size: what a run scores, and what tests and choices are between. */
export interface ConfigName {
  detector: string;
  pca: number | null;
}

/** Two detectors on the same images of one OoD set: paired DeLong (NUMERICS2 section 3). */
export interface PairedComparison {
  ood: string;
  a: ConfigName;
  b: ConfigName;
  /** AUROC of a minus AUROC of b. */
  difference: Estimate;
  /** Two-sided, and adjusted by Holm for all pairs on this OoD set. */
  p: number;
  pHolm: number;
}

/** Law of the false-alarm rate that a conformal threshold really has, over calibration sets of this size. */
export interface FalseAlarmLaw {
  asked: number;
  /** The threshold is this many-th smallest of `calibration` scores; 0: it never alarms. */
  rank: number;
  calibration: number;
  mean: number;
  q05: number;
  q50: number;
  q95: number;
  probabilityAbove: number;
  /** Largest rank that keeps the rate at most `asked` for nine of ten calibration sets; 0: none does. */
  guaranteedRank: number;
}

/** What figures alone do not say: are detectors told apart, and what does the threshold promise? */
export interface Statistics {
  /** Which pairs are tested, decided by the number of detectors alone. */
  pairs: 'all' | 'with-main';
  /** The detector that the run is about; null when it has none. */
  main: ConfigName | null;
  /** Pairs on each OoD set: what Holm's correction is over. */
  testsPerSet: number;
  comparisons: PairedComparison[];
  /** null unless the threshold is conformal. */
  falseAlarm: FalseAlarmLaw | null;
  bootstrap: { replicates: number; seed: number };
  /** The comparisons in plain English sentences. */
  reading: string[];
}

/** The choice of the detector that the run is about, made without a look at the test sets (unless `optimistic`). */
export interface Selection {
  rule: 'none' | 'select' | 'split' | 'reference';
  /** Detectors times PCA sizes that were there to choose from. */
  candidates: number;
  /** null: nothing was chosen. */
  chosen: ConfigName | null;
  /** Of the chosen one, over the sets it was chosen on. */
  meanAuroc: number | null;
  /** Chosen on the test sets themselves: figures there are too good. */
  optimistic: boolean;
  /** Sets it was chosen on, and figures of every detector there. */
  ind: string[];
  ood: string[];
  metrics: MetricsRow[];
}

/** Whether the figures confirm a choice that was fixed before, or explore. */
export interface Protocol {
  /** sealed: the test sets were left alone, so there are no figures on them. */
  state: 'sealed' | 'confirmatory' | 'exploratory';
  /** Which look at these test images this is, counted in the project by different choices; 0 when sealed. */
  looks: number;
  /** Content key of everything that was chosen. */
  choice: string;
  sets: { name: string; looks: number }[];
  /** The choice itself was made on the test sets. */
  optimistic: boolean;
}

/** Figures at one strength of one corruption, drawn onto the first images of a test set. */
export interface SeverityStep {
  corruption: CorruptionId;
  severity: SeverityLevel;
  count: number;
  /** Of the images with a label; null: none has one, or the model has no logits. Clopper-Pearson, 95 %. */
  accuracy: Estimate | null;
  /** Of each detector, in the order of `clean.detectors`: alarms at its threshold (Clopper-Pearson), AUROC against the test images. */
  detectors: (ConfigName & { detectionRate: Estimate; auroc: Estimate })[];
}

/** The severity ladder: how detection rises, and accuracy falls, as anomalies grow. */
export interface SeverityLadder {
  /** The test set, and the seed of the draws. */
  from: string;
  seed: number;
  /** The same images without a corruption: where the ladder begins. */
  clean: { count: number; accuracy: Estimate | null; detectors: (ConfigName & { alarmRate: Estimate })[] };
  /** In the order of the corruptions, then of the severities. */
  steps: SeverityStep[];
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
    /** What was checked of the provider before the run; absent on the CPU and in results of older versions. */
    providerCheck?: ProviderCheck;
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
  /** The same of the baselines; nFit 0: fitted on nothing. Left out when there are none. */
  baselines?: DetectorSummary[];
  /** Left out when everything ran. */
  notRun?: NotRun[];
  metrics: MetricsRow[];
  /** Results of older versions lack these three; figures of vectors from elsewhere have no protocol. */
  statistics?: Statistics;
  selection?: Selection;
  protocol?: Protocol;
  /** Only when the plan has a severity ladder and the test sets were opened. */
  severity?: SeverityLadder;
  /** Only when the run was asked for more than one seed. */
  stability?: Stability;
  /** Only when it was asked for. */
  noise?: Noise;
  /** Masks that dropped every position and were drawn again. */
  redrawnMasks: number;
  /** Results of older versions lack it. */
  hygiene?: Hygiene;
  warnings: ModelWarning[];
  timing: StageTiming[];
}
