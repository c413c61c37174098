/** ln Σ exp and the softmax, with the maximum taken out: no overflow, no 0 · ln 0. */

/** ln Σ exp(x - max) over values[from .. to), and the max. NaN where the sum has no meaning: an infinite or NaN entry decides. */
function shifted(values: ArrayLike<number>, from: number, to: number): { max: number; rest: number } {
  let max = -Infinity;
  for (let i = from; i < to; i++) {
    if (Number.isNaN(values[i])) return { max: NaN, rest: NaN };
    if (values[i] > max) max = values[i];
  }
  if (!Number.isFinite(max)) return { max, rest: NaN };
  let sum = 0;
  for (let i = from; i < to; i++) sum += Math.exp(values[i] - max);
  return { max, rest: Math.log(sum) };
}

/** Over values[from .. to). All -Infinity gives -Infinity; any +Infinity gives +Infinity; any NaN gives NaN. */
export function logSumExp(values: ArrayLike<number>, from = 0, to = values.length): number {
  const { max, rest } = shifted(values, from, to);
  return Number.isFinite(max) ? max + rest : max;
}

/** NaN throughout where every value is -Infinity or one is +Infinity. */
export function softmax(values: ArrayLike<number>): Float64Array {
  const { max, rest } = shifted(values, 0, values.length);
  return Float64Array.from(values, (value) => Math.exp(value - max - rest));
}

/** ln softmax; beside a value of +Infinity the others are -Infinity. */
export function logSoftmax(values: ArrayLike<number>): Float64Array {
  const { max, rest } = shifted(values, 0, values.length);
  return Float64Array.from(values, (value) => value - max - (Number.isFinite(max) ? rest : 0));
}

/** The largest softmax probability of values[from .. to). */
export function maxSoftmax(values: ArrayLike<number>, from = 0, to = values.length): number {
  return Math.exp(-shifted(values, from, to).rest);
}
