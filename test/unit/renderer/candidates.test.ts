/** Rows of the candidates table: rank of the pre-flight first, sorting, rows without figures last. */
import { describe, expect, it } from 'vitest';
import type { CandidateView, PreflightView } from '../../../electron/shared/app/views.ts';
import type { HookPoint } from '../../../electron/shared/domain.ts';
import { candidateRows, sortRows } from '../../../renderer/hook/candidate-rows.ts';

const point = (name: string, recommended: number | null): HookPoint => ({
  tensors: [name],
  label: name,
  op: 'Relu',
  node: '',
  dtype: 'float32',
  shape: [1, 8, 4, 4],
  kind: 'conv',
  features: 8,
  stochastic: false,
  recommended,
  note: null,
});

const candidate = (name: string, auroc: number, cost: number): CandidateView => ({
  tensors: [name],
  label: name,
  kind: 'conv',
  shape: [8, 4, 4],
  features: 8,
  deadChannels: 0,
  atFloor: 0,
  dropped: 0.3,
  dropsAll: 0,
  cost,
  auroc: { value: auroc, low: auroc - 0.1, high: auroc + 0.1 },
  rating: 'good',
  reasons: [],
});

const POINTS = [point('t10', null), point('t2', 2), point('t1', 1), point('seq', null)];
const RATINGS: PreflightView = {
  ind: { set: 'fit', images: 64 },
  ood: { set: 'select', images: 64 },
  seconds: 1,
  candidates: [candidate('t2', 0.9, 0.5), candidate('t10', 0.8, 0.2), candidate('t1', 0.3, 0.1)],
  unrated: [{ tensors: ['seq'], label: 'seq', reason: 'Not a tensor of numbers.' }],
  planHash: null,
};

describe('candidates', () => {
  it('stand as proposed before a pre-flight and as ranked after it', () => {
    expect(candidateRows(POINTS, null).map(({ label }) => label)).toEqual(['t1', 't2', 't10', 'seq']);
    const rows = candidateRows(POINTS, RATINGS);
    expect(rows.map(({ label }) => label)).toEqual(['t2', 't10', 't1', 'seq']);
    expect(rows[3]).toMatchObject({ figures: null, reason: 'Not a tensor of numbers.' });
    expect(rows.map(({ hook }) => POINTS[hook].label)).toEqual(rows.map(({ label }) => label));
  });

  it('sort by figure both ways, those without one last, names as people count', () => {
    const rows = candidateRows(POINTS, RATINGS);
    const order = (key: 'auroc' | 'cost' | 'tensor', isDescending: boolean): string[] =>
      sortRows(rows, { key, isDescending }).map(({ label }) => label);
    expect(order('auroc', true)).toEqual(['t2', 't10', 't1', 'seq']);
    expect(order('auroc', false)).toEqual(['t1', 't10', 't2', 'seq']);
    expect(order('cost', false)).toEqual(['t1', 't10', 't2', 'seq']);
    expect(order('tensor', false)).toEqual(['seq', 't1', 't2', 't10']);
  });
});
