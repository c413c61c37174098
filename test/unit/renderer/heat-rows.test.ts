/** Rows of the heat map and how arrow keys move in it: by properties of a search with maps, a vector and a gap. */
import { expect, test } from 'vitest';
import { heatMove, heatRows } from '../../../renderer/hook/heat-rows.ts';
import { madeSearch } from '../../helpers/made-search.ts';

const view = madeSearch();
const rows = heatRows(view);
const KEYS = ['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown'];

test('every cell of the search stands in it once, under its own setting, and every row is as wide as the head', () => {
  const shown = rows.flatMap(({ label, cells }) =>
    cells.flatMap(({ index, dropProb, blockSize }) => {
      if (index === null) return [];
      expect(view.cells[index]).toMatchObject({ label, dropProb, blockSize });
      return [index];
    }),
  );
  expect(shown.sort((a, b) => a - b)).toEqual(view.cells.map((_, i) => i));
  for (const { cells } of rows) expect(cells.reduce((sum, { span }) => sum + span, 0)).toBe(9);
  expect(rows[0].label).toBe(view.cells[0].label);
});

test('arrows lead from the best to every cell, and to nothing else', () => {
  const seen = new Set([0]);
  for (const from of seen) {
    for (const key of KEYS) {
      const to = heatMove(rows, from, key);
      if (to !== null) seen.add(to);
    }
  }
  expect(seen.size).toBe(view.cells.length);
});

test('left undoes right, the ends stop, other keys do nothing', () => {
  for (const index of view.cells.keys()) {
    const right = heatMove(rows, index, 'ArrowRight');
    if (right !== null) expect(heatMove(rows, right, 'ArrowLeft')).toBe(index);
    expect(heatMove(rows, heatMove(rows, index, 'Home')!, 'ArrowLeft')).toBeNull();
    expect(heatMove(rows, heatMove(rows, index, 'End')!, 'ArrowRight')).toBeNull();
    expect(heatMove(rows, index, 'a')).toBeNull();
  }
});

test('with plain dropout there is one column for each drop probability', () => {
  const plain = { ...view, blocks: [], cells: view.cells.filter(({ blockSize }) => blockSize === null) };
  expect(heatRows(plain)).toHaveLength(1);
  expect(heatRows(plain)[0].cells.map(({ span }) => span)).toEqual([1, 1, 1]);
});
