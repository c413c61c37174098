/**
 * What the window is shown: plain snapshots made by core and drawn by the renderer. Nothing here is a tensor; lists that
 * may be long are asked for by range, pictures by a media address.
 */
import type { HistogramChart } from '../charts/histograms.ts';
import type { PcaChart } from '../charts/pca-sizes.ts';
import type { RocChart } from '../charts/roc.ts';
import type { StabilityChart } from '../charts/seed-stability.ts';
import type { SeverityChart } from '../charts/severity.ts';
import type { HookKind, ModelInfo, ModelWarning, RejectedImage, Role } from '../domain.ts';
import type { ErrorData } from '../errors.ts';
import type { Plan, PlanDataset, Preprocess } from '../plan.ts';
import type { Stamp } from '../protocol-reading.ts';
import type { Results } from '../results.ts';

/** A plan that is still being made: every part that a user must choose may be missing. Paths are absolute. */
export interface Draft {
  name: string;
  model: Plan['model'] | null;
  hook: Plan['hook'] | null;
  sampling: Plan['sampling'];
  datasets: DraftDataset[];
  pca: Plan['pca'];
  detectors: Plan['detectors'];
  baselines: Plan['baselines'];
  threshold: Plan['threshold'];
  selection: Plan['selection'];
  runtime: Plan['runtime'];
  severity?: Plan['severity'];
}

/** `id` stays the same when the set is renamed or its role changes. */
export type DraftDataset = PlanDataset & { id: string };

export const STEPS = ['dataset', 'model', 'hook', 'evaluate', 'export'] as const;
export type StepId = (typeof STEPS)[number];

/** Why a step cannot be left for the next one: a key of the catalogue with its values, most important first. */
export interface Blocker {
  code:
    | 'set-reading'
    | 'set-broken'
    | 'no-sets'
    | 'no-fit-set'
    | 'no-test-set'
    | 'no-ood-set'
    | 'no-model'
    | 'model-broken'
    | 'model-reading'
    | 'no-hook'
    | 'hook-not-in-model'
    | 'no-detector'
    | 'no-run';
  values?: Record<string, string | number>;
}

export interface StepView {
  id: StepId;
  state: 'empty' | 'ready' | 'running' | 'done' | 'attention' | 'error';
  /** What stands in the way of the next step; empty: it is open. */
  blockers: Blocker[];
}

export type Loading<T> =
  { state: 'reading'; done: number; total: number | null } | { state: 'ready'; value: T } | { state: 'broken'; error: ErrorData };

export interface DatasetFacts {
  layout: string;
  /** Images that could be decoded, and how many entries there are with a limit applied. */
  count: number;
  entries: number;
  rejected: RejectedImage[];
  ignored: number;
  classCounts: [name: string, count: number][] | null;
  /** Most frequent first. */
  sizes: [width: number, height: number, count: number][];
  formats: [format: string, count: number][];
  sha256: string;
  /** Images that stand, pixel for pixel, in a set of another role too, by that set's id. */
  duplicates: { id: string; count: number }[];
}

export interface DatasetView extends DraftDataset {
  facts: Loading<DatasetFacts>;
  /** Index of the set among the OoD sets of the plan (its colour and marker), or null for InD. */
  oodIndex: number | null;
}

export interface ModelView {
  path: string;
  info: Loading<ModelInfo>;
}

export interface RunSummary {
  id: number;
  state: 'running' | 'done' | 'cancelled' | 'failed' | 'interrupted';
  startedAt: string;
  endedAt: string | null;
  planHash: string;
  samples: number;
  hook: string;
  error: ErrorData | null;
  /** null: it has none yet, or an older Oodlab made it. */
  stamp: Stamp | null;
  /** How many warnings its results carry; 0 without results. */
  warnings: number;
  /** True when the draft still is the plan of this run. */
  current: boolean;
}

