/**
 * The baselines of a plan: which can run, what they are fitted on, and why the others cannot. A last layer that was read from
 * the graph must give the model's own logits on the fit images before anything is made of it.
 */
import { BASELINES, type Baseline, type BaselineFit, baselineOf, denseBaseline } from '../baselines/registry.ts';
import { logitsOf, type Head } from '../baselines/head.ts';
import type { DetectorState } from '../detectors/detector.ts';
import { rowRange } from '../linalg/matrix.ts';
import { storageErrors } from '../storage/open-project.ts';
import { AppError } from '../../shared/errors.ts';
import { baselineReads, type BaselineId } from '../../shared/method-ids.ts';
import type { ClassSource } from '../../shared/results.ts';
import type { Fitter, Scorer } from './fit-stage.ts';
import { contentKey } from './keys.ts';
import type { Stage } from './stage.ts';
import type { Space } from './vectors.ts';

export interface FittedBaseline {
  id: BaselineId;
  scorer: Scorer;
  facts: Record<string, number>;
  nFit: number;
  features: number;
  classes: ClassSource | null;
}

export const NO_LOGITS =
  'No classification logits [B, classes] were found in the model. Name them in model.logits if there are any.';

const NO_ROW =
  'It reads one row of class scores an image; those of pixels or boxes are aggregated for msp, energy, maxlogit and gen alone.';

/** Largest difference to the model's logits, as a share of the largest of them, that float32 explains. */
const SAME_LOGITS = 1e-3;

export class BaselineFitter {
  private readonly stage: Stage;
  private readonly fitter: Fitter;
  private head: Promise<Head | string> | undefined;

  constructor(stage: Stage, fitter: Fitter) {
    this.stage = stage;
    this.fitter = fitter;
  }

