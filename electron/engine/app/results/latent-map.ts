/**
 * The vectors that the detectors read (entropies; the latents themselves without sampling) on the first two principal
 * components of the fit images, whitened: for looking, no figure comes from it.
 */
import type { MapView } from '../../../shared/app/views.ts';
import { createMatMul } from '../../linalg/matmul.ts';
import { pcaModel, project } from '../../linalg/pca.ts';
import { Fitter } from '../../pipeline/fit-stage.ts';
import { matrixBlocks, type Space } from '../../pipeline/vectors.ts';
import { zeros, type Matrix } from '../../linalg/matrix.ts';
import type { ScoredPart } from '../../pipeline/roles.ts';
import type { ShownRun } from './shown-run.ts';

export const MOST_POINTS = 1000;

export async function mapView({ run, sets, images }: BoundRun, signal?: AbortSignal): Promise<MapView> {
  const matmul = createMatMul(1);
  try {
    const space: Space = run.results.plan.sampling.mechanism === 'none' ? 'latent' : 'entropy';
    const work = { multiply: matmul.multiply, signal };
    const spectrum = await new Fitter(run.project, run.roles.fit, work).spectrum(space);
    const model = pcaModel(spectrum, Math.min(2, spectrum.rank), true);
    const shown = [];
    for (const { name, role, oodIndex, part } of sets) {
      signal?.throwIfAborted();
      const { indices } = images(name);
      const rows = evenly(indices.length, MOST_POINTS);
      const flat = await project(model, pick(run, part, { space, rows }), matmul.multiply);
      const points = rows.map((row, i): [number, number, number] => [
        flat.data[i * flat.cols],
        flat.cols > 1 ? flat.data[i * flat.cols + 1] : 0,
        indices[row],
      ]);
      shown.push({ name, role, oodIndex, points, of: indices.length });
    }
    return { axes: Array.from(model.explainedVarianceRatio, (explained) => ({ explained })), sets: shown };
  } finally {
    await matmul.release();
  }
}

type BoundRun = Pick<ShownRun, 'run' | 'sets'> & { images: (name: string) => { indices: Int32Array } };

/** At most `most` of n rows, evenly spread. */
function evenly(n: number, most: number): number[] {
  const count = Math.min(n, most);
  return Array.from({ length: count }, (_, i) => Math.floor((i * n) / count));
}

function pick(
  run: ShownRun['run'],
  { set, keep }: ScoredPart,
  { space, rows }: { space: Space; rows: readonly number[] },
): Matrix {
  let picked: Matrix | null = null;
  let at = 0;
  let position = 0;
  for (const block of matrixBlocks(run.project.samples, set.id, space, keep)) {
    picked ??= zeros(rows.length, block.cols);
    for (; at < rows.length && rows[at] < position + block.rows; at++) {
      const from = (rows[at] - position) * block.cols;
      picked.data.set(block.data.subarray(from, from + block.cols), at * block.cols);
    }
    position += block.rows;
  }
  return picked ?? zeros(0, 0);
}