export interface ProjectView {
  /** Counts up with every change; an older one is ignored. */
  seq: number;
  file: string;
  /** True for a project that lives in a temporary folder: the demo, until it is saved elsewhere. */
  temporary: boolean;
  draft: Draft;
  /** Of the draft as a plan; null while it is not complete. */
  planHash: string | null;
  datasets: DatasetView[];
  model: ModelView | null;
  steps: StepView[];
  runs: RunSummary[];
  /** Ids of sets that were removed and can be put back. */
  removed: { id: string; name: string }[];
  /** Different choices whose test figures this project has shown. */
  looks: number;
  savedAt: string;
}

/** One long job at a time and project; the last one stays until another starts. */
export interface JobView {
  id: string;
  kind: 'run' | 'preflight' | 'check' | 'export' | 'selftest';
  seq: number;
  state: 'running' | 'stopping' | 'done' | 'failed' | 'cancelled';
  /** Of the run that it makes, once there is one. */
  runId: number | null;
  startedAt: string;
  elapsedSeconds: number;
  stages: JobStage[];
  /** Over all stages, 0 to 1; null: unknown. */
  fraction: number | null;
  etaSeconds: number | null;
  /** What is being worked on: a set's name. */
  item: string | null;
  /** Images per second over the time of the sampling, at most 240 points. */
  rates: [seconds: number, rate: number][];
  /** Chunks that are committed, of all; and how many images a crash would lose at most. */
  saved: { chunks: number; of: number; atRisk: number } | null;
  provider: string | null;
  batchSize: number | null;
  /** Times that the inference process was replaced in this job. */
  restarts: number;
  error: ErrorData | null;
}

export interface JobStage {
  name: string;
  state: 'waiting' | 'running' | 'done';
  done: number;
  total: number | null;
  rate: number | null;
  seconds: number | null;
}

/** An image of a set: `media` is an address under app://main/media/. */
export interface ImageView {
  index: number;
  at: string;
  media: string;
  label: string | null;
}

/** Pictures are data: addresses of PNGs; first the image as it is, then severities 1 to 5. */
export interface DerivePreview {
  at: string;
  pictures: string[];
}

export interface ClaimView {
  low: number;
  high: number;
  /** One-sided 95 % bound on the side that a requirement asks about. */
  bound: number;
}

/** What the network is fed, for one image. Pictures are data: addresses of PNGs. */
export interface PreviewView {
  at: string;
  label: string | null;
  file: { picture: string; width: number; height: number; channels: number; low: number; high: number };
  resized: { picture: string; width: number; height: number; changed: boolean };
  tensor: { picture: string; shape: number[]; low: number; high: number };
}

export interface TensorStats {
  images: number;
  low: number;
  high: number;
  mean: number;
  deviation: number;
  histogram: { edges: number[]; counts: number[] };
}

export interface PresetResult {
  preset: string;
  preprocess: Preprocess;
  /** null: no labels, or no logits. */
  accuracy: { right: number; of: number; low: number; high: number } | null;
  error: ErrorData | null;
}

export interface PredictionView extends ImageView {
  predicted: string;
  probability: number;
  right: boolean | null;
}

/** How well the network is fed: on at most 256 calibrate (else fit) images; sealed sets are never used. */
export interface CheckView {
  set: string;
  images: number;
  current: PresetResult;
  presets: PresetResult[];
  predictions: PredictionView[];
  stats: TensorStats | null;
  msPerImage: number;
  provider: string;
}

export interface GraphNode {
  id: string;
  op: string;
  label: string;
  /** Path of the blocks it lies in, outermost first. */
  path: string[];
  inputs: string[];
  outputs: GraphTensor[];
}

export interface GraphTensor {
  name: string;
  shape: string | null;
  /** Index in ModelInfo.hooks, or null when it cannot be hooked. */
  hook: number | null;
}

export interface GraphView {
  nodes: GraphNode[];
  inputs: string[];
  outputs: string[];
}

