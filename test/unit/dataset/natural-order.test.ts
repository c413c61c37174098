import fc from 'fast-check';
import { compare } from 'natural-orderby';
import { expect, it } from 'vitest';
import { compareNames, comparePaths, sortCalmly } from '../../../electron/engine/dataset/natural-order.ts';

const library = compare({ locale: 'en' });
const part = fc.oneof(
  fc.constantFrom('a', 'img_', 'IMG', '', '-', '.', '1e', '0x', 'e', ' ', '2012-', 'x.', '_', 'é', 'Jan ', '+'),
  fc.nat(2000).map(String),
  fc.constantFrom('007', '00', '1.5', '1.12', '99999999999999999'),
);
const name = fc
  .tuple(fc.array(part, { maxLength: 3 }), part, fc.constantFrom('.png', '', 'e.jpg', '-x', '.'))
  .map(([front, number, end]) => `${front.join('')}${number}${end}`);

it('is the order of the library, and of code units where that knows none', () => {
  fc.assert(
    fc.property(name, name, (a, b) => {
      const wanted = library(a, b) || (a === b ? 0 : a < b ? -1 : 1);
      expect(Math.sign(compareNames(a, b))).toBe(Math.sign(wanted));
    }),
    { numRuns: 20_000 },
  );
  const shared = fc.tuple(
    fc.constantFrom('img', 'a_', '', 'x.y_z'),
    fc.nat(30_000),
    fc.nat(30_000),
    fc.constantFrom('.png', '.JPEG', ''),
  );
  fc.assert(
    fc.property(shared, ([front, i, j, end]) => {
      const [a, b] = [`${front}${i}${end}`, `${front}${j}${end}`];
      expect(Math.sign(compareNames(a, b))).toBe(Math.sign(library(a, b)));
    }),
    { numRuns: 5000 },
  );
});

it('puts paths folder by folder', () => {
  const paths = ['b/10.png', 'b/9.png', 'a/x/1.png', 'a10.png', 'a/2.png', 'a2/1.png'];
  expect(paths.sort(comparePaths)).toEqual(['a/2.png', 'a/x/1.png', 'a2/1.png', 'a10.png', 'b/9.png', 'b/10.png']);
});

it('sorts as Array.sort does, and stably', async () => {
  const items = Array.from({ length: 20_000 }, (_, i) => ({ key: (i * 7919) % 501, i }));
  const order = (a: { key: number }, b: { key: number }) => a.key - b.key;
  expect(await sortCalmly(items, order)).toEqual([...items].sort(order));
  expect(await sortCalmly([], order)).toEqual([]);
});
