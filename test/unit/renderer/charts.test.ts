/** What the charts of the window do to their models: keys of the threshold, bars, labels, the table as text. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { barsOf } from '../../../renderer/charts/histogram-path.ts';
import { scaleOf } from '../../../renderer/charts/scale.ts';
import { spread } from '../../../renderer/charts/spread-labels.ts';
import { csvOf, tabbedOf } from '../../../renderer/charts/table-text.ts';
import { thresholdAfter } from '../../../renderer/charts/threshold-keys.ts';

describe('threshold keys', () => {
  const steps = { value: -73.9, recorded: -74.5, previous: -73.95, next: null };

  it('moves by 0.05, with Shift by 0.5, without the dust of binary fractions', () => {
    expect(thresholdAfter('ArrowRight', false, steps)).toBe(-73.85);
    expect(thresholdAfter('ArrowLeft', true, steps)).toBe(-74.4);
    let value = 0;
    for (let k = 0; k < 100; k++) value = thresholdAfter('ArrowUp', false, { ...steps, value })!;
    expect(value).toBe(5);
  });

  it('goes to the neighbouring score, stays at the last one, and returns to the rule', () => {
    expect(thresholdAfter('PageDown', false, steps)).toBe(-73.95);
    expect(thresholdAfter('PageUp', false, steps)).toBe(-73.9);
    expect(thresholdAfter('Home', false, steps)).toBe(-74.5);
    expect(thresholdAfter('Escape', false, steps)).toBe(-74.5);
    expect(thresholdAfter('a', false, steps)).toBe(null);
  });
});

/** Area below a path of M, V, H and Z, by the shoelace formula over its closed parts. */
function area(path: string): number {
  return [...path.matchAll(/M([^MZ]+)Z/g)].reduce((sum, [, part]) => {
    const [[, x0, y0]] = [...part.matchAll(/^([-\d.]+) ([-\d.]+)/g)];
    const points: [number, number][] = [[Number(x0), Number(y0)]];
    for (const [, command, value] of part.matchAll(/([VH])([-\d.]+)/g)) {
      const [x, y] = points.at(-1)!;
      points.push(command === 'V' ? [x, Number(value)] : [Number(value), y]);
    }
    const twice = points.reduce((total, [x, y], k) => {
      const [nextX, nextY] = points[(k + 1) % points.length];
      return total + x * nextY - nextX * y;
    }, 0);
    return sum + Math.abs(twice) / 2;
  }, 0);
}

describe('bars', () => {
  it('paint every count once, divided at the threshold', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(50), { minLength: 1, maxLength: 40 }),
        fc.double({ min: -2, max: 42, noNaN: true }),
        (counts, threshold) => {
          const edges = Array.from({ length: counts.length + 1 }, (_, k) => k);
          const x = scaleOf({ min: 0, max: counts.length }, 0, 10 * counts.length);
          const { alarm, accepted } = barsOf({ edges, counts, x, base: 200, unit: 2 }, threshold);
          const left = counts.reduce((sum, count, k) => sum + count * Math.min(1, Math.max(0, threshold - k)), 0);
          const all = counts.reduce((sum, count) => sum + count, 0);
          expect(Math.abs(area(alarm) / 20 - left)).toBeLessThan(0.3); // Pixels are written with one decimal.
          expect((area(alarm) + area(accepted)) / 20).toBeCloseTo(all, 6);
        },
      ),
    );
  });
});

describe('labels of curves', () => {
  it('keep their order, their distance and the frame', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 160, noNaN: true }), { minLength: 1, maxLength: 8 }), (ys) => {
        const placed = spread(
          ys.map((y, k) => ({ name: String(k), y })),
          16,
          [14, 166],
        );
        for (const [k, { y }] of placed.entries()) {
          expect(y).toBeLessThanOrEqual(166);
          if (k > 0) expect(y - placed[k - 1].y).toBeGreaterThanOrEqual(16 - 1e-9);
        }
      }),
    );
  });
});

describe('table as text', () => {
  const table = {
    header: ['set', 'score'],
    rows: [
      ['=cmd()', -0.1 + -0.2],
      ['a "b", c', null],
    ] as (string | number | null)[][],
  };

  it('is CSV in full precision, quoted, and safe to open in a spreadsheet', () => {
    expect(csvOf(table)).toBe('set,score\r\n\'=cmd(),-0.30000000000000004\r\n"a ""b"", c",\r\n');
  });

  it('is tabbed for the clipboard', () => {
    expect(tabbedOf(table)).toBe('set\tscore\n=cmd()\t-0.30000000000000004\na "b", c\t');
  });
});
