/**
 * Kozachenko-Leonenko entropies as ONNX nodes (NUMERICS section 3; entropy/kozachenko-leonenko.ts is the engine's own).
 * The k + 1 samples nearest to a sorted sample, itself included, are a window of the sorted ones, so the k-th distance is
 * the least reach of the k + 1 windows that hold it; those that stick out at an end reach too far to be the least.
 */
import { digammaInteger, MIN_DISTANCE, neighbourRule } from '../entropy/kozachenko-leonenko.ts';
import type { NodeWriter } from '../onnx/node-writer.ts';
import { FLOAT64, intAttribute } from '../onnx/proto.ts';

/** Stands where a neighbour beyond the first or the last sample would, and is never near. */
const FAR = 1e300;

/** @param samples float32 [B, F, n]. @returns float64 [B, F]; NaN where a sample is not finite. */
export function entropyNodes(w: NodeWriter, samples: string, n: number): string {
  const k = neighbourRule(n);
  const sorted = w.cast(w.sortDescending(samples, 2, n), FLOAT64);
  // Minima pass over NaN in some runtimes; 0 times the samples does not.
  const unsound = w.op('Mul', [sorted, w.doubles([0])]);
  const distance = w.op('Max', [w.op('Min', reaches(w, { sorted, zeros: unsound, n, k })), w.doubles([MIN_DISTANCE])]);
  const mean = w.reduce('Mean', w.op('Add', [w.op('Log', [distance]), unsound]), [2]);
  return w.op('Add', [mean, w.doubles([digammaInteger(n) - digammaInteger(k) + Math.LN2])]);
}

/**
 * How far each of the k + 1 windows of a sample reaches, each float64 [B, F, n]: window j starts j samples before it.
 * Differences of shifted rows, because gathering every window takes several times as long as all the arithmetic.
 */
function reaches(w: NodeWriter, { sorted, zeros, n, k }: { sorted: string; zeros: string; n: number; k: number }): string[] {
  const edge = w.slice(zeros, 2, 0, k);
  const padded = w.op(
    'Concat',
    [w.op('Add', [edge, w.doubles([FAR])]), sorted, w.op('Sub', [edge, w.doubles([FAR])])],
    [intAttribute('axis', 2)],
  );
  const shifted = (by: number): string => w.slice(padded, 2, k + by, k + by + n);
  const above = Array.from({ length: k }, (_, j) => w.op('Sub', [shifted(-j - 1), sorted]));
  const below = Array.from({ length: k }, (_, j) => w.op('Sub', [sorted, shifted(j + 1)]));
  const between = Array.from({ length: k - 1 }, (_, j) => w.op('Max', [above[j], below[k - 2 - j]]));
  return [below[k - 1], ...between, above[k - 1]];
}
