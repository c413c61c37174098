/** A fitted detector and its PCA back from the project, by content key: to score new images, and to export a monitor. */
import type { DetectorState } from '../detectors/detector.ts';
import type { Projection } from '../linalg/pca.ts';
import type { Project } from '../storage/open-project.ts';
import { AppError } from '../../shared/errors.ts';

export interface StoredState {
  state: DetectorState;
  /** null: without PCA. */
  projection: Projection | null;
}

/** Throws E_INPUT when they were too large to be kept. */
export function loadStoredDetector(
  project: Project,
  { name, key, pca }: { name: string; key: string; pca: number | null },
): StoredState {
  const stored = project.artifacts.matrices<Omit<DetectorState, 'matrices'>>('detector', key);
  const components = pca === null ? null : project.artifacts.matrices('pca', key)?.matrices;
  if (stored === undefined || components === undefined) {
    throw new AppError('E_INPUT', `The fitted detector ${name} is too large to be kept in the project.`, {
      next: 'Run the plan with fewer fit images or a PCA size.',
    });
  }
  const projection = components === null ? null : { mean: components.mean.data, projection: components.projection };
  return { state: { ...stored.json, matrices: stored.matrices }, projection };
}
