/**
 * The fit stage: directions of the fit vectors, and one fitted detector for each configuration. Everything is found
 * again by the hash of what went into it, so changing one PCA size fits one detector.
 */
import { predictions } from '../baselines/logit-scores.ts';
import { CLASS_ESTIMATORS, estimatorOf, loadDetector } from '../detectors/registry.ts';
import type { Detector, DetectorState, Work } from '../detectors/detector.ts';
import { rowMatrix, type Matrix } from '../linalg/matrix.ts';
import { addBlock, emptyMoments } from '../linalg/moments.ts';
import {
  fixSigns,
  pcaModel,
  project as projectRows,
  spectrumOf,
  type PcaModel,
  type Projection,
  type Spectrum,
} from '../linalg/pca.ts';
import { AppError } from '../../shared/errors.ts';
import type { ClassSource } from '../../shared/results.ts';
import { storageErrors, type Project } from '../storage/open-project.ts';
import { configName, type DetectorConfig } from './detector-configs.ts';
import { contentKey } from './keys.ts';
import type { ScoredPart } from './roles.ts';
import { concatenate, loadLabels, loadMatrix, matrixBlocks, type Space } from './vectors.ts';

/** Which sampled rows detectors are fitted on. */
export interface FitRows {
  setIds: number[];
  keys: string[];
  /** Rows held out for calibration, by position among all fit rows; null: none. */
  heldOut: Uint8Array | null;
  /** Names the draw of the hold-out, for the content key. */
  split: unknown;
}

export interface FittedConfig {
  config: DetectorConfig;
  name: string;
  /** Content key of the detector: scores are found by it. */
  key: string;
  pca: PcaModel | null;
  detector: Detector;
  nFit: number;
  features: number;
  /** null: it needs no classes. */
  classes: ClassSource | null;
}

/** The class of each fit row. */
interface FitClasses {
  labels: Int32Array;
  source: ClassSource;
}

interface SpectrumJson {
  n: number;
  rank: number;
}

export class Fitter {
  private readonly project: Project;
  private readonly rows: FitRows;
  private readonly work: Work;
  private readonly spectra = new Map<Space, Promise<Spectrum>>();
  private readonly matrices = new Map<Space, Matrix>();
  private known: FitClasses | undefined;

  constructor(project: Project, rows: FitRows, work: Work) {
    this.project = project;
    this.rows = rows;
    this.work = work;
  }

  /** Fits a configuration or finds it. Throws E_INPUT when it cannot be fitted, as when its PCA size is above the rank. */
  async fit(config: DetectorConfig): Promise<FittedConfig> {
    const { estimator, number, space } = config;
    const classes = Object.hasOwn(CLASS_ESTIMATORS, estimator) ? this.classes() : null;
    const source = classes === null ? {} : { classes: classes.source };
    const stated = number === undefined ? {} : { number };
    const key = contentKey({ estimator, ...stated, space, pca: config.pca, ...source, ...this.identity() });
    const spectrum = await this.spectrum(config.space);
    const pca = config.pca === null ? null : pcaModel(spectrum, config.pca, true);
    const stored = this.project.artifacts.matrices<Omit<DetectorState, 'matrices'>>('detector', key);
    const detector =
      stored === undefined
        ? await this.fresh({ config, key, pca, classes })
        : loadDetector({ ...stored.json, matrices: stored.matrices });
    const features = pca?.projection.cols ?? spectrum.mean.length;
    return { config, name: configName(config), key, pca, detector, nFit: spectrum.n, features, classes: classes?.source ?? null };
  }

  private async fresh({ config: { estimator, number, space }, key, pca, classes }: Fresh): Promise<Detector> {
    const train = this.matrix(space);
    const features = pca === null ? train : await projectRows(pca, train, this.work.multiply);
    const detector =
      classes === null
        ? await estimatorOf(estimator, number).fit(features, this.work)
        : await CLASS_ESTIMATORS[estimator].fit(features, classes.labels, this.work);
    const { matrices, ...json } = detector.state();
    storageErrors(this.project.file, () => this.project.artifacts.putMatrices('detector', key, { json, matrices }));
    return detector;
  }

  /** Labels where every fit row has one, else the classes that the model predicts. Throws E_INPUT when there are neither. */
  classes(): FitClasses {
    this.known ??= this.findClasses();
    return this.known;
  }

