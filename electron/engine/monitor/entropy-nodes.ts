/**
 * Kozachenko-Leonenko entropies as ONNX nodes (NUMERICS section 3; entropy/kozachenko-leonenko.ts is the engine's own).
 * The k + 1 samples nearest to a sorted sample, itself included, are a window of the sorted ones; windows cut off at an
 * end are moved inside, where they still hold the sample. So the k-th distance is the least reach of k + 1 windows.
 */
import { digammaInteger, MIN_DISTANCE, neighbourRule } from '../entropy/kozachenko-leonenko.ts';
import type { NodeWriter } from '../onnx/node-writer.ts';
import { FLOAT64, intAttribute } from '../onnx/proto.ts';

/** @param samples float32 [B, F, n]. @returns float64 [B, F]; NaN where a sample is not finite. */
export function entropyNodes(w: NodeWriter, samples: string, n: number): string {
  const k = neighbourRule(n);
  const sorted = w.sortDescending(w.cast(samples, FLOAT64), 2, n);
  const starts = Array.from({ length: n }, (_, i) =>
    Array.from({ length: k + 1 }, (_unused, offset) => Math.min(Math.max(i - offset, 0), n - 1 - k)),
  ).flat();
  const pick = (at: readonly number[], width: number): string =>
    w.op('Gather', [sorted, w.ints(at, [n, width])], [intAttribute('axis', 2)]);
  const largest = pick(starts, k + 1);
  const smallest = pick(
    starts.map((at) => at + k),
    k + 1,
  );
  const own = pick(
    Array.from({ length: n }, (_, i) => i),
    1,
  );
  const reach = w.op('Max', [w.op('Sub', [largest, own]), w.op('Sub', [own, smallest])]);
  const distance = w.op('Max', [w.reduce('Min', reach, [3]), w.doubles([MIN_DISTANCE])]);
  // Minima pass over NaN in some runtimes; 0 times the samples does not.
  const unsound = w.op('Mul', [sorted, w.doubles([0])]);
  const mean = w.reduce('Mean', w.op('Add', [w.op('Log', [distance]), unsound]), [2]);
  return w.op('Add', [mean, w.doubles([digammaInteger(n) - digammaInteger(k) + Math.LN2])]);
}
