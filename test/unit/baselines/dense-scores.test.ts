/** Image-level scores of pixels and boxes, against formulas written out for each position. */
import { describe, expect, it } from 'vitest';
import { DENSE_BASELINES, denseScores } from '../../../electron/engine/baselines/dense-scores.ts';
import { fillUniforms } from '../../../electron/engine/sampling/philox.ts';

const [positions, classes] = [37, 5];
const uniforms = new Float32Array(positions * classes);
fillUniforms(uniforms, { seed: 5 }, { stream: 0, image: 0, sample: 0 });
/** [positions][classes] */
const table = Array.from({ length: positions }, (_, p) =>
  Array.from({ length: classes }, (_, c) => Math.fround(12 * uniforms[p * classes + c] - 6)),
);
const last = Float32Array.from(table.flat());
const first = Float32Array.from({ length: last.length }, (_, i) => table[i % positions][Math.floor(i / positions)]);

/** By name, of one row of class scores. */
const FORMULAS: Record<(typeof DENSE_BASELINES)[number], (row: number[]) => number> = {
  msp: (row) => Math.max(...row.map((value) => Math.exp(value))) / row.reduce((sum, value) => sum + Math.exp(value), 0),
  energy: (row) => Math.log(row.reduce((sum, value) => sum + Math.exp(value), 0)),
  maxlogit: (row) => Math.max(...row),
  gen: (row) => {
    const total = row.reduce((sum, value) => sum + Math.exp(value), 0);
    return -row.map((value) => Math.exp(value) / total).reduce((sum, p) => sum + p ** 0.1 * (1 - p) ** 0.1, 0);
  },
};
const mean = (values: number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

describe.each([
  ['mean', { rule: 'mean', share: 0.1 }, mean],
  ['max', { rule: 'max', share: 0.1 }, (values: number[]) => Math.min(...values)],
  ['top', { rule: 'top', share: 0.2 }, (values: number[]) => mean(values.toSorted((a, b) => a - b).slice(0, 8))],
] as const)('%s', (_name, aggregate, by) => {
  it.each([
    ['classes last', last, true],
    ['classes first', first, false],
  ] as const)('%s', (_layout, data, classesLast) => {
    const found = denseScores(data, { classes, classesLast }, aggregate);
    DENSE_BASELINES.forEach((name, i) => expect(found[i], name).toBeCloseTo(by(table.map(FORMULAS[name])), 6));
  });
});

it('has no score without boxes', () => {
  expect([...denseScores(new Float32Array(0), { classes, classesLast: true }, { rule: 'mean', share: 0.1 })]).toEqual([
    NaN,
    NaN,
    NaN,
    NaN,
  ]);
});
