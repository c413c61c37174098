/** What every part of the bench is given, and how much it does in its three sizes. */
import type { PlanFile } from '../pipeline/resolve-plan.ts';
import type { OpenSamplers } from '../sampling/job.ts';

export interface Effort {
  /** Counted rounds of forward passes, and of the reference's way. */
  rounds: number;
  referenceRounds: number;
  /** Rows, features and test rows of the estimators, and their rounds. */
  estimators: { fit: number; features: number; test: number; rounds: number; warmUp: number };
  /**
   * Images of the synthetic set; resident size is told at a quarter, a half and all of them. The first 20,000 or so fill the
   * heaps of both processes, so growth shows only beyond them.
   */
  images: number;
  /** Of those, how many the re-evaluation is about. */
  reevaluated: number;
  /** Simulated evaluations of the coverage study. */
  evaluations: number;
  /** The study of masks: images of each set at most, and seeds of the masks. */
  masks: { images: number; seeds: number };
  /** Changes of each kind that are timed. */
  changes: number;
  /** Images of the folder and of the archives that are listed, and gigabytes of an archive. */
  listing: { images: number; gigabytes: number };
}

/** The sizes that the product's promises are about; a smaller bench shows its figures without a verdict. */
export const PROMISED = {
  estimators: { fit: 50_000, features: 512, test: 10_000 },
  images: 20_000,
  reevaluated: 10_000,
  listing: { images: 50_000, gigabytes: 5 },
};

export const EFFORT = {
  quick: {
    rounds: 5,
    referenceRounds: 3,
    estimators: { fit: 10_000, features: 256, test: 2000, rounds: 3, warmUp: 1 },
    evaluations: 200,
    masks: { images: 400, seeds: 3 },
    images: 4000,
    reevaluated: 2000,
    changes: 2,
    listing: { images: 5000, gigabytes: 0.5 },
  },
  normal: {
    rounds: 15,
    referenceRounds: 9,
    estimators: { ...PROMISED.estimators, rounds: 2, warmUp: 0 },
    evaluations: 1000,
    masks: { images: 1000, seeds: 5 },
    images: 80_000,
    reevaluated: 10_000,
    changes: 3,
    listing: PROMISED.listing,
  },
  full: {
    rounds: 31,
    referenceRounds: 21,
    estimators: { ...PROMISED.estimators, rounds: 5, warmUp: 1 },
    evaluations: 1000,
    masks: { images: 1000, seeds: 5 },
    images: 100_000,
    reevaluated: 10_000,
    changes: 5,
    listing: PROMISED.listing,
  },
} as const satisfies Record<string, Effort>;

export type BenchSize = keyof typeof EFFORT;

export interface BenchOptions {
  size: BenchSize;
  /** Parts to run; all of them when left out. */
  only?: readonly string[] | undefined;
  /** Of every session. */
  threads: number;
  /** Starts inference processes as a run does. */
  openSamplers: OpenSamplers;
  /** Inference processes that `openSamplers` started, those that have ended included. */
  inferencePids: () => readonly number[];
  signal?: AbortSignal | undefined;
  /** Told what is measured next. */
  onStep: (what: string) => void;
  /** What the study of masks is about: the bundled evaluation, or another plan. */
  demo: PlanFile;
}

/** The same for one part: with a folder for its files. */
export interface PartOptions extends BenchOptions {
  effort: Effort;
  folder: string;
}