  /** The fitted baseline, or a sentence that says why it cannot run. */
  async fit(id: BaselineId): Promise<FittedBaseline | string> {
    const missing = this.missing(id);
    if (missing !== null) return missing;
    const baseline = BASELINES[id];
    const { info } = this.stage.sampled;
    if (this.reads(id) === 'dense') return this.dense(id);
    if (baseline.fit === undefined) {
      const features = baseline.space === 'logits' ? info.logitDim : 2;
      return this.opened({ id, baseline, state: NOTHING, key: contentKey({ baseline: id }), features, nFit: 0, classes: null });
    }
    this.head ??= this.checkedHead();
    const head = await this.head;
    if (typeof head === 'string') return head;
    try {
      return await this.fitted(id, baseline, head);
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'E_INPUT') throw error;
      return error.message;
    }
  }

  /** A score that was made of those of pixels or boxes while the image was read. */
  private dense(id: BaselineId): FittedBaseline {
    const baseline = denseBaseline(id);
    const key = contentKey({ baseline: id, aggregate: this.stage.plan.model.aggregate });
    return this.opened({ id, baseline, state: NOTHING, key, features: 1, nFit: 0, classes: null });
  }

  private reads(id: BaselineId): ReturnType<typeof baselineReads> | 'dense' {
    const reads = baselineReads(id);
    return reads === 'logits' && this.stage.sampled.info.extras?.dense !== undefined ? 'dense' : reads;
  }

  private async fitted(id: BaselineId, baseline: Baseline, head: Head): Promise<FittedBaseline> {
    const { project } = this.stage.options;
    const { work } = this.stage;
    const train = this.fitter.matrix('penultimate');
    const classes = baseline.needsClasses === true ? this.fitter.classes() : null;
    const source = classes === null ? {} : { classes: classes.source };
    const key = contentKey({ baseline: id, ...source, ...this.fitter.identity() });
    const stored = project.artifacts.matrices<Omit<DetectorState, 'matrices'>>('baseline', key);
    let state: DetectorState;
    if (stored === undefined) {
      const input: BaselineFit = { train, head, labels: () => this.fitter.classes().labels, work };
      state = await baseline.fit!(input);
      const { matrices, ...json } = state;
      storageErrors(project.file, () => project.artifacts.putMatrices('baseline', key, { json, matrices }));
    } else state = { ...stored.json, matrices: stored.matrices };
    return this.opened({ id, baseline, state, key, features: train.cols, nFit: train.rows, classes: classes?.source ?? null });
  }

  private opened({ id, baseline, state, key, ...rest }: Opened): FittedBaseline {
    const score = baseline.open(state);
    const scorer: Scorer = { key, space: baseline.space, score: (rows) => score(rows, this.stage.work) };
    return { id, scorer, facts: state.numbers, ...rest };
  }

  /** Why the vectors that a baseline reads are not there. */
  private missing(id: BaselineId): string | null {
    const { sampled, plan } = this.stage;
    const { info, lastLayer } = sampled;
    const reads = this.reads(id);
    if (reads === 'dense') return null;
    if (info.extras?.dense !== undefined) return NO_ROW;
    if (info.logitDim === 0) return NO_LOGITS;
    if (reads === 'logits' || info.extras?.[reads] !== undefined) return null;
    if (info.withheld?.[reads] !== undefined) return info.withheld[reads];
    if (reads === 'penultimate') return lastLayer && 'reason' in lastLayer ? lastLayer.reason : 'The last layer was not found.';
    if (plan.sampling.mechanism === 'none') return 'There are no Monte-Carlo samples of the class scores: nothing is sampled.';
    return `There are no Monte-Carlo samples of the class scores: ${plan.sampling.mechanism} at the hook samples the latent alone. The mechanism "model" samples both.`;
  }

  /** The last layer, once it has been seen to give the model's logits. */
  private async checkedHead(): Promise<Head | string> {
    const { sampled, work } = this.stage;
    const { lastLayer } = sampled;
    if (!lastLayer || 'reason' in lastLayer) return 'The last layer was not found.';
    const { weight, bias } = lastLayer;
    const features = this.fitter.matrix('penultimate');
    const rows = Math.min(features.rows, 256);
    if (features.cols !== weight.cols)
      return `The last layer has weights for ${weight.cols} features, but reads ${features.cols}.`;
    const found = await logitsOf(rowRange(features, 0, rows), { weight, bias }, work.multiply);
    const own = rowRange(this.fitter.matrix('logits'), 0, rows);
    let largest = 0;
    let apart = 0;
    own.data.forEach((value, at) => {
      largest = Math.max(largest, Math.abs(value));
      apart = Math.max(apart, Math.abs(value - found.data[at]));
    });
    if (own.cols === found.cols && apart <= SAME_LOGITS * largest) return { weight, bias };
    return "The last layer as it stands in the file does not give the model's logits.";
  }
}

interface Opened extends Omit<FittedBaseline, 'scorer' | 'facts'> {
  baseline: Baseline;
  state: DetectorState;
  key: string;
}

const NOTHING: DetectorState = { type: 'baseline', numbers: {}, matrices: {} };

/** A stored baseline, for new images. Throws E_INPUT when it was too large to be kept. */
export function loadBaseline(
  { artifacts }: Stage['options']['project'],
  { id, key, space }: { id: string; key?: string; space?: Space },
): Baseline & {
  state: DetectorState;
} {
  if (space === 'dense') return { ...denseBaseline(id as BaselineId), state: NOTHING };
  const baseline = baselineOf(id);
  if (baseline.fit === undefined || key === undefined) return { ...baseline, state: NOTHING };
  const stored = artifacts.matrices<Omit<DetectorState, 'matrices'>>('baseline', key);
  if (stored !== undefined) return { ...baseline, state: { ...stored.json, matrices: stored.matrices } };
  throw new AppError('E_INPUT', `The fitted baseline ${id} is too large to be kept in the project.`, {
    next: 'Run the plan with fewer fit images.',
  });
}