  private findClasses(): FitClasses {
    const { setIds, heldOut } = this.rows;
    const labels = loadLabels(this.project.samples, setIds, heldOut?.map((mark) => 1 - mark) ?? null);
    if (labels.every((label) => label >= 0)) return { labels, source: 'labels of the fit sets' };
    const logits = this.matrix('logits');
    if (logits.cols > 0) return { labels: predictions(logits), source: 'predicted classes' };
    throw new AppError(
      'E_INPUT',
      'It needs the class of each fit image: not all have a label, and the model has no class scores.',
      {
        next: 'Add fit sets with labels, or name the logits of the model.',
      },
    );
  }

  /** Mean, directions and variances of the fit vectors: one for all PCA sizes. */
  spectrum(space: Space): Promise<Spectrum> {
    let spectrum = this.spectra.get(space);
    if (spectrum === undefined) {
      spectrum = this.findSpectrum(space);
      this.spectra.set(space, spectrum);
    }
    return spectrum;
  }

  private async findSpectrum(space: Space): Promise<Spectrum> {
    const key = contentKey({ space, ...this.identity() });
    const stored = this.project.artifacts.matrices<SpectrumJson>('spectrum', key);
    if (stored !== undefined) {
      const { mean, variances, vectors } = stored.matrices;
      return { ...stored.json, mean: mean.data, variances: variances.data, vectors };
    }
    const train = this.matrix(space);
    if (train.rows < 2) throw tooFew(train.rows);
    const moments = emptyMoments(train.cols);
    await addBlock(moments, train, this.work.multiply);
    const spectrum = spectrumOf(moments);
    await fixSigns(spectrum, [train], this.work.multiply);
    const { n, rank, mean, variances, vectors } = spectrum;
    const matrices = { mean: rowMatrix(mean), variances: rowMatrix(variances), vectors };
    storageErrors(this.project.file, () => this.project.artifacts.putMatrices('spectrum', key, { json: { n, rank }, matrices }));
    return spectrum;
  }

  /** What the fit rows are known by, in content keys. */
  identity(): Record<string, unknown> {
    return { fit: this.rows.keys, split: this.rows.split };
  }

  /** The fit rows. */
  matrix(space: Space): Matrix {
    let matrix = this.matrices.get(space);
    if (matrix === undefined) {
      const { setIds, heldOut } = this.rows;
      matrix = loadMatrix(this.project.samples, setIds, space, heldOut?.map((mark) => 1 - mark) ?? null);
      this.matrices.set(space, matrix);
    }
    return matrix;
  }
}

interface Fresh {
  config: DetectorConfig;
  key: string;
  pca: PcaModel | null;
  classes: FitClasses | null;
}

function tooFew(rows: number): AppError {
  return new AppError('E_DATASET', `Detectors cannot be fitted on ${rows} image${rows === 1 ? '' : 's'}.`, {
    next: 'Add images to the fit sets, and look at the rejected ones.',
  });
}

/** Something that gives scores: a fitted detector, or a baseline, which is fitted on nothing. */
export interface Scorer {
  /** Content key: scores are found by it and the part. */
  key: string;
  space: Space;
  score: (rows: Matrix) => Promise<Float64Array> | Float64Array;
}

/** Scores of the rows of a part, block by block; found again by content. */
export async function scorePart({ key, space, score }: Scorer, part: ScoredPart, project: Project): Promise<Float64Array> {
  const stored = storedScores(key, part, project);
  if (stored !== undefined) return stored;
  const parts: Float64Array[] = [];
  for (const block of matrixBlocks(project.samples, part.set.id, space, part.keep)) parts.push(await score(block));
  const scores = concatenate(parts);
  storageErrors(project.file, () => project.artifacts.putVector('scores', scoresKey(key, part), scores));
  return scores;
}

export function storedScores(key: string, part: ScoredPart, project: Project): Float64Array | undefined {
  return project.artifacts.vector('scores', scoresKey(key, part));
}

function scoresKey(key: string, { set, split }: ScoredPart): string {
  return contentKey({ detector: key, set: set.key, split });
}

/** Scores of vectors [n, D] in the space of the configuration. */
export async function scoreRows(
  { pca, detector }: { pca: Projection | null; detector: Detector },
  rows: Matrix,
  work: Work,
): Promise<Float64Array> {
  const features = pca === null ? rows : await projectRows(pca, rows, work.multiply);
  return detector.score(features, work);
}
