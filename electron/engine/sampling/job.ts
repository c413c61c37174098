/**
 * What core asks of an inference process: open a job once, then batches of entries of its sets. Plain data, so that
 * it crosses the process border; vectors come back reduced, images and tensors stay where they were made.
 */
import type { HookKind, ModelWarning } from '../../shared/domain.ts';
import type { Plan } from '../../shared/plan.ts';
import type { ProviderCheck } from '../../shared/results.ts';
import type { SetSource } from '../dataset/set-source.ts';
import type { ByExtra, Chunk } from '../storage/sample-repository.ts';

export interface JobSet extends SetSource {
  /** Name in the plan; also names the stream of random numbers for per-image masks. */
  name: string;
}

export interface SampleJob {
  model: Plan['model'];
  hook: Plan['hook'];
  sampling: Plan['sampling'];
  sets: JobSet[];
  runtime: Plan['runtime'];
  /** Whether logits are needed: for baselines and predictions. */
  wantLogits: boolean;
  /** Further vectors, for the detectors and baselines that read them; absent: none. */
  extras?: WantedExtras;
}

/** Part of the content key of sampled vectors: what is not wanted is left out. */
export interface WantedExtras {
  /** Joint entropy of the samples. */
  joint?: true;
  /** Name of the tensor that the last layer reads. */
  penultimate?: string;
  /** Predictive entropy and mutual information of the sampled logits; with mechanism "model" only. */
  uncertainty?: true;
  /** Entropies of the first N samples as well, for each of these N below the plan's own. */
  first?: readonly number[];
}

export interface SamplerInfo {
  modelSha256: string;
  input: string;
  /** [channels, height, width] fed to the model. */
  inputShape: number[];
  logits: string | null;
  hookKind: HookKind;
  /** Shape of each hooked tensor for one image, without its batch axis. */
  hookShapes: number[][];
  entropyDim: number;
  latentDim: number;
  logitDim: number;
  /** Columns of the further vectors that the job gives; absent: none. */
  extras?: ByExtra<number>;
  /** Why a further vector that was wanted is not given: a sentence. */
  withheld?: ByExtra<string>;
  batchSize: number;
  provider: string;
  /** Absent on the CPU. */
  providerCheck?: ProviderCheck;
  threads: number | null;
  runtimeVersion: string;
  /** Masks of the bank that dropped every position and were drawn again. */
  bankRedraws: number;
  warnings: ModelWarning[];
}

export interface BatchRequest {
  set: string;
  from: number;
  to: number;
  /** The batch that will be asked for after this one: decoded while this one is inferred. */
  next?: { set: string; from: number; to: number };
}

/** Vectors of the accepted images among entries [from, to); dims are those of SamplerInfo. */
export type BatchResult = Omit<Chunk, 'start' | 'stop' | 'entropyDim' | 'latentDim' | 'logitDim'>;

export interface Sampler {
  readonly info: SamplerInfo;
  batch(request: BatchRequest, signal?: AbortSignal): Promise<BatchResult>;
  close(): Promise<void>;
}

/** Opens `count` samplers for the same job, each its own process where the host has processes. */
export type OpenSamplers = (job: SampleJob, count: number, signal?: AbortSignal) => Promise<Sampler[]>;
