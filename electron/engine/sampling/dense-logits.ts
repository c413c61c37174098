/** Class scores of every pixel or box of an image: where they lie in a tensor, and whether a plan may aggregate them. */
import type { DenseLayout } from '../baselines/dense-scores.ts';
import { AppError } from '../../shared/errors.ts';
import type { SampleJob } from './job.ts';
import type { Probed } from './probe-job.ts';

export interface ClassScores {
  /** Tensor [B, classes]; null: none. */
  logits: string | null;
  /** Tensor that is aggregated; null: none. */
  dense: (DenseLayout & { tensor: string; isBoxes: boolean }) | null;
}

/**
 * @param found the tensor that the plan names, or that was found in the model.
 * @throws E_INPUT when what the plan asks for does not fit the shape.
 */
export function classScores(
  { model: { logits: named, aggregate, preprocess } }: SampleJob,
  found: string | null,
  { probed: { seen }, batchAxis }: { probed: Probed; batchAxis: boolean },
): ClassScores {
  const shape = found === null ? undefined : seen.get(found)?.shape;
  if (aggregate === undefined) {
    if (found === null || shape?.length === 2) return { logits: found, dense: null };
    if (named !== null) throw notLogits(found, shape);
    return { logits: null, dense: null };
  }
  if (found === null || named === null) {
    throw new AppError('E_INPUT', 'model.aggregate needs the name of the class scores that it aggregates.', {
      next: 'Name the tensor in model.logits.',
    });
  }
  const isBoxes = shape?.length === 2 && (!batchAxis || shape[0] !== 1);
  if (shape === undefined || shape.length < 2 || shape.length > 4 || (shape.length === 2 && !isBoxes)) {
    throw new AppError('E_INPUT', `model.aggregate: "${found}" is ${shapeText(shape)}, with nothing to aggregate.`, {
      next: 'Leave model.aggregate out, or name class scores of pixels [B, classes, H, W] or boxes [boxes, classes].',
    });
  }
  const classesLast = shape.length !== 4 || preprocess.layout === 'NHWC';
  return { logits: null, dense: { tensor: found, classes: classesLast ? shape.at(-1)! : shape[1], classesLast, isBoxes } };
}

const shapeText = (shape: readonly number[] | undefined): string =>
  shape === undefined ? 'not a dense tensor' : shape.join('x');

function notLogits(name: string, shape: readonly number[] | undefined): AppError {
  return new AppError('E_INPUT', `model.logits: "${name}" is ${shapeText(shape)}, not one row of logits an image.`, {
    next: 'Name a tensor [B, classes], leave model.logits out, or state in model.aggregate how pixels or boxes become one score.',
  });
}
