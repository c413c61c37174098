/** Noise of the draw against brute force over images and pairs of repeats, and what must not change it. */
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { entropiesOfBlock, entropy1d, neighbourRule } from '../../../electron/engine/entropy/kozachenko-leonenko.ts';
import { noiseFigures, type Repeat } from '../../../electron/engine/metrics/mc-noise.ts';
import { FLIP_BOUND, recommendedSamples, type NoiseLevel } from '../../../electron/shared/noise.ts';

/** Quarters: sums of them are exact, so that ties stay ties. */
const quarter = fc.integer({ min: -20, max: 20 }).map((value) => value / 4);
const scores = (n: number) => fc.array(quarter, { minLength: n, maxLength: n });
const repeatOf = ([ind, ood, threshold]: [number[], number[], number]): Repeat => ({
  threshold: { rule: 'conformal', value: threshold, strict: false },
  ind: Float64Array.from(ind),
  oods: [{ name: 'ood', scores: Float64Array.from(ood) }],
});
const repeats = fc
  .tuple(fc.integer({ min: 2, max: 12 }), fc.integer({ min: 2, max: 12 }), fc.integer({ min: 2, max: 5 }))
  .chain(([n, m, r]) => fc.array(fc.tuple(scores(n), scores(m), quarter), { minLength: r, maxLength: r }))
  .map((all) => all.map(repeatOf));

/** Every image and every pair of repeats, one by one. */
function bruteForce(all: readonly Repeat[]) {
  const images = [...all[0].ind.keys()].map((i) => all.map(({ ind }) => ind[i]));
  images.push(...[...all[0].oods[0].scores.keys()].map((i) => all.map(({ oods }) => oods[0].scores[i])));
  const alarms = images.map((values) => values.map((value, r) => value < all[r].threshold.value));
  let [pairs, different, unlike] = [0, 0, 0];
  for (const decisions of alarms) {
    for (let a = 0; a < all.length; a++) {
      for (let b = 0; b < a; b++) {
        pairs++;
        if (decisions[a] !== decisions[b]) different++;
      }
    }
    if (new Set(decisions).size > 1) unlike++;
  }
  // Half the mean squared difference of two repeats is the variance.
  const sds = images.map((values) => {
    const squares = values.flatMap((x, a) => values.slice(0, a).map((y) => (x - y) ** 2 / 2));
    return Math.sqrt(squares.reduce((x, y) => x + y, 0) / squares.length);
  });
  return {
    flipsPair: different / pairs,
    flips: unlike / images.length,
    scoreSd: sds.reduce((x, y) => x + y, 0) / sds.length,
  };
}

