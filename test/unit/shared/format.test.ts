import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formats } from '../../../electron/shared/format.ts';

const en = formats('en');
const fr = formats('fr');

describe('figures in words', () => {
  it.each([
    [0.9274, '0.927', '0,927'],
    [0.99948, '0.999', '0,999'],
    [0.99951, '0.9995', '0,9995'],
    [0.99989, '0.9998', '0,9998'],
    [0.9999999, '0.9999', '0,9999'],
    [1, '1.000', '1,000'],
    [0, '0.000', '0,000'],
    [NaN, '–', '–'],
  ])('area %d', (value, english, french) => {
    expect(en.area(value)).toBe(english);
    expect(fr.area(value)).toBe(french);
  });

  it.each([
    [0.578, '57.8\u202f%', '57,8\u202f%'],
    [0, '0\u202f%', '0\u202f%'],
    [1, '100\u202f%', '100\u202f%'],
    [0.001, '0.1\u202f%', '0,1\u202f%'],
    [0.0004, '0.04\u202f%', '0,04\u202f%'],
    [0.9996, '99.96\u202f%', '99,96\u202f%'],
  ])('rate %d', (value, english, french) => {
    expect(en.rate(value)).toBe(english);
    expect(fr.rate(value)).toBe(french);
  });

  it('writes intervals with an en dash, and with a word where figures are signed', () => {
    expect(en.rateInterval(0.547, 0.609)).toBe('54.7–60.9');
    expect(en.rateInterval(0, 0.015)).toBe('0.0–1.5');
    expect(en.areaInterval(0.9987, 1)).toBe('0.999–1.000');
    expect([0.0184, -0.0004, 0, -0.02].map((value) => en.signed(value, 3))).toEqual(['+0.018', '0.000', '0.000', '−0.020']);
    expect(en.signedInterval(-0.068, -0.046)).toBe('−0.068 to −0.046');
    expect(fr.signedInterval(-0.068, 0.046)).toBe('−0,068 à +0,046');
  });

  it('writes counts, scores, numbers and exponents', () => {
    expect(en.count(1000)).toBe('1,000');
    expect(fr.count(1_234_567)).toBe('1\u202f234\u202f567');
    expect(en.score(-73.8951)).toBe('−73.895');
    expect(en.score(-Infinity)).toBe('−∞');
    expect(en.exponent(4.71e-7)).toBe('4.7e-7');
    expect(fr.exponent(-4.71e-7)).toBe('−4,7e-7');
    expect(en.fixed(-0.0004, 3)).toBe('0.000');
    expect([0.5, 0, 5, 1 / 255, 12.3456, 2e-5, -2.5].map((value) => en.number(value))).toEqual([
      '0.5',
      '0',
      '5',
      '0.003922',
      '12.35',
      '2.0e-5',
      '−2.5',
    ]);
  });

  it('says how long something takes', () => {
    expect([0.2, 3.2, 59.6, 2400, 7800, 86_400].map((s) => en.roughly(s))).toEqual([
      'about 1 second',
      'about 3 seconds',
      'about 1 minute',
      'about 40 minutes',
      'about 2 h 10 min',
      'about 24 h 00 min',
    ]);
    expect(fr.roughly(3)).toBe('environ 3 secondes');
    expect([0.0012, 0.42, 3.21, 725, 7800].map((s) => en.duration(s))).toEqual([
      '1.20 ms',
      '420 ms',
      '3.2 s',
      '12 min 05 s',
      '2 h 10 min',
    ]);
    expect(en.bytes(4_200_000)).toBe('4.2 MB');
    expect(fr.bytes(999)).toBe('999 o');
  });

  it('never reads as the end of a range that it has not reached', () => {
    const inside = fc.double({ min: 1e-7, max: 1 - 1e-7, noNaN: true, minExcluded: true, maxExcluded: true });
    fc.assert(
      fc.property(inside, (value) => {
        expect(Number(en.area(value))).toBeLessThan(1);
        const percent = Number(en.percent(value));
        expect(percent).toBeGreaterThan(0);
        expect(percent).toBeLessThan(100);
        expect(Math.abs(percent - 100 * value)).toBeLessThanOrEqual(0.0501);
        expect(en.rate(value)).not.toBe(en.rate(1));
      }),
    );
  });
});
