/** The bench's own arithmetic: medians, verdicts, the order of rounds. No time is asserted. */
import { expect, test } from 'vitest';
import { atLeast, atMost, benchRow } from '../../../electron/engine/bench/bench-report.ts';
import { alternate, median } from '../../../electron/engine/bench/measure.ts';

test('median of odd and even counts, without changing the input', () => {
  const values = [9, 1, 5];
  expect(median(values)).toBe(5);
  expect(values).toEqual([9, 1, 5]);
  expect(median([4, 1, 3, 2])).toBe(2.5);
});

test.each([
  [1.1, atMost(1.1), true],
  [1.11, atMost(1.1), false],
  [25, atLeast(25), true],
  [24.9, atLeast(25), false],
  [NaN, atMost(1), false],
  [NaN, atLeast(1), false],
  [3, null, null],
])('%d against %o: %o', (measured, target, met) => {
  expect(benchRow({ id: 'a', what: 'a', measured, unit: 'x', target }).met).toBe(met);
});

test('ways run in turns, every second round backwards, warm-up included', async () => {
  const order: string[] = [];
  const way = (name: string) => () => void order.push(name);
  const seconds = await alternate({ a: way('a'), b: way('b') }, { rounds: 3, warmUp: 1 });
  expect(order.join('')).toBe('baabbaab');
  expect(Object.keys(seconds)).toEqual(['a', 'b']);
});

test('a cancelled bench runs no further way', async () => {
  const abort = new AbortController();
  const reason = new Error('enough');
  let runs = 0;
  const way = (): void => {
    if (++runs === 2) abort.abort(reason);
  };
  await expect(alternate({ way }, { rounds: 9, signal: abort.signal })).rejects.toBe(reason);
  expect(runs).toBe(2);
});
