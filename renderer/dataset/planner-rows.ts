/** Which claims the sets of a project could carry: one question to the planner for each row. */
import type { RequestInput } from '../../electron/shared/app/contract.ts';
import type { DatasetView } from '../../electron/shared/app/views.ts';
import { calibrateCount } from '../evaluate/counts.ts';

export type ClaimQuestion = RequestInput<'planner.claim'>;

export interface PlannerRow {
  key: string;
  kind: 'alarms' | 'threshold' | 'auroc' | 'caught';
  /** The set that it is about; empty for the threshold. */
  name: string;
  counts: number[];
  /** What stands in the field before anybody changes it. */
  value: number;
  question: (value: number) => ClaimQuestion;
}

export function plannerRows(sets: DatasetView[], falseAlarm: number): PlannerRow[] {
  const tests = counted(sets, 'test');
  const oods = counted(sets, 'ood');
  const rows = tests.map((test) => alarmsRow(test, falseAlarm));
  const calibration = calibrateCount(sets);
  if (calibration > 0) rows.push(thresholdRow(calibration, falseAlarm));
  const nTest = total(tests);
  for (const ood of oods) {
    if (nTest > 0) rows.push(aurocRow(ood, nTest));
    rows.push(caughtRow(ood));
  }
  return rows;
}

/** The name of the OoD set with the fewest images: the one that carries least. */
export function smallestOod(sets: DatasetView[]): string | null {
  return counted(sets, 'ood').sort((a, b) => a.count - b.count)[0]?.name ?? null;
}

interface Counted {
  name: string;
  count: number;
}

function counted(sets: DatasetView[], role: DatasetView['role']): Counted[] {
  return sets.flatMap(({ name, role: own, facts }) =>
    own === role && facts.state === 'ready' && facts.value.count > 0 ? [{ name, count: facts.value.count }] : [],
  );
}

function total(sets: Counted[]): number {
  return sets.reduce((sum, { count }) => sum + count, 0);
}

function alarmsRow({ name, count }: Counted, value: number): PlannerRow {
  const question = (rate: number): ClaimQuestion => ({ figure: 'rate', value: rate, of: count, side: 'most' });
  return { key: `alarms ${name}`, kind: 'alarms', name, counts: [count], value, question };
}

function thresholdRow(count: number, value: number): PlannerRow {
  const question = (falseAlarm: number): ClaimQuestion => ({ figure: 'conformal', falseAlarm, of: count });
  return { key: 'threshold', kind: 'threshold', name: '', counts: [count], value, question };
}

function aurocRow({ name, count }: Counted, ind: number): PlannerRow {
  const question = (value: number): ClaimQuestion => ({ figure: 'auroc', value, ind, ood: count });
  return { key: `auroc ${name}`, kind: 'auroc', name, counts: [ind, count], value: 0.95, question };
}

function caughtRow({ name, count }: Counted): PlannerRow {
  const question = (rate: number): ClaimQuestion => ({ figure: 'rate', value: rate, of: count, side: 'least' });
  return { key: `caught ${name}`, kind: 'caught', name, counts: [count], value: 0.9, question };
}
