/** CSV cells: no text starts a formula, no digit is lost, every text comes back as it was. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { csvRows } from '../../../electron/engine/evidence/csv-rows.ts';
import { csvText } from '../../../electron/engine/report/csv.ts';

const FORMULA = /^[=+\-@\t\r]/;

test('no cell of text starts a formula; whatever the text, rows and cells stay apart', () => {
  fc.assert(
    fc.property(fc.array(fc.array(fc.string({ unit: 'binary' }), { minLength: 2, maxLength: 4 }), { minLength: 1 }), (rows) => {
      const back = [...csvRows(csvText(rows))];
      expect(back.flat().some((cell) => FORMULA.test(cell))).toBe(false);
      expect(back).toEqual(rows.map((row) => row.map((cell) => (FORMULA.test(cell) ? `'${cell}` : cell))));
    }),
  );
});

test('numbers keep every digit, and a negative one is no formula', () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true }), (value) => {
      const [[cell]] = csvRows(csvText([[value, 1]]));
      expect(Number(cell)).toBe(value === 0 ? 0 : value);
    }),
  );
  expect(csvText([['=1+1', -0.1, true, null, 'a,"b"\n']])).toBe(`'=1+1,-0.1,1,,"a,""b""\n"\n`);
});