describe('noise of the draw', () => {
  it('is what images and pairs of repeats, counted one by one, give', () => {
    fc.assert(
      fc.property(repeats, (all) => {
        const found = noiseFigures(all, 'test');
        const wanted = bruteForce(all);
        expect(found.flips).toBeCloseTo(wanted.flips, 12);
        expect(found.flipsPair).toBeCloseTo(wanted.flipsPair, 12);
        expect(found.scoreSd).toBeCloseTo(wanted.scoreSd, 9);
        expect(found.sets.map(({ name, images }) => [name, images])).toEqual([
          ['test', all[0].ind.length],
          ['ood', all[0].oods[0].scores.length],
        ]);
      }),
    );
  });

  it('does not depend on the order of the repeats, nor on where zero lies', () => {
    fc.assert(
      fc.property(repeats, (all) => {
        const found = noiseFigures(all, 'test');
        const turned = noiseFigures(all.toReversed(), 'test');
        expect([turned.flips, turned.flipsPair]).toEqual([found.flips, found.flipsPair]);
        expect(turned.flipsNear).toBeCloseTo(found.flipsNear, 12);
        const moved = noiseFigures(
          all.map((one, r) => ({
            threshold: { ...one.threshold, value: one.threshold.value + 8 * r },
            ind: one.ind.map((value) => value + 8 * r),
            oods: one.oods.map(({ name, scores: own }) => ({ name, scores: own.map((value) => value + 8 * r) })),
          })),
          'test',
        );
        expect([moved.flips, moved.flipsPair, moved.flipsNear]).toEqual([found.flips, found.flipsPair, found.flipsNear]);
        expect(moved.aurocs).toEqual(found.aurocs);
      }),
    );
  });

  it('is none where every repeat gives the same scores', () => {
    fc.assert(
      fc.property(repeats, ([one, ...rest]) => {
        const found = noiseFigures([one, ...rest.map(() => one)], 'test');
        expect(found).toMatchObject({ scoreSd: 0, flips: 0, flipsPair: 0, flipsNear: 0 });
      }),
    );
  });

  it('looks at the tenth of the images nearest to the threshold, each with its repeat', () => {
    const at = (value: number): number[] => [...Array.from({ length: 19 }, (_, i) => i + 1), value];
    // 20 images a side; only the last of each flips, and of the nearest four (1, 1 and the two that flip) two do.
    const found = noiseFigures([repeatOf([at(0.2), at(0.2), 0]), repeatOf([at(-0.1), at(-0.1), 0])], 'test');
    expect(found).toMatchObject({ flips: 2 / 40, flipsPair: 2 / 40, flipsNear: 2 / 4 });
  });

  it('knows no share of a spread that there is not: one in-distribution image', () => {
    const one = noiseFigures([repeatOf([[1], [1, 2], 0]), repeatOf([[2], [0, 2], 0])], 'test');
    expect(one.scoreSdRelative).toBeNull();
    expect(one.scoreSd).toBeGreaterThan(0);
  });

  it('has no flips where nothing ever raises an alarm', () => {
    const never = repeatOf([[1, 2, 3], [0, 1, 2], -Infinity]);
    expect(noiseFigures([never, { ...never, ind: Float64Array.of(3, 2, 1) }], 'test')).toMatchObject({ flips: 0, flipsNear: 0 });
  });
});

describe('the recommended number of samples', () => {
  const level = (samples: number, flipsPair: number, value: number, high: number): NoiseLevel => ({
    samples,
    flipsPair,
    flips: flipsPair,
    flipsNear: flipsPair,
    scoreSd: 1,
    scoreSdRelative: 1,
    sets: [],
    aurocs: [{ ood: 'ood', value, low: 0, high }],
  });

  it('is the smallest whose flips are few and whose AUROC no larger one passes', () => {
    expect(recommendedSamples([level(8, 0.02, 0.9, 0.92), level(16, FLIP_BOUND, 0.9, 0.92), level(32, 0, 0.91, 0.93)])).toBe(16);
    expect(recommendedSamples([level(8, 0, 0.9, 0.92), level(16, 0, 0.921, 0.94), level(32, 0, 0.93, 0.95)])).toBe(16);
    expect(recommendedSamples([level(8, 0.02, 0.9, 0.92), level(16, 0.011, 0.9, 0.92)])).toBeNull();
  });
});

test('entropies of the first samples are those of a block that has no more', () => {
  const [rows, groups, samples, first] = [3, 2, 12, 8];
  const rowStride = groups * samples + groups;
  const block = Float64Array.from({ length: rows * rowStride }, (_, i) => Math.sin(7 * i) * (1 + (i % 5)));
  const found = entropiesOfBlockInto(block, { rows, rowStride, groups, samples, first });
  for (let row = 0; row < rows; row++) {
    for (let g = 0; g < groups; g++) {
      const offset = row * rowStride + g * samples;
      const alone = entropy1d(block, { offset, n: first, k: neighbourRule(first) }, new Float64Array(2 * first));
      expect(found[row * groups + g]).toBeCloseTo(alone, 12);
    }
  }
});

function entropiesOfBlockInto(block: Float64Array, layout: Parameters<typeof entropiesOfBlock>[1]): Float64Array {
  const out = new Float64Array(layout.rows * layout.groups);
  entropiesOfBlock(block, layout, out);
  return out;
}