export interface CandidateView {
  tensors: string[];
  label: string;
  kind: HookKind;
  shape: number[];
  features: number;
  deadChannels: number;
  /** Share of entropies at the estimator's floor, 0 to 1. */
  atFloor: number;
  /** Share of the map that masks really drop. */
  dropped: number;
  /** Chance that a mask drops every position. */
  dropsAll: number;
  /** Share of the network's time that is spent up to here, 0 to 1. */
  cost: number;
  /** Leave-one-out LaRED on the pre-flight's images; null without OoD images to compare with. */
  auroc: { value: number; low: number; high: number } | null;
  rating: 'good' | 'usable' | 'avoid';
  /** Which of its figures made it less than good. */
  reasons: ('dead-channels' | 'floor' | 'drops-all' | 'no-drop' | 'auroc' | 'stochastic')[];
}

export interface PreflightView {
  /** Images and set of each side; ood null when no set may be used. */
  ind: { set: string; images: number };
  ood: { set: string; images: number } | null;
  seconds: number;
  candidates: CandidateView[];
  /** Hook points that could not be rated, each with the reason. */
  unrated: { label: string; tensors: string[]; reason: string }[];
  planHash: string | null;
}

/** A picture of masks on the feature map. Pictures are data: addresses of PNGs. */
export interface MasksView {
  image: string;
  channel: number;
  map: string;
  samples: string[];
  shape: number[];
  /** What the settings do, over many draws. */
  facts: { dropped: number; dropsNothing: number; dropsAll: number; draws: number; overhead: number | null };
}

export interface ResultsView {
  run: RunSummary;
  results: Results;
  /** Detectors times PCA sizes that were tried. */
  candidates: number;
}

export interface RateView {
  set: string;
  count: number;
  of: number;
  low: number;
  high: number;
}

export interface OperatingView {
  threshold: number;
  rule: string;
  calibrationCount: number;
  rates: RateView[];
  /** Right of all, right of the accepted, alarmed of the wrong; null without labels or predictions. */
  accuracy: { all: [number, number]; accepted: [number, number]; wrongAlarmed: [number, number] } | null;
  /** Scores of the measured sets next to the threshold, where a rate changes; null at the ends. */
  previous: number | null;
  next: number | null;
}

export interface WorstItem extends ImageView {
  set: string;
  score: number;
  prediction: string | null;
  probability: number | null;
}

export interface WorstView {
  kind: 'misses' | 'alarms';
  set: string;
  total: number;
  items: WorstItem[];
}

/** null where the run has nothing to draw of a kind. */
export interface ChartsView {
  scores: HistogramChart | null;
  roc: RocChart | null;
  pca: PcaChart | null;
  stability: StabilityChart | null;
  severity: SeverityChart | null;
}

/** The detectors' vectors on the first two principal components of the fit images; at most 1,000 points a set. */
export interface MapView {
  axes: { explained: number }[];
  sets: { name: string; role: Role; oodIndex: number | null; points: [x: number, y: number, index: number][]; of: number }[];
}

export interface Difference {
  value: number;
  low: number;
  high: number;
  p: number | null;
}

export interface CompareView {
  a: RunSummary;
  b: RunSummary;
  config: { a: string; b: string };
  settings: { path: string; a: string; b: string; derived: boolean }[];
  equalSettings: number;
  /** Paired by image where both runs hold the same images; null where they do not. */
  figures: {
    set: string;
    role: Role;
    oodIndex: number | null;
    figure: 'auroc' | 'alarms';
    a: { value: number; low: number; high: number };
    b: { value: number; low: number; high: number };
    difference: Difference | null;
  }[];
  flips: { set: string; role: Role; oodIndex: number | null; onlyA: number; onlyB: number; agree: number }[];
  warnings: ModelWarning[];
}

export { EXPORT_ITEMS } from './export-views.ts';
export type { ExportFile, ExportItem, ExportView, PreviewOfReport, ReportFieldsView } from './export-views.ts';

export interface SelfTestView {
  at: string;
  seconds: number;
  topics: {
    topic: string;
    file: string;
    cases: number;
    worst: number;
    tolerance: number;
    state: 'agrees' | 'differs' | 'not-built';
    worstCase: string | null;
  }[];
}

export interface MachineView {
  cpu: string;
  threads: number;
  memoryBytes: number;
  onnxruntime: string;
  providers: { id: string; state: 'ready' | 'unavailable'; why: string | null }[];
}
